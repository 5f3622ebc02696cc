import FHIR
import Records
import Testing

@testable import Care

struct ScoreTrendTests {
    private func trend(_ desk: CareDesk, _ name: String) async throws -> ScoreTrend? {
        let care = desk.care
        return try await desk.look { reader in
            let record = try reader.person("dee", AssessmentHistory.reads)
            let history = AssessmentHistory.of(record, library: care.instruments, now: CareDesk.now)
            return try ScoreTrend.all(history, person: "dee", by: reader, library: care.instruments)
                .first { $0.instrument.name == name }
        }
    }

    @Test func `a change that matters is told from one that does not, and from the first`() async throws {
        let desk = try await CareDesk.open()
        for (place, total) in [20, 16, 9, 4].enumerated() {
            let at = CareDesk.now - Int64(100 - place * 30) * CareDesk.day
            try await desk.handIn("phq-9", total: total, id: "response-\(place)", at: at)
        }
        let found = try #require(try await trend(desk, "phq-9"))
        #expect(found.points.map(\.total) == [20, 16, 9, 4])
        let steps = zip(found.points, found.points.dropFirst()).map { found.step(from: $0, to: $1) }
        #expect(
            steps == [
                .init(way: .better, points: 4, matters: false), .init(way: .better, points: 7, matters: true),
                .init(way: .better, points: 5, matters: true),
            ])
        #expect(found.sinceFirst == .remission)
        #expect(found.points.map { $0.band?.severity } == ["severe", "moderately severe", "mild", "none or minimal"])
    }

    @Test func `more is better where points mean independence, and no rule means no word on what matters`() async throws
    {
        let desk = try await CareDesk.open()
        try await desk.handIn("katz-adl", total: 3, id: "response-1", at: CareDesk.now - 9 * CareDesk.day)
        try await desk.handIn("katz-adl", total: 5, id: "response-2")
        let step = try await trend(desk, "katz-adl")?.lastStep
        #expect(step == .init(way: .better, points: 2, matters: nil))
    }

    @Test func `totals from elsewhere stand in the line, each result once, impossible ones not at all`() async throws {
        let desk = try await CareDesk.open()
        try await desk.handIn("phq-9", total: 12, id: "response-1")
        for (id, value, status) in [("o1", 18, "final"), ("o2", 40, "final"), ("o3", 3, "entered-in-error")] {
            try await desk.put(
                "Observation", id,
                [
                    "status": .string(status), "subject": ["reference": "Patient/dee"],
                    "code": ["coding": [["system": "http://loinc.org", "code": "44261-6"]]],
                    "effectiveDateTime": "2026-01-15", "valueQuantity": ["value": .int(value)],
                ])
        }
        let found = try #require(try await trend(desk, "phq-9"))
        #expect(found.points.map(\.total) == [18, 12])
        #expect(found.points.map(\.response) == [nil, "response-1"])
        #expect(found.points.first?.band?.severity == "moderately severe")
    }
}
