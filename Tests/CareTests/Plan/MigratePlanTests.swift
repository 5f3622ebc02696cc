import Care
import FHIR
import Records
import TestSupport
import Testing

/// Bringing people from one version of a protocol to the next: nothing that is open ends without a reason.
struct MigratePlanTests {
    private typealias Base = ApplyProtocolTests

    private static func step(_ id: String, _ title: String, _ more: [JSONMember] = []) -> JSON {
        .object([.init(name: "id", value: .string(id)), .init(name: "title", value: .string(title))] + more)
    }

    private static func definition(_ version: Int, _ actions: [JSON]) -> JSON {
        Base.definition(String(version)) { json in
            json["action"] = .array(actions)
            json["contained"] = nil
        }
    }

    private static func migrate(
        _ records: Records, _ group: String, _ version: Int, leavesExceptions: Bool = true,
        deeds: [String: PlanMigration.Deed] = [:]
    ) async throws -> MigratePlan.Outcome {
        try await records.write(as: Base.ruth, at: Base.now) { change in
            try MigratePlan(
                group: group, version: String(version), deeds: deeds, reason: "The guidance changed.",
                leavesExceptions: leavesExceptions, shelf: ProtocolShelf(try Base.library()), days: Base.days()
            ).perform(in: change)
        }
    }

