import Access
import CareTestSupport
import Content
import FHIR
import Records
import Testing

@testable import Care

/// From the answer to the backup, by the minutes of safety.yaml.
struct SafetyClockTests {
    private static let minute: Int64 = 60_000

    private func desk(_ hours: Int64 = 8) async throws -> CareDesk {
        let desk = try await CareDesk.open(projections: [WorkProjection()])
        for id in ["sam", "ada"] {
            try await desk.put("Practitioner", id, ["active": true, "name": [["text": .string(id)]]])
        }
        try await desk.shift("sam", backup: "ada", hours: hours)
        return desk
    }

    private func owner(_ desk: CareDesk, _ task: String) async throws -> String? {
        CareTask(try await desk.get("Task", task)).owner
    }

    @Test func `it goes to who is on duty, with the clock of its kind, and climbs when only told`() async throws {
        let desk = try await desk()
        try await desk.handIn("phq-9", ["44260-8": [.code("LA6569-3")]], id: "response-1")
        let task = try #require(try await desk.openTasks().first { $0.code == .safety })
        #expect(task.owner == "Practitioner/sam" && task.due == CareDesk.now + 30 * Self.minute)
        #expect(try await desk.escalate(at: CareDesk.now + 29 * Self.minute) == 0)
        // Read and taken over by nobody: told is not acknowledged.
        #expect(try await desk.escalate(at: CareDesk.now + 31 * Self.minute) == 1)
        #expect(try await owner(desk, task.id) == "Practitioner/ada")
        let stored = CareTask(try await desk.get("Task", task.id))
        #expect(stored.isOpen && stored.isSafety)
        let verb = AcknowledgeSafety(id: task.id, version: nil, outcome: .safeNow, note: "Spoke with her.")
        _ = try await desk.act(at: CareDesk.now + 40 * Self.minute) { try verb.perform(in: $0) }
        #expect(try await desk.escalate(at: CareDesk.now + 90 * Self.minute) == 0)
    }

    @Test func `danger to life has a shorter clock`() async throws {
        let desk = try await desk()
        try await desk.handIn("heart-failure-check", ["hf-chest": [.code("LA33-6")]], id: "response-1")
        let task = try #require(try await desk.openTasks().first { $0.code == .safety })
        #expect(task.due == CareDesk.now + 15 * Self.minute)
    }

    @Test
    func `answers about violence, what they come to and the task carry their label, the rest of the form does not`()
        async throws
    {
        let desk = try await desk()
        let form = try #require(desk.care.instruments["pregnancy-check"])
        var answers = try EveryInstrumentTests.answers(form, total: 0)
        answers["pregnancy-safe"] = form.item("pregnancy-safe")?.options.max { $0.score ?? 0 < $1.score ?? 0 }
            .map { [.code($0.coding.code)] }
        try await desk.handIn("pregnancy-check", answers, id: "response-1")
        func labels(_ root: JSONNode) -> [String] {
            root["meta"]?.list("security").compactMap { $0.text("code") } ?? []
        }
        let response = try #require(try await desk.all("QuestionnaireResponse").first)
        #expect(labels(response.root).contains("SDV"))
        let observations = try await desk.all("Observation")
        let hidden = observations.filter { labels($0.root).contains("SDV") }.map(\.id)
        #expect(hidden == ["response-1-pregnancy-safe"] && observations.count > 10)
        let task = try #require(try await desk.openTasks().first { $0.code == .safety })
        #expect(labels(task.resource.root).contains("SDV"))
    }

    @Test func `thoughts of self-harm are asked from afar only while somebody is on duty until the call is over`()
        async throws
    {
        func refusal(_ desk: CareDesk, _ name: String, _ way: AskingWay) async throws -> MayAsk.Refusal? {
            let form = try #require(desk.care.instruments[name])
            let isCovered = try await desk.look { try MayAsk.isCovered(form, by: $0, at: CareDesk.now) }
            return MayAsk.why(form, by: way, isCovered: isCovered)
        }
        let covered = try await desk()
        #expect(try await refusal(covered, "phq-9", .portal) == nil)
        #expect(try await refusal(covered, "phq-9", .proxy) == .onlyThePerson)
        #expect(try await refusal(covered, "pregnancy-check", .portal) == .askAlone)
        #expect(try await refusal(covered, "pregnancy-check", .staff) == nil)
        #expect(try await refusal(covered, "chair-stand", .portal) == .teamOnly)
        #expect(try await refusal(covered, "heart-failure-check", .proxy) == nil)
        let open = try await CareDesk.open()
        #expect(try await refusal(open, "phq-9", .portal) == .noCover)
        #expect(try await refusal(open, "phq-9", .staff) == nil)
        #expect(try await refusal(open, "gad-7", .portal) == nil)
        // Somebody is there now, and gone before a nurse would have called.
        let short = try await desk(0)
        #expect(try await refusal(short, "phq-9", .portal) == .noCover)
        // Who has left covers nothing, until the backup does.
        try await covered.put("Practitioner", "sam", ["active": false])
        #expect(try await refusal(covered, "phq-9", .portal) == nil)
        try await covered.put("Practitioner", "ada", ["active": false])
        #expect(try await refusal(covered, "phq-9", .portal) == .noCover)
    }

    @Test func `the person reads help and when a nurse calls, in their language`() throws {
        let safety = try CareContent.shipped().instruments.safety
        let kind = try #require(safety["self-harm"])
        #expect(kind.words(in: nil).words.tell.contains("988") && kind.line == "988" && kind.emergencyLine == "911")
        let (words, language) = kind.words(in: "es")
        #expect(language == "es" && words.call(by: "15:40") == "Una enfermera le llamará antes de las 15:40.")
        #expect(kind.words(in: "fr").language == nil)
        #expect(kind.callBy(from: 0) == 60 * Self.minute)
        for kind in safety.kinds {
            let said = [kind.words.heading, kind.words.tell, kind.words.call(by: "15:40"), kind.words.nobody]
            let grade = ReadingLevel.grade(said.map { $0.hasSuffix(".") ? $0 : $0 + "." }.joined(separator: " "))
            #expect(grade <= 6, "\(kind.kind) \(grade)")
        }
    }
}

extension CareDesk {
    /// Puts someone on duty from now on; 0 hours: for some minutes only.
    func shift(_ who: String, backup: String, hours: Int64) async throws {
        let verb = AddShift(
            who: "Practitioner/\(who)", backup: "Practitioner/\(backup)", from: Self.now - 60_000,
            until: Self.now + (hours == 0 ? 10 * 60_000 : hours * 3_600_000))
        _ = try await records.write(
            as: .init(account: "mae", name: "Mae", roles: [.supervisor], practitioner: "Practitioner/ruth"),
            at: Self.now
        ) { try verb.perform(in: $0) }
    }

    func escalate(at moment: Int64) async throws -> Int {
        try await records.write(as: .system("duty"), at: moment) { try EscalateSafety().perform(in: $0) }
    }
}
