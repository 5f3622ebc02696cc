import Access
import Care
import FHIR
import Foundation
import Records
import TestSupport
import Testing

/// A default for all who follow a protocol: tried out, published, carried out for everybody, once.
struct MoveEverybodyTests {
    private typealias Base = ApplyProtocolTests
    private static let now = Base.now
    private static let sue = Caller(
        account: "sue", name: "Sue", roles: [.supervisor], practitioner: "Practitioner/sue")
    private static let reason = "The guidance of May changed."

    private static func definition(_ version: String, _ titles: [(String, String)]) -> JSON {
        Base.definition(version) { json in
            json["action"] = .array(titles.map { ["id": .string($0.0), "title": .string($0.1)] })
            json["contained"] = nil
        }
    }

    private static let old = definition("1", [("first", "Do first"), ("twice", "Do twice"), ("phone", "Do phone")])
    private static let new = definition(
        "2", [("first", "Do first"), ("twice", "Do twice, better"), ("extra", "Do extra")])

    /// So many people follow version 1; then version 2 is on record.
    private static func followers(_ count: Int, _ engine: TestEngine = .usual) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(old, id: "all")
        for number in 0..<count {
            let id = "p\(number)"
            try await scratch.put(["resourceType": "Patient", "birthDate": "1948-03-14"], id: id)
            try await scratch.put(
                [
                    "resourceType": "EpisodeOfCare", "status": "active",
                    "patient": ["reference": .string("Patient/\(id)")],
                    "careManager": ["reference": "Practitioner/ruth"],
                ], id: "episode-\(id)")
            try await scratch.records.write(as: Base.ruth, at: now) { change in
                _ = try TakeUpProtocol(
                    person: id, careProtocol: try Base.read(old, change.reader),
                    chosen: ["goal.walk", "first", "twice", "phone"], days: Base.days()
                ).perform(planVersion: 0, in: change)
            }
        }
        try await scratch.put(new, id: "all")
        return scratch
    }

    private static func move(
        _ deeds: [String: PlanMigration.Deed] = ["twice": .change, "phone": .cancel, "extra": .add],
        reason: String = reason
    ) throws -> PublishMove {
        PublishMove(
            protocolID: "all", old: "1", new: "2", deeds: deeds, reason: reason,
            shelf: ProtocolShelf(try Base.library()))
    }

    private static func work(_ records: Records, chunk: Int = 2) throws -> MoveEverybody {
        var work = MoveEverybody(records: records, plans: try Base.library(), zone: .named(.gmt)) {
            $0 == "sue" ? sue : nil
        }
        work.chunk = chunk
        return work
    }

    private static func publish(_ records: Records, _ move: PublishMove? = nil) async throws -> MoveDefault {
        let move = try move ?? Self.move()
        return try await records.write(as: sue, at: now) { try move.perform(in: $0) }
    }

    private static func one(_ records: Records, _ person: String, _ title: String) async throws -> Resource {
        let found = try await records.read(as: .system("test"), at: now, for: "test") {
            try $0.person(person, ["Task"]).all("Task").first { $0.root.text("code", "text") == title }
        }
        return try #require(found)
    }

    private static func edit(_ records: Records, _ resource: Resource, _ edit: @Sendable (inout JSON) -> Void)
        async throws
    {
        var json = resource.value
        edit(&json)
        let edited = json
        try await records.write(as: .system("test"), at: now) { change in
            _ = try change.update(edited, ifVersion: resource.version)
        }
    }

    /// Every resource of everybody with its version.
    private static func everything(_ records: Records) async throws -> [String: Int] {
        try await records.read(as: .system("test"), at: now, for: "test") { reader in
            var found: [String: Int] = [:]
            for type in ["Task", "Goal", "RequestGroup", "CarePlan", "Provenance", "PlanDefinition"] {
                for resource in try reader.search(Query(type)) { found[resource.reference] = resource.version }
            }
            return found
        }
    }

    private static func counts(_ records: Records, _ decision: MoveDefault) async throws -> [MoveMark.End: Int] {
        try await records.read(as: sue, at: now, for: "test") {
            try MoveReport(decision).counts(by: $0, at: now)
        }.filter { $0.value > 0 }
    }

    private static func again(_ records: Records) async throws -> MoveDefault {
        let found = try await records.read(as: sue, at: now, for: "test") {
            try MoveDefault.find("all", from: "1", to: "2", by: $0)
        }
        return try #require(found)
    }

    /// The notes that changes of the protocol have left on the groups of everybody.
    private static func notes(_ records: Records) async throws -> [Int] {
        try await records.read(as: .system("test"), at: now, for: "test") {
            try $0.search(Query("RequestGroup")).map { $0.root.list("note").count }
        }
    }

    @Test(arguments: Engines.all)
    func `trying a default out writes nothing, and counts what carrying it out then does`(
        _ engine: TestEngine
    ) async throws {
        let scratch = try await Self.followers(7, engine)
        let records = scratch.records
        try await Self.edit(records, try await Self.one(records, "p1", "Do phone")) {
            $0["note"] = [["text": "She asked for Tuesdays."]]
        }
        try await Self.edit(records, try await Self.one(records, "p2", "Do twice")) {
            $0["meta"] = [
                "security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSYTHPN"]]
            ]
        }
        // Somebody has decided for one already.
        let decided = try #require(
            try await records.read(as: Base.ruth, at: Self.now, for: "test") {
                try $0.person("p3", ["RequestGroup"]).all("RequestGroup").first
            })
        _ = try await records.write(as: Base.ruth, at: Self.now) {
            try MigratePlan(
                group: decided.id, version: "2", reason: "Agreed.", leavesExceptions: true,
                shelf: ProtocolShelf(try Base.library()), days: Base.days()
            ).perform(in: $0)
        }
        // What one names is not on file.
        var ghost = decided.value
        ghost["subject"] = ["reference": "Patient/ghost"]
        ghost["meta"] = nil
        try await scratch.put(ghost, id: "of-a-ghost")
        let before = try await Self.everything(records)
        let report = try await TryMove(try Self.move()).run(records: records, for: Self.sue, at: Self.now)
        #expect(try await Self.everything(records) == before)
        #expect(report.people == [.changed: 4, .waits: 2, .failed: 1] && report.already == 1)
        #expect(report.waiting == 2 && report.linesWaiting == ["phone": 1, "twice": 1])
        #expect(report.lines["phone"] == [.cancel: 5] && report.lines["extra"] == [.add: 6])
        #expect(
            report.reasons == ["There are notes on it.": 1, "It is kept apart from whoever set the default.": 1])
        let decision = try await Self.publish(records)
        try await Self.work(records).run(by: "one", now: { Self.now })
        #expect(try await Self.counts(records, decision) == report.people)
        let ended = try await Self.again(records)
        #expect(ended.state == .ended && ended.done == report.done)
        let next = try await TryMove(try Self.move()).run(records: records, for: Self.sue, at: Self.now)
        #expect(next.all == 1 && next.already == 7)
    }

    @Test(arguments: Engines.all)
    func `a run that is killed in the middle goes on, and nobody is done twice`(_ engine: TestEngine) async throws {
        struct Killed: Error {}
        let scratch = try await Self.followers(6, engine)
        let records = scratch.records
        let decision = try await Self.publish(records)
        var rounds = 0
        await #expect(throws: Killed.self) {
            try await Self.work(records).run(
                decision, now: { Self.now },
                pause: {
                    rounds += 1
                    if rounds == 3 { throw Killed() }
                })
        }
        #expect(try await Self.counts(records, decision) == [.changed: 4])
        #expect(try await Self.again(records).state == .runs)
        try await Self.work(records).run(by: "another", now: { Self.now })
        #expect(try await Self.counts(records, decision) == [.changed: 6])
        #expect(try await Self.notes(records) == Array(repeating: 1, count: 6))
        let after = try await Self.everything(records)
        try await Self.work(records).run(by: "third", now: { Self.now })
        #expect(try await Self.everything(records) == after)
    }

    @Test(arguments: Engines.all)
    func `two who carry it out at once do nobody twice`(_ engine: TestEngine) async throws {
        let scratch = try await Self.followers(6, engine)
        let records = scratch.records
        let other = engine == .postgres ? try await scratch.again() : records
        defer { if engine == .postgres { try? other.close() } }
        let decision = try await Self.publish(records)
        async let one: Void = Self.work(records).run(decision, now: { Self.now })
        async let two: Void = Self.work(other).run(decision, now: { Self.now })
        _ = try await (one, two)
        #expect(try await Self.counts(records, decision) == [.changed: 6])
        #expect(try await Self.notes(records) == Array(repeating: 1, count: 6))
        // The right to work is one process's at a time.
        _ = try await Self.publish(records)
        #expect(try await records.lease("protocol moves", to: "other", milliseconds: 60_000, at: Self.now))
        try await Self.work(records).run(by: "this", now: { Self.now })
        #expect(try await Self.again(records).state == .runs)
    }

    @Test func `what somebody has worked on is left to the care manager, once, until it is decided`() async throws {
        let scratch = try await Self.followers(1)
        let records = scratch.records
        let phone = try await Self.one(records, "p0", "Do phone")
        try await Self.edit(records, phone) { $0["note"] = [["text": "She asked for Tuesdays."]] }
        _ = try await Self.publish(records)
        try await Self.work(records).run(by: "one", now: { Self.now })
        let waiting = try await Self.one(records, "p0", "Everything: decide on version 2")
        #expect(CareTask(waiting).isOpen && CareTask(waiting).owner == "Practitioner/ruth")
        #expect(CareTask(waiting).code == .protocolChange)
        #expect(PlanStep(try await Self.one(records, "p0", "Do phone")).isOpen)
        // What nobody has touched went by the default, with the reason and who set it.
        let better = try await Self.one(records, "p0", "Do twice, better")
        #expect(
            better.root.list("note").last?.text("text")?.contains("\(Self.reason) (set for everybody by Sue)") == true)
        _ = try await Self.publish(records)
        try await Self.work(records).run(by: "one", now: { Self.now })
        #expect(try await Self.one(records, "p0", "Everything: decide on version 2").version == waiting.version)
        let group = try #require(CareTask(waiting).focus)
        _ = try await records.write(as: Base.ruth, at: Self.now) {
            try MigratePlan(
                group: String(group.dropFirst("RequestGroup/".count)), version: "2", deeds: ["phone": .keep],
                reason: "Tuesdays are hers.", leavesExceptions: true, shelf: ProtocolShelf(try Base.library()),
                days: Base.days()
            ).perform(in: $0)
        }
        let done = try await Self.one(records, "p0", "Everything: decide on version 2")
        #expect(!CareTask(done).isOpen && done.root.list("note").last?.text("text")?.contains("Tuesdays") == true)
        #expect(try await Self.counts(records, try await Self.again(records)) == [.decided: 1])
    }

    @Test(arguments: Engines.all)
    func `a plan out of reach of whoever set the default waits for its care manager`(_ engine: TestEngine) async throws
    {
        let scratch = try await Self.followers(2, engine)
        let records = scratch.records
        let hidden = try #require(
            try await records.read(as: .system("test"), at: Self.now, for: "test") {
                try $0.person("p1", ["RequestGroup"]).all("RequestGroup").first
            })
        try await Self.edit(records, hidden) {
            $0["meta"] = [
                "security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSYTHPN"]]
            ]
        }
        let steps = ["Do twice", "Do phone"]
        var before: [Int] = []
        for title in steps { before.append(try await Self.one(records, "p1", title).version) }
        // Nothing tells whoever decides that there is one more.
        let report = try await TryMove(try Self.move()).run(records: records, for: Self.sue, at: Self.now)
        #expect(report.people == [.changed: 1] && report.waiting == 0)
        let decision = try await Self.publish(records)
        try await Self.work(records).run(by: "one", now: { Self.now })
        #expect(try await Self.counts(records, decision) == [.changed: 1])
        let ended = try await Self.again(records)
        #expect(ended.state == .ended && ended.done == report.done)
        var after: [Int] = []
        for title in steps { after.append(try await Self.one(records, "p1", title).version) }
        #expect(after == before)
        let waiting = try await Self.one(records, "p1", "Everything: decide on version 2")
        #expect(CareTask(waiting).isOpen && CareTask(waiting).owner == "Practitioner/ruth")
        let mark = try #require(MoveMark(waiting.root))
        #expect(mark.end == .waits && mark.words == "Version 1 to 2: nothing was decided.")
        let seen = try await records.read(as: Self.sue, at: Self.now, for: "test") {
            try $0.find("Task", waiting.id) != nil
        }
        #expect(!seen)
        // It stays so when the default is published once more.
        _ = try await Self.publish(records)
        try await Self.work(records).run(by: "one", now: { Self.now })
        #expect(try await Self.one(records, "p1", "Everything: decide on version 2").version == waiting.version)
    }

    @Test func `a default may keep the old everywhere, and everybody follows the new version from then on`()
        async throws
    {
        let scratch = try await Self.followers(2)
        let records = scratch.records
        let move = try Self.move(["twice": .keep, "phone": .keep, "extra": .leave])
        let decision = try await Self.publish(records, move)
        try await Self.work(records).run(by: "one", now: { Self.now })
        #expect(try await Self.counts(records, decision) == [.kept: 2])
        #expect(PlanStep(try await Self.one(records, "p1", "Do phone")).isOpen)
        let (before, after) = try await records.read(as: Self.sue, at: Self.now, for: "test") { reader in
            (
                try Followers(of: "all", version: "1").count(by: reader, at: Self.now),
                try Followers(of: "all", version: "2").count(by: reader, at: Self.now)
            )
        }
        #expect(before == 0 && after == 2)
    }

    @Test func `a default needs a reason, a choice for each difference, and somebody who may set it`() async throws {
        let scratch = try await Self.followers(1)
        let records = scratch.records
        await #expect(throws: FormProblems.self) { try await Self.publish(records, try Self.move(reason: " ")) }
        await #expect(throws: FormProblems.self) { try await Self.publish(records, try Self.move(["twice": .change])) }
        await #expect(throws: FormProblems.self) {
            try await Self.publish(records, try Self.move(["twice": .add, "phone": .keep, "extra": .leave]))
        }
        await #expect(throws: RecordsFailure.self) {
            let move = try Self.move()
            return try await records.write(as: Base.ruth, at: Self.now) { try move.perform(in: $0) }
        }
        // Whoever has left decides nothing any more.
        _ = try await Self.publish(records)
        let empty = MoveEverybody(records: records, plans: try Base.library(), zone: .named(.gmt)) { _ in nil }
        try await empty.run(by: "one", now: { Self.now })
        guard case .stopped = try await Self.again(records).state else {
            Issue.record("It went on.")
            return
        }
        #expect(PlanStep(try await Self.one(records, "p0", "Do phone")).isOpen)
    }
}
