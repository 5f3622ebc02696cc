import Access
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

struct TakeInMessagesTests {
    private static func open(_ engine: TestEngine = .usual) async throws -> ScratchRecords {
        try await ScratchRecords.open(engine, projections: [SearchKeys()], staffed: false)
    }

    private static func keep(_ messages: [InboundMessage], _ scratch: ScratchRecords) async throws {
        for message in messages {
            _ = try await Inbox(records: scratch.records).keep(message, at: ScratchRecords.now)
        }
    }

    /// Works on what waits, so many messages at a time.
    private static func work(
        _ scratch: ScratchRecords, batch: Int = 8, creates: Bool = true
    ) async throws {
        let verb = try Told.verb(creates: creates)
        while try await scratch.records.hasMessages(at: ScratchRecords.now) {
            _ = try await scratch.records.write(as: .system("feeds"), at: ScratchRecords.now) {
                try verb.perform(batch, in: $0)
            }
        }
    }

    private static func all(_ type: String, _ scratch: ScratchRecords) async throws -> [Resource] {
        try await scratch.records.read(as: .system("test"), at: ScratchRecords.now, for: "test") {
            try $0.search(Query(type, [], limit: 100))
        }
    }

    private static func states(_ scratch: ScratchRecords) async throws -> [MessageState: Int] {
        try await scratch.records.write(as: .system("test"), at: ScratchRecords.now) { change in
            let desk = try change.inbox()
            var found: [MessageState: Int] = [:]
            for number in 1...200 {
                if let message = try desk.message(Int64(number)) {
                    found[message.state, default: 0] += 1
                }
            }
            return found
        }
    }

