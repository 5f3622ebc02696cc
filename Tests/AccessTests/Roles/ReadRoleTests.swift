import Content
import Testing

@testable import Access

struct ReadRoleTests {
    private static let sound = """
        kind: role
        source: Test
        version: 1.0.0
        licence: Apache-2.0
        effectiveFrom: 2026-01-01
        effectiveTo:
        role: tester
        title: Tester
        given: staff
        offices: [see-outcomes]
        rules:
          - id: one
            why: Because
            verbs: [read, search]
            types: [Patient]
            whose: [panel, team]
            labels: [SUD]
            withConsent: [42CFRPart2]
        """

    private func read(_ text: String) throws -> RolePolicy {
        try RolePolicy(
            root: ContentField(root: YAML.parse(Array(text.utf8))), labels: LabelLibrary(content: Content(folder: nil)),
            minors: MinorRules(content: Content(folder: nil)),
            fields: ReadFields(names: ElementNames(content: Content(folder: nil))))
    }

    @Test func `a rule hides every label that it does not name`() throws {
        let labels = try LabelLibrary(content: Content(folder: nil))
        let rule = try #require(read(Self.sound).rules.first)
        let part2 = try #require(labels.label("42CFRPart2")).mask
        for label in labels.labels where label.code != "SUD" && label.code != "42CFRPart2" {
            #expect(rule.hidden.contains(label.mask), "\(label.code)")
        }
        #expect(!rule.hidden.contains(try #require(labels.label("SUD")).mask))
        #expect(!rule.hidden.contains(part2))
        #expect(rule.hidden.contains(part2.undisclosed))
    }

    @Test(arguments: [
        ("verbs: [read, search]", "verbs: [read, glance]"), ("verbs: [read, search]", "verbs: []"),
        ("types: [Patient]", "types: some"), ("types: [Patient]", "types: []"),
        ("whose: [panel, team]", "whose: [panel, friends]"), ("whose: [panel, team]", "whose: []"),
        ("labels: [SUD]", "labels: [SUDX]"), ("labels: [SUD]", "labels: most"), ("    labels: [SUD]\n", ""),
        ("withConsent: [42CFRPart2]", "withConsent: [HIV]"), ("offices: [see-outcomes]", "offices: [see-everything]"),
        ("offices: [see-outcomes]", "offices: [see-people]"), ("given: staff", "given: anybody"),
        ("why: Because", "because: Because"), ("role: tester", "role: system"),
    ])
    func `what is not known is an error`(right: String, wrong: String) {
        #expect(throws: ContentProblem.self) { try read(Self.sound.replacing(right, with: wrong)) }
    }

    @Test func `the sound one is read`() throws {
        #expect(try read(Self.sound).rules.count == 1)
    }

    @Test func `a type that no role speaks of is found when the server starts`() throws {
        let policy = try Policy(content: Content(folder: nil))
        #expect(policy.problems(types: ["Patient", "Observation", "Slot", "Practitioner"]).isEmpty == false)
        let one = Policy(roles: RoleLibrary([try read(Self.sound)]), labels: policy.labels)
        #expect(one.problems(types: ["Patient", "Basic"]).contains { $0.contains("Basic") })
        #expect(one.problems(types: ["Basic"]).contains { $0.contains("“Patient”") })
    }
}
