import Access
import FHIR
import TestSupport
import Testing

@testable import Records

/// A record that a person has handed over opens by link and code alone, for as long as the person says.
struct HandOversTests {
    private static let now = ScratchRecords.now
    private static let person = Caller(
        account: "greta", name: "Greta", roles: [.patient], practitioner: "Patient/p")
    private static let day: Int64 = 86_400_000

    private static func open(_ engine: TestEngine, born: JSON = "1951-04-09") async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient", "birthDate": born], id: "p")
        for (id, code) in [("plain", "I10"), ("kept", "B20")] {
            try await scratch.put(
                [
                    "resourceType": "Condition", "subject": ["reference": "Patient/p"],
                    "code": ["coding": [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": .string(code)]]],
                ], id: id)
        }
        try await scratch.put(["resourceType": "Patient"], id: "other")
        return scratch
    }

    private static func make(_ overs: HandOvers, isWhole: Bool = false) async throws -> Invitations.Given {
        try await overs.make(to: "Dr. Lee", isWhole: isWhole, until: now + day, as: person, at: now)
    }

    @Test(arguments: Engines.all)
    func `link and code open this record alone, without what the person kept back`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        let overs = HandOvers(records: scratch.records)
        for isWhole in [false, true] {
            let given = try await Self.make(overs, isWhole: isWhole)
            let caller = try await overs.enter(given.token, code: given.code, from: "192.0.2.1", at: Self.now)
            #expect(caller.name == "Dr. Lee" && caller.ownPerson == "p")
            let seen = try await scratch.records.read(as: caller, at: Self.now, for: "test") { reader in
                (
                    try reader.find("Condition", "plain") != nil, try reader.find("Condition", "kept") != nil,
                    try reader.find("Patient", "other") != nil
                )
            }
            #expect(seen == (true, isWhole, false))
            await #expect(throws: (any Error).self) {
                try await scratch.records.write(as: caller, at: Self.now) { change in
                    try change.update(try change.reader.get("Condition", "plain").root.value, ifVersion: nil)
                }
            }
        }
        #expect(try await overs.open(as: Self.person, at: Self.now).map(\.looks) == [1, 1])
    }

    @Test(arguments: Engines.all)
    func `it is closed by its day, by hand, and by wrong codes, and each is refused alike`(engine: TestEngine)
        async throws
    {
        let scratch = try await Self.open(engine)
        let overs = HandOvers(records: scratch.records)
        func refused(_ token: String, _ code: String, at moment: Int64) async {
            await #expect(throws: HandOvers.Failure.refused) {
                _ = try await overs.enter(token, code: code, from: nil, at: moment)
            }
        }
        let late = try await Self.make(overs)
        await refused(late.token, late.code, at: Self.now + Self.day)
        await refused("nobody made this", late.code, at: Self.now)
        let ended = try await Self.make(overs)
        for open in try await overs.open(as: Self.person, at: Self.now) {
            try await overs.end(open.id, as: Self.person, at: Self.now)
            await #expect(throws: RecordsFailure.self) {
                try await overs.end(open.id, as: Self.person, at: Self.now)
            }
        }
        await refused(ended.token, ended.code, at: Self.now)
        let guessed = try await Self.make(overs)
        for _ in 0..<Invitations.tries {
            await refused(guessed.token, guessed.code == "000000" ? "111111" : "000000", at: Self.now)
        }
        await refused(guessed.token, guessed.code, at: Self.now)
        #expect(try await overs.open(as: Self.person, at: Self.now).isEmpty)
    }

    @Test(arguments: Engines.all)
    func `who is not of age hands nothing over, and nobody hands over another's record`(engine: TestEngine) async throws
    {
        let scratch = try await Self.open(engine, born: "2012-04-09")
        let overs = HandOvers(records: scratch.records)
        await #expect(throws: HandOvers.Failure.notOfAge) { _ = try await Self.make(overs) }
        await #expect(throws: AccountFailure.forbidden) {
            _ = try await overs.make(
                to: "Dr. Lee", isWhole: false, until: Self.now + Self.day,
                as: Caller(account: "sam", name: "Sam", roles: [.supervisor]), at: Self.now)
        }
        await #expect(throws: HandOvers.Failure.unfit) {
            _ = try await overs.make(
                to: "Dr. Lee", isWhole: false, until: Self.now + 31 * Self.day, as: Self.person, at: Self.now)
        }
    }
}
