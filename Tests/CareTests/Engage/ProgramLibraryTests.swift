import FHIR
import Records
import TestSupport
import Testing

@testable import Care

struct ProgramLibraryTests {
    static func shipped() throws -> ProgramLibrary {
        try ProgramLibrary(
            content: ShippedContent.bytes, files: ShippedContent.files("programs"),
            definitions: try ScratchRecords.definitions())
    }

    let facts: ProgramFacts = [
        .age: 70, .goalsReachedShare: 0.75, .monthsSinceAcuteCare: 6, .openSafetyItems: 0, .unmetSocialNeeds: 0,
        .selfManagementPlan: 1, .phq9Highest: 18, .phq9Latest: 8, .phq9DropShare: 10.0 / 18.0,
    ]

    @Test func `the three programmes load and know their packs`() throws {
        let library = try Self.shipped()
        #expect(library.programs.map(\.id).sorted() == ["chronic-care", "complex-care", "transition-30-day"])
        let packs = Set(try PlanLibraryTests.shipped().packs.map(\.id))
        for program in library.programs {
            #expect(packs.isSuperset(of: program.plans))
            #expect(ReadingLevel.grade(program.patientSummary) <= 7)
        }
    }

    @Test func `reasons for closing are those of the product, and a death stops everything`() throws {
        let reasons = try Self.shipped().reasons
        #expect(
            reasons.closingReasons.map(\.code) == [
                "goals-met", "declined", "unreachable", "died", "moved", "coverage-ended", "hospice", "transferred",
            ])
        #expect(reasons.closingReasons.filter(\.stopsEverything).map(\.code) == ["died"])
        #expect(reasons.closingReasons.filter(\.checksExit).map(\.code) == ["goals-met"])
        let outcomes = Set(reasons.outreachOutcomes.map(\.code))
        #expect(
            outcomes.isSuperset(of: [
                "reached", "left-message", "no-answer", "wrong-number", "declined", "language-barrier",
            ]))
    }

    @Test func `reasons and programmes are codes of our own that are listed`() throws {
        let library = try Self.shipped()
        let listed = ShippedContent.text("fhir/almoner-codes.csv")
        for (system, codes) in [
            ("outcome", library.reasons.outreachOutcomes.map(\.code)),
            ("reason", library.reasons.declineReasons.map(\.code)),
            ("reason", library.reasons.closingReasons.map(\.code)), ("program", library.programs.map(\.id)),
        ] {
            for code in codes { #expect(listed.contains("\nurn:almoner:\(system),\(code),"), "\(code)") }
        }
    }

    @Test func `a programme is a PlanDefinition with its entry and exit`() throws {
        let program = try #require(try Self.shipped()["complex-care"])
        let root = try program.planDefinition().document().root
        #expect(root.text("type", "coding", "code") == "clinical-protocol")
        #expect(root.text("effectivePeriod", "start") == "2026-01-01")
        let conditions = root.at("action")?.list("condition") ?? []
        #expect(conditions.compactMap { $0.text("kind") } == ["start", "stop"])
        let stop = try #require(conditions.last?.text("expression", "expression"))
        #expect(stop.hasPrefix("%goalsReachedShare >= 0.75 and %monthsSinceAcuteCare >= 6 and "))
        #expect(stop.hasSuffix("(%phq9Latest < 5 or %phq9DropShare >= 0.5 or %phq9Highest < 10)"))
    }

    @Test func `a halved PHQ-9 is enough to leave complex care`() throws {
        let program = try #require(try Self.shipped()["complex-care"])
        #expect(program.exit.verdict(facts) == .met)
        var worse = facts
        worse[.phq9DropShare] = 0.49
        #expect(program.exit.verdict(worse) == .notMet)
    }

    @Test func `what is not known is neither met nor failed`() throws {
        let program = try #require(try Self.shipped()["complex-care"])
        var unknown = facts
        unknown[.selfManagementPlan] = nil
        #expect(program.exit.verdict(unknown) == .unknown)
        unknown[.openSafetyItems] = 1
        #expect(program.exit.verdict(unknown) == .notMet)
        #expect(program.exit.verdict([:]) == .unknown)
    }

    @Test func `the checklist shows each line with its value and which belong together`() throws {
        let lines = try #require(try Self.shipped()["complex-care"]).exit.lines(facts)
        #expect(lines.count == 8)
        #expect(lines.filter { $0.oneOf != nil }.map(\.fact) == [.phq9Latest, .phq9DropShare, .phq9Highest])
        #expect(lines.first?.value == 0.75 && lines.first?.verdict == .met)
    }

    @Test func `two hospital stays or three conditions with a need let someone in`() throws {
        let entry = try #require(try Self.shipped()["complex-care"]).entry
        #expect(entry.verdict([.age: 70, .inHospice: 0, .inpatientStays12Months: 2]) == .met)
        #expect(entry.verdict([.age: 70, .inHospice: 0, .chronicConditions: 3, .socialNeeds: 1]) == .met)
        #expect(entry.verdict([.age: 17, .inHospice: 0, .inpatientStays12Months: 2]) == .notMet)
        #expect(entry.verdict([.age: 70, .inHospice: 1, .inpatientStays12Months: 2]) == .notMet)
    }

    @Test(arguments: [
        ("%age >= 18", "%aeg >= 18", "no fact and no type of resource %aeg"),
        ("needsConsent: true", "needsConsent: yes", "true or false"),
        ("version: 1.1.0", "version:", "version"), ("kind: program", "kind: plan-pack", "kind"),
    ])
    func `a broken programme is refused with its file`(found: String, put: String, problem: String) {
        let broken = ShippedContent.text("programs/complex-care.yaml").replacing(found, with: put)
        let failure = #expect(throws: ProgramLibraryFailure.self) {
            try ProgramLibrary(
                content: { $0 == "programs/complex-care.yaml" ? Array(broken.utf8) : ShippedContent.bytes($0) },
                files: ShippedContent.files("programs"),
                definitions: try ScratchRecords.definitions())
        }
        #expect(failure?.file == "programs/complex-care.yaml")
        #expect(failure?.problem.contains(problem) == true, "\(failure?.description ?? "")")
    }
}