    @Test(arguments: Engines.all)
    func `many messages of one stay become one person and one Encounter`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        try await Self.keep(Told.stay(), scratch)
        try await Self.work(scratch)
        let people = try await Self.all("Patient", scratch)
        #expect(people.count == 1)
        #expect(people.first?.root.text("telecom", "value") == "555-0101")
        let stays = try await Self.all("Encounter", scratch)
        #expect(stays.count == 1)
        let stay = try #require(stays.first?.root)
        #expect(stay.text("status") == "finished")
        #expect(stay.text("class", "code") == "IMP")
        #expect(stay.text("classHistory", "class", "code") == "EMER")
        #expect(stay.text("period", "start").flatMap { FHIRDate($0)?.low } == FHIRDate("2026-11-15T20:00:00Z")?.low)
        #expect(stay.text("period", "end").flatMap { FHIRDate($0)?.low } == FHIRDate("2026-11-19T15:00:00Z")?.low)
        #expect(stay.list("location").compactMap { $0.text("location", "display") } == ["4 East", "2 West"])
        #expect(stay.text("subject", "reference") == people.first?.reference)
        #expect(try await Self.states(scratch) == [.done: 6])
    }

    @Test(arguments: 0..<12)
    func `messages in any order, twice and in any batches come to the same`(seed: Int) async throws {
        var chance = Shuffle(seed: UInt64(seed) &* 7_919 &+ 3)
        let straight = try await Self.open()
        try await Self.keep(Told.stay(), straight)
        try await Self.work(straight)
        let mixed = try await Self.open()
        let told = (Told.stay() + Told.stay().filter { _ in Bool.random(using: &chance) }).shuffled(using: &chance)
        var left = told[...]
        while !left.isEmpty {
            let some = left.prefix(Int.random(in: 1...4, using: &chance))
            left = left.dropFirst(some.count)
            try await Self.keep(Array(some), mixed)
            try await Self.work(mixed, batch: Int.random(in: 1...5, using: &chance))
        }
        for type in ["Patient", "Encounter"] {
            let one = try await Self.all(type, straight).map(\.content)
            let other = try await Self.all(type, mixed).map(\.content)
            #expect(one == other)
        }
        #expect(try await Self.states(mixed) == [.done: 6])
    }

    @Test func `an update that comes late never reopens a stay that is over`() async throws {
        let scratch = try await Self.open()
        let told = Told.stay()
        try await Self.keep([told[0], told[1], told[4]], scratch)
        try await Self.work(scratch)
        try await Self.keep([told[2]], scratch)
        try await Self.work(scratch)
        let stay = try await Self.all("Encounter", scratch).first?.root
        #expect(stay?.text("status") == "finished")
        #expect(stay?.text("reasonCode", "text") == "Heart failure")
    }

    @Test func `a discharge that is cancelled opens the stay again, an admission that is cancelled ends it`()
        async throws
    {
        let scratch = try await Self.open()
        try await Self.keep(
            Told.stay() + [Told.message("A13", "7", at: "2026-11-19T19:00:00Z", encounter: [:])], scratch)
        try await Self.work(scratch)
        var stay = try await Self.all("Encounter", scratch).first?.root
        #expect(stay?.text("status") == "in-progress")
        #expect(stay?.text("period", "end") == nil)
        #expect(stay?["hospitalization"]?["dischargeDisposition"] == nil)
        try await Self.keep([Told.message("A11", "8", at: "2026-11-19T20:00:00Z", encounter: [:])], scratch)
        try await Self.work(scratch)
        stay = try await Self.all("Encounter", scratch).first?.root
        #expect(stay?.text("status") == "cancelled")
    }

    @Test func `a number of a stay that is used again is another stay`() async throws {
        let scratch = try await Self.open()
        let again = Told.message("A01", "9", at: "2026-11-20T10:00:00Z", encounter: ["class": Told.inpatient])
        try await Self.keep(Told.stay() + [again], scratch)
        try await Self.work(scratch)
        #expect(
            try await Self.all("Encounter", scratch).compactMap { $0.root.text("status") }.sorted() == [
                "finished", "in-progress",
            ])
    }

    @Test func `what somebody corrected by hand stays until the sender says something else`() async throws {
        let scratch = try await Self.open()
        let told = Told.stay()
        try await Self.keep(Array(told.prefix(2)), scratch)
        try await Self.work(scratch)
        var person = try #require(try await Self.all("Patient", scratch).first).value
        person["birthDate"] = "1949-03-14"
        let id = try #require(person["id"]?.string)
        try await scratch.put(person, id: id)
        try await Self.keep(Array(told.dropFirst(2)), scratch)
        try await Self.work(scratch)
        #expect(try await Self.all("Patient", scratch).first?.root.text("birthDate") == "1949-03-14")
        let moved = Told.message(
            "A31", "10", at: "2026-11-20T11:00:00Z", visit: nil, patient: ["birthDate": "1949-04-14"])
        try await Self.keep([moved], scratch)
        try await Self.work(scratch)
        #expect(try await Self.all("Patient", scratch).first?.root.text("birthDate") == "1949-04-14")
    }

    @Test func `a field that the sender empties is emptied, one that it leaves out stays`() async throws {
        let scratch = try await Self.open()
        try await Self.keep(Told.stay(), scratch)
        try await Self.keep(
            [Told.message("A08", "7", at: "2026-11-19T19:00:00Z", encounter: [:], cleared: ["Patient.telecom"])],
            scratch)
        try await Self.work(scratch)
        let person = try await Self.all("Patient", scratch).first?.root
        #expect(person?["telecom"] == nil)
        #expect(person?.text("birthDate") == "1948-03-14")
    }

    @Test(arguments: Engines.all)
    func `entries that the hospital joins become one, and what comes under the old number finds it`(
        engine: TestEngine
    ) async throws {
        let scratch = try await Self.open(engine)
        let other: JSON = [
            "name": [["family": "Witfeld", "given": ["Dolores"]]], "birthDate": "1951-07-02",
        ]
        try await Self.keep(Told.stay(), scratch)
        try await Self.keep(
            [
                Told.message(
                    "A01", "20", at: "2026-11-10T10:00:00Z", number: "200", visit: "60", patient: other,
                    encounter: ["class": Told.inpatient])
            ], scratch)
        try await Self.work(scratch)
        #expect(try await Self.all("Patient", scratch).count == 2)
        try await Self.keep(
            [Told.message("A40", "21", at: "2026-11-20T10:00:00Z", visit: nil, merging: "200")], scratch)
        try await Self.work(scratch)
        let people = try await Self.all("Patient", scratch)
        let kept = try #require(people.first { $0.root["active"]?.bool != false })
        #expect(people.count { $0.root["active"]?.bool == false } == 1)
        #expect(
            try await Self.all("Encounter", scratch).allSatisfy {
                $0.root.text("subject", "reference") == kept.reference
            })
        let later = Told.message(
            "A03", "22", at: "2026-11-12T10:00:00Z", number: "200", visit: "60", patient: other, encounter: [:])
        try await Self.keep([later], scratch)
        try await Self.work(scratch)
        let stays = try await Self.all("Encounter", scratch)
        #expect(stays.count == 2)
        #expect(stays.allSatisfy { $0.root.text("subject", "reference") == kept.reference })
        #expect(stays.allSatisfy { $0.root.text("status") == "finished" })
    }

    @Test func `somebody who may be on file waits for a person to say`() async throws {
        let scratch = try await Self.open()
        try await scratch.put(
            [
                "resourceType": "Patient", "name": [["family": "Whitfield", "given": ["Delores"]]],
                "birthDate": "1948-03-15", "gender": "female",
            ], id: "d")
        try await Self.keep(Told.stay(), scratch)
        try await Self.work(scratch)
        #expect(try await Self.states(scratch) == [.review: 6])
        #expect(try await Self.all("Encounter", scratch).isEmpty)
    }

    @Test func `somebody who is surely on file is found without a number, and has it afterwards`() async throws {
        let scratch = try await Self.open()
        let known: JSON = [
            "resourceType": "Patient", "name": [["family": "Whitfield", "given": ["Delores"]]],
            "birthDate": "1948-03-14", "gender": "female", "telecom": [["system": "phone", "value": "(555) 555-0101"]],
            "address": [["line": ["12 Mill Lane"], "postalCode": "02139"]],
        ]
        try await scratch.put(known, id: "d")
        let home: JSON = [
            "address": [["line": ["12 Mill Lane"], "postalCode": "02139"]],
            "telecom": [["system": "phone", "value": "555-555-0101"]],
        ]
        let admission = Told.message(
            "A01", "1", at: "2026-11-15T20:10:00Z", patient: home, encounter: ["class": Told.inpatient])
        try await Self.keep([admission], scratch)
        try await Self.work(scratch)
        let people = try await Self.all("Patient", scratch)
        #expect(people.map(\.id) == ["d"])
        #expect(people.first?.root.text("identifier", "value") == "100")
        #expect(try await Self.all("Encounter", scratch).first?.root.text("subject", "reference") == "Patient/d")
    }

    @Test func `nobody new is made where the feed makes no people`() async throws {
        let scratch = try await Self.open()
        try await Self.keep(Told.stay(), scratch)
        try await Self.work(scratch, creates: false)
        #expect(try await Self.all("Patient", scratch).isEmpty)
        #expect(try await Self.states(scratch) == [.kept: 6])
    }

    @Test func `a message of a kind that has no effect is kept and counted`() async throws {
        let scratch = try await Self.open()
        try await Self.keep([Told.message("A20", "1", at: "2026-11-15T20:10:00Z", encounter: [:])], scratch)
        try await Self.work(scratch)
        #expect(try await Self.states(scratch) == [.kept: 1])
    }

    @Test(arguments: Engines.all)
    func `the same words of one number are one message, other words are another`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        let inbox = Inbox(records: scratch.records)
        let one = Told.message("A01", "1", at: "2026-11-15T20:10:00Z", encounter: ["class": Told.inpatient])
        let two = Told.message("A03", "1", at: "2026-11-16T20:10:00Z", encounter: ["class": Told.inpatient])
        #expect(try await inbox.keep(one, at: 1) == .new(1))
        #expect(try await inbox.keep(one, at: 2) == .again(1))
        #expect(try await inbox.keep(two, at: 3) == .new(2))
    }
}

/// The same numbers from the same seed.
private struct Shuffle: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension Resource {
    /// What it says, without the versions by which it came to it.
    fileprivate var content: String {
        var content = value
        content["meta"] = nil
        return String(decoding: content.ordered.serialized(), as: UTF8.self)
    }
}

extension JSON {
    /// The same value with the members of every object in the order of their names.
    fileprivate var ordered: JSON {
        switch self {
        case .object(let members):
            .object(
                members.map { JSONMember(name: $0.name, value: $0.value.ordered) }.sorted { $0.name < $1.name })
        case .array(let values): .array(values.map(\.ordered))
        default: self
        }
    }
}
