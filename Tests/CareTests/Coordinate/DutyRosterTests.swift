import Access
import Care
import FHIR
import Records
import TestSupport
import Testing

struct DutyRosterTests {
    private let hour: Int64 = 3_600_000
    private let noon: Int64 = 1_763_726_400_000
    private let supervisor = Caller(account: "ines", name: "Ines", roles: [.supervisor])

    private func scratch() async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open()
        for id in ["ruth", "sam", "ada"] {
            try await scratch.put(["resourceType": "Practitioner", "active": true], id: id)
        }
        return scratch
    }

    private func add(
        _ scratch: ScratchRecords, _ who: String?, _ backup: String?, hours: ClosedRange<Int64>,
        as caller: Caller? = nil
    ) async throws -> Resource {
        let shift = AddShift(
            who: who, backup: backup, from: noon + hours.lowerBound * hour, until: noon + hours.upperBound * hour)
        return try await scratch.records.write(as: caller ?? supervisor, at: noon) { try shift.perform(in: $0) }
    }

    private func onDuty(_ scratch: ScratchRecords, hour offset: Int64) async throws -> [String?] {
        let at = noon + offset * hour
        return try await scratch.records.read(as: scratch.caller, at: noon, for: "test") { reader in
            let duty = try DutyRoster.onDuty(by: reader, at: at)
            return [duty.who, duty.backup]
        }
    }

    @Test func `who is on duty and the backup are known for each moment, and a gap is nobody`() async throws {
        let scratch = try await scratch()
        _ = try await add(scratch, "Practitioner/ruth", "Practitioner/sam", hours: 0...8)
        _ = try await add(scratch, "Practitioner/ada", nil, hours: 10...20)
        #expect(try await onDuty(scratch, hour: 0) == ["Practitioner/ruth", "Practitioner/sam"])
        #expect(try await onDuty(scratch, hour: 8) == [nil, nil])
        #expect(try await onDuty(scratch, hour: 12) == ["Practitioner/ada", nil])
        let from = noon
        let until = noon + 24 * hour
        let gap = try await scratch.records.read(as: scratch.caller, at: noon, for: "test") { reader in
            DutyRoster.gap(
                in: try DutyRoster.shifts(from: from, until: until, by: reader), from: from, until: until)
        }
        #expect(gap == noon + 8 * hour..<noon + 10 * hour)
    }

    @Test func `a removed shift no longer counts and stays on file`() async throws {
        let scratch = try await scratch()
        let shift = try await add(scratch, "Practitioner/ruth", nil, hours: 0...8)
        try await scratch.records.write(as: supervisor, at: noon) { change in
            _ = try RemoveShift(id: shift.id, version: shift.version).perform(in: change)
        }
        #expect(try await onDuty(scratch, hour: 1) == [nil, nil])
        let kept = try await scratch.records.read(as: supervisor, at: noon, for: "test") {
            try $0.history("Schedule", shift.id).count
        }
        #expect(kept == 2)
    }

    @Test func `the backup steps up when who is on duty has left`() async throws {
        let scratch = try await scratch()
        _ = try await add(scratch, "Practitioner/ada", "Practitioner/sam", hours: 0...8)
        try await scratch.put(["resourceType": "Practitioner", "active": false], id: "ada")
        #expect(try await onDuty(scratch, hour: 1) == ["Practitioner/sam", nil])
    }

    @Test func `a care manager does not change the roster`() async throws {
        let scratch = try await scratch()
        await #expect(throws: RecordsFailure.self) {
            try await add(scratch, "Practitioner/ruth", nil, hours: 0...8, as: scratch.caller)
        }
    }

    @Test func `a shift that overlaps, ends before it begins or has nobody is refused by its field`() async throws {
        let scratch = try await scratch()
        _ = try await add(scratch, "Practitioner/ruth", nil, hours: 0...8)
        func fields(_ who: String?, _ backup: String?, _ hours: ClosedRange<Int64>) async throws -> [String] {
            do {
                _ = try await add(scratch, who, backup, hours: hours)
                return []
            } catch let problems as FormProblems {
                return problems.all.map(\.field)
            }
        }
        #expect(try await fields("Practitioner/sam", nil, 7...9) == ["from"])
        #expect(try await fields("Practitioner/nobody", nil, 9...10) == ["who"])
        #expect(try await fields("Practitioner/sam", "Practitioner/sam", 9...10) == ["backup"])
        #expect(try await fields("Practitioner/sam", nil, 9...9) == ["until"])
        #expect(try await fields("Practitioner/sam", nil, 9...2_000) == ["until"])
    }
}
