import Access
import CareTestSupport
import Content
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// Lists are entered, decided on line by line, asked about, signed; on both engines.
struct ReconcileTests {
    private static let now: Int64 = 1_795_000_000_000
    private static let day: Int64 = 86_400_000
    private static let zone = FacilityZone.offset(minutes: 0)
    private static let ruth = Caller(
        account: "ruth", name: "Ruth Adeyemi, RN", roles: [.careManager], practitioner: "Practitioner/ruth")
    private static let sam = Caller(
        account: "sam", name: "Sam Ortiz", roles: [Role(rawValue: "supervisor")], practitioner: "Practitioner/sam")
    private static let worker = Caller(
        account: "cho", name: "Cho Park, CHW", roles: [Role(rawValue: "community-health-worker")],
        practitioner: "Practitioner/cho")

    private static func scratch(_ engine: TestEngine) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(
            ["resourceType": "Patient", "name": [["given": ["Delores"], "family": "Whitfield"]]], id: "delores")
        try await scratch.put(
            ["resourceType": "Practitioner", "active": true, "name": [["text": "Sam Ortiz"]]], id: "sam")
        return scratch
    }

    private static func write<T: Sendable>(
        _ scratch: ScratchRecords, as caller: Caller = ruth, minute: Int64 = 0,
        _ body: @escaping @Sendable (Change) throws -> T
    ) async throws -> T {
        try await scratch.records.write(as: caller, at: now + minute * 60_000, body)
    }

    private static func look(_ scratch: ScratchRecords, as caller: Caller = ruth) async throws -> Reconciliation {
        let care = try CareContent.shipped()
        return try await scratch.records.read(as: caller, at: now + day, for: "test") {
            try Reconciliation.read("delores", content: care, by: $0, at: now + day)
        }
    }

    private static func enter(
        _ scratch: ScratchRecords, _ source: MedicineSource, _ text: String?, replaces: Bool = false, minute: Int64 = 0
    ) async throws {
        let care = try CareContent.shipped()
        try await write(scratch, minute: minute) {
            _ = try EnterMedicines(person: "delores", source: source, text: text, replaces: replaces, content: care)
                .perform(in: $0)
        }
    }

    private static func choice(
        _ line: MedicineLine, _ decision: String?, version: Int? = nil, reason: String? = nil, words: String? = nil,
        takes: String? = nil, whom: String? = nil, isHeld: Bool = false
    ) -> DecideMedicines.Choice {
        .init(
            key: line.key, version: version, decision: decision, reason: reason, words: words, takes: takes,
            whom: whom, isHeld: isHeld)
    }

    private static func decide(
        _ scratch: ScratchRecords, _ choices: [DecideMedicines.Choice], as caller: Caller = ruth, minute: Int64 = 1
    ) async throws -> DecideMedicines.Result {
        let care = try CareContent.shipped()
        return try await write(scratch, as: caller, minute: minute) {
            try DecideMedicines(person: "delores", choices: choices, content: care, due: now + 2 * day).perform(in: $0)
        }
    }

    private static func sign(_ scratch: ScratchRecords, minute: Int64 = 5) async throws -> Resource {
        let care = try CareContent.shipped()
        let seen = try await look(scratch).lines.map(\.key)
        return try await write(scratch, minute: minute) {
            try SignMedicines(person: "delores", seen: seen, content: care, zone: zone).perform(in: $0)
        }
    }

    private static func record(_ scratch: ScratchRecords, _ types: Set<String>) async throws -> PersonRecord {
        try await scratch.records.read(as: ruth, at: now + day, for: "test") { try $0.person("delores", types) }
    }

    @Test(arguments: Engines.all)
    func `a list is compared, decided on and signed, and its next version tells what came since`(
        _ engine: TestEngine
    ) async throws {
        let scratch = try await Self.scratch(engine)
        try await Self.enter(
            scratch, .hospital, "Furosemide 40 mg tablet twice a day for fluid\nlisinopril 10 mg daily")
        try await Self.enter(scratch, .home, "Lasix 20 mg once a day\nlisinopril 10 mg daily\nibuprofen 600 mg tid")
        let first = try await Self.look(scratch)
        #expect(first.lines.map(\.outcome) == [.omitted, .changed, .unchanged])
        await #expect(throws: FormProblems.self) { _ = try await Self.sign(scratch) }
        let care = try CareContent.shipped()
        #expect(
            try await Self.write(scratch) { try KeepAgreeing(person: "delores", content: care).perform(in: $0) } == 1)
        let result = try await Self.decide(
            scratch,
            [
                Self.choice(first.lines[0], "stop", reason: "not-together", words: "Bad for the kidneys"),
                Self.choice(
                    first.lines[1], "change", reason: "prescriber-says", takes: "40 mg once a day in the morning"),
            ])
        #expect(result.saved == 2 && result.problems.isEmpty)
        let list = try await Self.sign(scratch)
        #expect(list.root.text("code", "coding", "code") == "10160-0")
        #expect(list.root.text("source", "reference") == "Practitioner/ruth")
        let signed = try #require(try await Self.look(scratch).signed.first)
        #expect(signed.version == 1)
        #expect(signed.taken.map(\.name).sorted() == ["Furosemide 40 mg (Lasix)", "lisinopril 10 mg"])
        let furosemide = try #require(signed.taken.first { $0.name.hasPrefix("Furosemide") })
        #expect(furosemide.text.dayTimes == [.morning])
        #expect(furosemide.takes == "once a day, in the morning")
        #expect(furosemide.reason == "fluid")
        #expect(signed.stopped.map(\.name) == ["ibuprofen 600 mg"])
        #expect(signed.stopped.first?.words == "Bad for the kidneys")
        let record = try await Self.record(
            scratch, ["Procedure", "DetectedIssue", "MedicationStatement", "MedicationRequest", "Provenance"])
        #expect(record.all("Procedure").map { $0.root["code"]?.codes ?? [] } == [["430193006"]])
        #expect(record.all("DetectedIssue").allSatisfy { $0.root.text("status") == "final" })
        #expect(record.all("Provenance").count == 1)
        // The page of the person shows the signed list, and not the lists that it was made of.
        #expect(
            Medicine.current(in: record, names: [:]).map(\.name) == ["Furosemide 40 mg (Lasix)", "lisinopril 10 mg"])
        #expect(try await Self.look(scratch).isSettled)

        try await Self.enter(scratch, .pharmacy, "warfarin 5 mg once a day", minute: 10)
        let next = try await Self.look(scratch)
        #expect(!next.isSettled)
        #expect(next.lines.map(\.outcome) == [.new, .unchanged, .unchanged])
        let kept = try await Self.decide(scratch, next.lines.map { Self.choice($0, "keep") }, minute: 11)
        #expect(kept.saved == next.lines.count)
        _ = try await Self.sign(scratch, minute: 12)
        let versions = try await Self.look(scratch).signed
        #expect(versions.map(\.version) == [2, 1])
        #expect(versions[0].differences(from: versions[1]) == ["New: warfarin 5 mg, once a day"])
        #expect(versions[0].differences(from: versions[0]).isEmpty)
        #expect(
            versions[0].taken.map(\.name).sorted() == ["Furosemide 40 mg (Lasix)", "lisinopril 10 mg", "warfarin 5 mg"])
        #expect(versions[1].taken.map(\.name).sorted() == ["Furosemide 40 mg (Lasix)", "lisinopril 10 mg"])
    }

    @Test(arguments: Engines.all)
    func `a question goes to the prescriber and the answer returns to its line`(_ engine: TestEngine) async throws {
        let scratch = try await Self.scratch(engine)
        try await Self.enter(scratch, .hospital, "lisinopril 10 mg daily")
        try await Self.enter(scratch, .home, "lisinopril 10 mg daily\nwarfarin 5 mg daily")
        let line = try #require(try await Self.look(scratch).lines.first { $0.outcome == .omitted })
        let bare = try await Self.decide(scratch, [Self.choice(line, "ask")])
        #expect(bare.saved == 0)
        #expect(bare.problems.map(\.field) == ["r-ask-\(line.key)", "w-\(line.key)", "a-\(line.key)"])
        let asked = try await Self.decide(
            scratch,
            [
                Self.choice(
                    line, "ask", reason: "not-mentioned", words: "Go on with warfarin?", whom: "Practitioner/sam",
                    isHeld: true)
            ])
        #expect(asked.saved == 1)
        let task = try #require(
            try await Self.record(scratch, ["Task"]).all("Task").map(CareTask.init).first {
                $0.code == .medicineQuestion
            })
        #expect(task.owner == "Practitioner/sam" && task.due == Self.now + 2 * Self.day)
        await #expect(throws: FormProblems.self) {
            try await Self.write(scratch, as: Self.sam, minute: 2) {
                try AnswerMedicine(id: task.id, version: nil, decision: "change", takes: nil, words: nil).perform(
                    in: $0)
            }
        }
        await #expect(throws: NotNow.self) {
            try await Self.write(scratch, as: Self.sam, minute: 2) {
                try CompleteTask(
                    id: task.id, version: nil, outcome: .done,
                    days: SiteDays(today: CalendarDay(daysSinceEpoch: 20_000), end: { _ in 0 })
                ).perform(in: $0)
            }
        }
        _ = try await Self.write(scratch, as: Self.sam, minute: 3) {
            try AnswerMedicine(
                id: task.id, version: nil, decision: "change", takes: "warfarin 2.5 mg in the evening",
                words: "INR was 3.4"
            ).perform(in: $0)
        }
        let decision = try #require(try await Self.look(scratch).decisions[line.key])
        #expect(decision.kind == .ask && decision.standing == .change)
        #expect(decision.answer?.by == "Practitioner/sam" && decision.answer?.words == "INR was 3.4")
        let told = try await Self.record(scratch, ["Task"]).all("Task").map(CareTask.init).filter(\.isOpen)
        #expect(told.map(\.title) == ["Answer came: warfarin 5 mg"])
        #expect(told.first?.owner == "Practitioner/ruth")
        let care = try CareContent.shipped()
        _ = try await Self.write(scratch, minute: 4) {
            try KeepAgreeing(person: "delores", content: care).perform(in: $0)
        }
        _ = try await Self.sign(scratch)
        let signed = try #require(try await Self.look(scratch).signed.first)
        let warfarin = try #require(signed.taken.first { $0.name.hasPrefix("warfarin") })
        #expect(warfarin.name == "warfarin 2.5 mg" && warfarin.text.dayTimes == [.evening])
    }

    @Test(arguments: Engines.all)
    func `an answer that comes after signing is shown at the line of the next version`(
        _ engine: TestEngine
    ) async throws {
        let scratch = try await Self.scratch(engine)
        try await Self.enter(scratch, .hospital, "lisinopril 10 mg daily")
        try await Self.enter(scratch, .home, "lisinopril 20 mg daily")
        let line = try #require(try await Self.look(scratch).lines.first)
        _ = try await Self.decide(
            scratch, [Self.choice(line, "ask", reason: "unclear", words: "10 or 20?", whom: "Practitioner/sam")])
        _ = try await Self.sign(scratch)
        #expect(try await Self.look(scratch).signed.first?.asked.map(\.name) == ["lisinopril 10 mg"])
        #expect(try await Self.look(scratch).signed.first?.taken.count == 1)
        let task = try #require(
            try await Self.record(scratch, ["Task"]).all("Task").map(CareTask.init).first {
                $0.code == .medicineQuestion
            })
        _ = try await Self.write(scratch, as: Self.sam, minute: 9) {
            try AnswerMedicine(id: task.id, version: nil, decision: "keep", takes: nil, words: "10 is right").perform(
                in: $0)
        }
        let next = try await Self.look(scratch)
        #expect(!next.isSettled)
        #expect(next.late.values.map { $0.answer?.words ?? "" } == ["10 is right"])
        #expect(next.agreeing.isEmpty)
    }

    @Test(arguments: Engines.all)
    func `two who decide at once are both kept on other lines, the same line is asked about`(
        _ engine: TestEngine
    ) async throws {
        let scratch = try await Self.scratch(engine)
        try await Self.enter(scratch, .hospital, "lisinopril 10 mg daily\napixaban 5 mg bid")
        try await Self.enter(scratch, .home, "lisinopril 20 mg daily\napixaban 5 mg daily")
        let lines = try await Self.look(scratch).lines
        let (one, two) = (lines[0], lines[1])
        #expect(try await Self.decide(scratch, [Self.choice(one, "keep")]).saved == 1)
        let late = try await Self.decide(
            scratch, [Self.choice(two, "keep"), Self.choice(one, "stop", reason: "no-need")], as: Self.sam)
        #expect(late.saved == 1)
        #expect(late.problems.map(\.field) == ["d-\(one.key)"])
        let decisions = try await Self.look(scratch).decisions
        #expect(decisions[one.key]?.kind == .keep && decisions[two.key]?.kind == .keep)
        let version = try #require(decisions[one.key]?.issue.version)
        let again = try await Self.decide(
            scratch, [Self.choice(one, "stop", version: version, reason: "no-need")], as: Self.sam, minute: 3)
        #expect(again.saved == 1)
        // A line that changes is asked anew.
        try await Self.enter(scratch, .home, "lisinopril 40 mg daily", replaces: true, minute: 4)
        let changed = try await Self.look(scratch)
        #expect(changed.decisions.isEmpty && changed.orphans.count == 2)
    }

    @Test(arguments: Engines.all)
    func `signing closes the step of a transition`(_ engine: TestEngine) async throws {
        let scratch = try await Self.scratch(engine)
        let home = FHIRDate.instant(Self.now - 2 * Self.day)
        try await scratch.put(
            Visits.stay(
                "e1", FHIRDate.instant(Self.now - 6 * Self.day), home, reason: "Heart failure", person: "delores"),
            id: "e1")
        let content = Content(folder: nil)
        let rules = TransitionRules(
            holidays: try Holidays(content: { content.file($0) }), zone: Self.zone,
            risk: try RiskModels(content: { content.file($0) }), plan: try TransitionPlan(content: content))
        try await scratch.records.write(as: .system("test"), at: Self.now) { change in
            try KeepTransitions("delores", rules: rules).perform(in: change)
        }
        try await Self.enter(scratch, .hospital, "lisinopril 10 mg daily")
        try await Self.enter(scratch, .home, "lisinopril 10 mg daily")
        let lines = try await Self.look(scratch).lines
        _ = try await Self.decide(scratch, lines.map { Self.choice($0, "keep") })
        _ = try await Self.sign(scratch)
        let tasks = try await Self.record(scratch, ["Task"]).all("Task").map(CareTask.init)
        let step = try #require(tasks.first { $0.code == .medicationReconciliation })
        #expect(step.resource.root.text("status") == "completed")
        #expect(try await Self.record(scratch, ["Procedure"]).all("Procedure").count == 1)
    }

    @Test func `who has no licence reads and decides nothing`() async throws {
        let scratch = try await Self.scratch(.usual)
        try await Self.enter(scratch, .home, "lisinopril 10 mg daily")
        let line = try #require(try await Self.look(scratch).lines.first)
        await #expect(throws: NotNow.self) {
            _ = try await Self.decide(scratch, [Self.choice(line, "keep")], as: Self.worker)
        }
    }

    @Test func `an allergy on file and an interaction are told at their lines`() async throws {
        let scratch = try await Self.scratch(.usual)
        try await scratch.put(
            [
                "resourceType": "AllergyIntolerance", "patient": ["reference": "Patient/delores"],
                "code": ["text": "Penicillin"],
                "clinicalStatus": [
                    "coding": [
                        [
                            "system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                            "code": "active",
                        ]
                    ]
                ],
            ], id: "a1")
        try await Self.enter(scratch, .hospital, "penicillin v 500 mg twice a day\nwarfarin 5 mg daily")
        try await Self.enter(scratch, .home, "Advil 200 mg as needed\nwarfarin 5 mg daily")
        let standing = try await Self.look(scratch)
        let told = standing.warnings.map(\.text)
        #expect(told.contains { $0.hasPrefix("warfarin and ibuprofen") || $0.hasPrefix("ibuprofen and warfarin") })
        #expect(told.contains { $0.hasPrefix("penicillin v 500 mg: allergy") })
        #expect(standing.warnings.allSatisfy { !$0.keys.isEmpty })
        #expect(standing.caution.hasPrefix("This is not a complete interaction check."))
        let advil = try #require(standing.lines.first { $0.name.hasPrefix("Advil") })
        _ = try await Self.decide(scratch, [Self.choice(advil, "stop", reason: "not-together")])
        #expect(try await Self.look(scratch).warnings.count == standing.warnings.count - 1)
    }

    @Test func `what does not go together is not kept unseen, though the lists agree on it`() async throws {
        let scratch = try await Self.scratch(.usual)
        let both = "warfarin 5 mg daily\nibuprofen 400 mg bid\nlisinopril 10 mg daily"
        try await Self.enter(scratch, .hospital, both)
        try await Self.enter(scratch, .home, both)
        let standing = try await Self.look(scratch)
        #expect(standing.lines.allSatisfy { $0.outcome == .unchanged })
        #expect(standing.agreeing.map(\.name) == ["lisinopril 10 mg"])
        let care = try CareContent.shipped()
        #expect(
            try await Self.write(scratch) { try KeepAgreeing(person: "delores", content: care).perform(in: $0) } == 1)
    }

    @Test(arguments: ["", "   ", "12\n34", String(repeating: "x", count: 700)])
    func `what is no list is refused with the reason`(text: String) async throws {
        let scratch = try await Self.scratch(.usual)
        await #expect(throws: FormProblems.self) { try await Self.enter(scratch, .home, text) }
        #expect(try await Self.look(scratch).lines.isEmpty)
    }

    @Test func `a medicine that needs a label gets it, and is absent for who may not see it`() async throws {
        let scratch = try await Self.scratch(.usual)
        try await Self.enter(scratch, .home, "Suboxone 8 mg once a day\nlisinopril 10 mg daily")
        let statement = try #require(
            try await Self.record(scratch, ["MedicationStatement"]).all("MedicationStatement").first {
                $0.root["medicationCodeableConcept"]?.words?.hasPrefix("Suboxone") ?? false
            })
        #expect(statement.root["meta"]?.list("security").contains { $0.text("code") == "SUD" } ?? false)
        let team: JSON = [
            "resourceType": "CareTeam", "status": "active", "subject": ["reference": "Patient/delores"],
            "participant": [["member": ["reference": "Practitioner/cho"]]],
        ]
        try await scratch.put(["resourceType": "Practitioner", "active": true], id: "cho")
        try await scratch.put(team, id: "t1")
        #expect(try await Self.look(scratch, as: Self.worker).lines.map(\.name) == ["lisinopril 10 mg"])
        let lines = try await Self.look(scratch).lines
        _ = try await Self.decide(scratch, lines.map { Self.choice($0, "keep") })
        _ = try await Self.sign(scratch)
        #expect(try await Self.look(scratch, as: Self.worker).signed.first?.items.map(\.name) == ["lisinopril 10 mg"])
        #expect(try await Self.look(scratch, as: Self.worker).decisions.count == 0)
        #expect(try await Self.look(scratch).signed.first?.items.count == 2)
    }
}
