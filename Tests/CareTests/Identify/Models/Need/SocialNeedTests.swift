import Care
import Testing

struct SocialNeedTests {
    private func needs(_ codes: String, _ answers: [(String, String)] = []) throws -> [SocialNeed] {
        let rules = try SocialNeedRules(content: RiskContent.file)
        return rules.needs(
            diagnoses: codes.split(separator: " ").compactMap { DiagnosisCode($0) },
            answers: answers.map { .init(question: $0.0, answer: $0.1) })
    }

    @Test(arguments: [
        ("Z59.41", "food-insecurity"), ("Z59.00", "homelessness"), ("Z59.82", "transportation-insecurity"),
        ("Z59.12", "utility-insecurity"), ("Z56.0", "employment-status"), ("Z60.2", "social-connection"),
    ])
    func `coded conditions show a need`(_ code: String, _ domain: String) throws {
        #expect(try needs(code) == [SocialNeed(domain: domain, evidence: code)])
    }

    @Test func `the same question means by its answer`() throws {
        #expect(try needs("", [("71802-3", "LA31993-1")]).isEmpty)
        #expect(try needs("", [("71802-3", "LA30189-7")]).isEmpty)
        #expect(try needs("", [("71802-3", "LA31994-9")]).map(\.domain) == ["housing-instability"])
        #expect(try needs("", [("71802-3", "LA30190-5")]).map(\.domain) == ["homelessness"])
    }

    @Test(arguments: [("10", 0), ("11", 1), ("20", 1), ("eleven", 0)])
    func `the safety questions count from eleven points`(_ points: String, _ count: Int) throws {
        #expect(try needs("", [("95614-4", points)]).count == count)
    }

    @Test func `a domain counts once, with what showed it first`() throws {
        let found = try needs("Z59.41 Z59.48", [("88122-7", "LA28397-0")])
        #expect(found == [SocialNeed(domain: "food-insecurity", evidence: "Z59.41")])
    }

    @Test func `illness is not social need`() throws { #expect(try needs("I10 E11.9 Z79.4").isEmpty) }
}