    private static func group(_ records: Records) async throws -> String {
        let found = try await Base.all(records, ["RequestGroup"]).keys.first
        return String(try #require(found).dropFirst("RequestGroup/".count))
    }

    private static let second = definition(
        2,
        [
            step("first", "Do first"), step("twice", "Do twice, better"),
            step(
                "newer", "Do newer",
                [
                    .init(
                        name: "extension",
                        value: [["url": "urn:almoner:extension:replaces", "valueString": "filled"]])
                ]), step("extra", "Do extra"),
        ])

    private static let old = definition(
        1,
        [
            step("first", "Do first"), step("twice", "Do twice"), step("filled", "Do filled"),
            step("phone", "Do phone"),
        ])

    @Test func `each open step is kept, changed, replaced or cancelled, once, with the reason on it`() async throws {
        let scratch = try await Base.scratch()
        let records = scratch.records
        try await scratch.put(Self.old, id: "all")
        try await Base.takeUp(records, ["goal.walk", "first", "twice", "filled", "phone"], json: Self.old)
        try await scratch.put(Self.second, id: "all")
        let group = try await Self.group(records)
        let outcome = try await Self.migrate(records, group, 2)
        // The goal and the first step are as they were; what is new is offered, not forced.
        #expect(outcome.done == [.keep: 2, .change: 1, .replace: 1, .cancel: 1, .leave: 1])
        #expect(outcome.exceptions.isEmpty)
        let closed = try #require(try await Base.task(records, "Do phone").first)
        #expect(closed.root.text("status") == "cancelled")
        #expect(closed.root.text("statusReason", "text")?.contains("The guidance changed.") == true)
        #expect(try await Base.task(records, "Do twice, better").count == 1)
        #expect(try await Base.task(records, "Do newer").count == 1)
        let before = try await Base.all(records)
        #expect(try await Self.migrate(records, group, 2).done.isEmpty)
        #expect(try await Base.all(records) == before)
        // The version before stays readable, and the two can be compared.
        let diff = try await records.read(as: Base.ruth, at: Base.now, for: "test") { reader in
            let shelf = ProtocolShelf(try Base.library())
            let old = try #require(try shelf.find("all", version: "1", by: reader))
            return ProtocolDiff(from: old, to: try shelf.current("all", by: reader))
        }
        #expect(diff.line("twice")?.fields.map(\.new) == ["Do twice, better"])
        #expect(diff.line("filled")?.others == ["newer"])
    }

    @Test func `what people have worked on waits for somebody who decides, also after the rest has moved`() async throws
    {
        let scratch = try await Base.scratch()
        let records = scratch.records
        try await scratch.put(Self.old, id: "all")
        try await Base.takeUp(records, ["first", "twice", "phone"], json: Self.old)
        let phone = try #require(try await Base.task(records, "Do phone").first)
        try await records.write(as: Base.ruth, at: Base.now) { change in
            var json = phone.value
            json["note"] = [["text": "She asked for Tuesdays."]]
            try change.update(json, ifVersion: phone.version)
        }
        try await scratch.put(Self.second, id: "all")
        let group = try await Self.group(records)
        #expect(try await Self.migrate(records, group, 2).exceptions == ["Do phone"])
        #expect(try await Base.task(records, "Do phone").first.map { PlanStep($0).isOpen } == true)
        let left = try await records.read(as: Base.ruth, at: Base.now, for: "test") {
            try MigratePlan.look(group, version: nil, shelf: ProtocolShelf(try Base.library()), by: $0)
        }
        #expect(left?.items.map(\.id) == ["phone"])
        _ = try await Self.migrate(records, group, 2, deeds: ["phone": .keep])
        let kept = try #require(try await Base.task(records, "Do phone").first)
        #expect(PlanStep(kept).isOpen && kept.root.list("note").count == 2)
        let none = try await records.read(as: Base.ruth, at: Base.now, for: "test") {
            try MigratePlan.look(group, version: nil, shelf: ProtocolShelf(try Base.library()), by: $0)
        }
        #expect(none == nil)
    }

    /// Xorshift, so that a walk that fails can be walked again.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(max(sides, 1)))
        }
    }

    @Test(arguments: [3, 17, 2_026] as [UInt64])
    func `a random walk of edits, protocol changes and migrations loses no open step without a reason`(
        _ seed: UInt64
    ) async throws {
        let scratch = try await Base.scratch()
        let records = scratch.records
        var dice = Dice(state: seed)
        var version = 1
        let names = ["a", "b", "c", "d", "e", "f"]
        var json = Self.definition(1, names.map { Self.step($0, "Do \($0)") })
        try await scratch.put(json, id: "all")
        try await Base.takeUp(records, Set(names + ["goal.walk"]), json: json)
        let group = try await Self.group(records)
        for _ in 0..<14 {
            let before = try await Base.all(records, ["Task", "Goal"])
            switch dice.roll(4) {
            case 0:
                version += 1
                let kept = names.filter { _ in dice.roll(5) > 0 }
                let titles = kept.map { Self.step($0, "Do \($0)" + (dice.roll(3) == 0 ? " v\(version)" : "")) }
                json = Self.definition(version, titles.isEmpty ? [Self.step("a", "Do a")] : titles)
                try await scratch.put(json, id: "all")
            case 1: _ = try await Self.migrate(records, group, version, leavesExceptions: dice.roll(2) == 0)
            case 2:
                let open = try await records.read(as: Base.ruth, at: Base.now, for: "test") {
                    try $0.person("delores", ["Task"]).all("Task").filter { PlanStep($0).isOpen }
                }
                guard !open.isEmpty else { continue }
                let task = open[dice.roll(open.count)]
                try await records.write(as: Base.ruth, at: Base.now) { change in
                    var edited = task.value
                    edited["note"] = [["text": "Edited by hand."]]
                    try change.update(edited, ifVersion: task.version)
                }
            default: _ = try await Base.advance(records)
            }
            let after = try await records.read(as: Base.ruth, at: Base.now, for: "test") { reader in
                let record = try reader.person("delores", ["Task", "Goal"])
                return Dictionary(
                    uniqueKeysWithValues: (record.all("Task") + record.all("Goal")).map { ($0.reference, $0) })
            }
            for (reference, state) in before where !["cancelled", "completed"].contains(state) {
                let now = try #require(after[reference], "\(reference) is gone")
                let ended = ["cancelled", "completed"].contains(
                    now.root.text("status") ?? now.root.text("lifecycleStatus") ?? "")
                let reason = now.root.text("statusReason", "text") ?? now.root.text("statusReason")
                #expect(!ended || reason?.contains("The guidance changed.") == true)
            }
        }
    }
}
