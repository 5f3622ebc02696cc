import Access
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

struct RefreshOutcomesTests {
    /// 2026-11-21T10:00:00Z.
    private static let now: Int64 = 1_795_255_200_000

    private static func open() async throws -> ScratchRecords {
        try await ScratchRecords.open(projections: [OutcomeProjection()])
    }

    private static func patient(_ id: String, _ scratch: ScratchRecords) async throws {
        try await scratch.put(["resourceType": "Patient", "birthDate": "1950-01-01"], id: id, at: now)
    }

    private static func count(
        _ figure: OutcomeFigure, _ scratch: ScratchRecords, scope: String = OutcomeProjection.everyone
    ) async throws -> OutcomeCount {
        try await RefreshOutcomes(records: scratch.records).run(asOf: now)
        return try await scratch.records.read(as: scratch.caller, at: now, for: "test") { reader in
            try Outcomes.read(.year, by: reader).count(figure, scope)
        }
    }

    /// All pages of the people behind a figure.
    private static func drilled(
        _ figure: OutcomeFigure, _ part: OutcomePeople.Part, _ scratch: ScratchRecords,
        scope: String = OutcomeProjection.everyone
    ) async throws -> Int {
        try await scratch.records.read(as: scratch.caller, at: now, for: "test") { reader in
            var seen = 0
            var after: [SQLValue]?
            repeat {
                let page = try OutcomePeople.read(
                    figure, part, scope: scope, period: .year, after: after, by: reader)
                seen += page?.lines.count ?? 0
                after = page?.next
            } while after != nil
            return seen
        }
    }

    @Test func `readmission within 30 days, counted by hand`() async throws {
        let scratch = try await Self.open()
        try await Self.patient("p", scratch)
        try await Self.patient("q", scratch)
        let stays = [
            // Back after 9 days: one on top. The return itself is an index too: back after 31 days, not on top.
            Visits.stay("a", "2026-03-01T08:00:00Z", "2026-03-06T10:00:00Z"),
            Visits.stay("b", "2026-03-15T08:00:00Z", "2026-03-20T10:00:00Z"),
            Visits.stay("c", "2026-04-20T08:00:00Z", "2026-04-22T10:00:00Z"),
            // A transfer is one stay; died in hospital is left out.
            Visits.stay("d", "2026-06-01T08:00:00Z", "2026-06-03T10:00:00Z", at: "A", person: "q"),
            Visits.stay("e", "2026-06-03T11:00:00Z", "2026-06-05T10:00:00Z", at: "B", person: "q"),
            Visits.stay("f", "2026-07-20T11:00:00Z", "2026-07-25T10:00:00Z", disposition: "aadvice", person: "q"),
            // Less than 30 days ago: cannot be known.
            Visits.stay("g", "2026-11-01T11:00:00Z", "2026-11-05T10:00:00Z", person: "q"),
        ]
        for stay in stays {
            try await scratch.put(stay, id: try #require(stay["id"]?.string), at: Self.now)
        }
        let count = try await Self.count(.readmission, scratch)
        #expect(count.met == 1)
        #expect(count.counted == 4)
        #expect(count.excluded == 1)
        #expect(count.pending == 1)
        #expect(count.people == 1)
        #expect(count.isSmall(for: .readmission))
        #expect(try await Self.drilled(.readmission, .met, scratch) == 1)
        #expect(try await Self.drilled(.readmission, .counted, scratch) == 4)
    }

    @Test func `time to first contact is the median of those reached, and names those who are not`() async throws {
        let scratch = try await Self.open()
        for (place, days) in [1, 2, 4, 7, nil].enumerated() {
            let id = "p\(place)"
            try await Self.patient(id, scratch)
            try await scratch.put(
                [
                    "resourceType": "EpisodeOfCare", "status": "active",
                    "type": [["coding": [["system": "urn:almoner:program", "code": "complex-care"]]]],
                    "patient": ["reference": .string("Patient/\(id)")], "period": ["start": "2026-09-01T10:00:00Z"],
                ], id: "e\(place)", at: Self.now)
            guard let days else {
                continue
            }
            let start = JSON.string("2026-09-0\(days + 1)T10:00:00Z")
            try await scratch.put(
                [
                    "resourceType": "Encounter", "status": "finished",
                    "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"],
                    "type": [["coding": [["system": "urn:almoner:contact", "code": "call"]]]],
                    "subject": ["reference": .string("Patient/\(id)")], "period": ["start": start, "end": start],
                ], id: "c\(place)", at: Self.now)
        }
        let count = try await Self.count(.firstContact, scratch, scope: "complex-care")
        #expect(count.met == 4)
        #expect(count.counted == 5)
        let quartiles = try #require(count.quartiles)
        #expect([quartiles.first, quartiles.median, quartiles.third] == [1.75, 3, 4.75])
        let enrolled = try await Self.count(.enrolled, scratch, scope: "complex-care")
        #expect(enrolled.met == 5)
        #expect(try await Self.drilled(.enrolled, .met, scratch, scope: "complex-care") == 5)
        #expect(try await Self.drilled(.firstContact, .counted, scratch) == 5)
    }

    @Test func `emergency visits are divided by the member-months of the people`() async throws {
        let scratch = try await Self.open()
        // 60 people alive all year: 720 member-months. 60 visits: 1,000 per 1,000 a year. More than one page.
        for place in 0..<60 {
            try await Self.patient("p\(place)", scratch)
            for visit in 0..<(place < 3 ? 20 : 0) {
                let day = visit < 10 ? "2026-02-0\(visit % 9 + 1)" : "2026-05-0\(visit % 9 + 1)"
                try await scratch.put(
                    Visits.stay(
                        "v\(place)-\(visit)", "\(day)T0\(visit % 10):00:00Z", "\(day)T0\(visit % 10):30:00Z",
                        class: "EMER",
                        person: "p\(place)"), id: "v\(place)-\(visit)", at: Self.now)
            }
        }
        let count = try await Self.count(.emergency, scratch)
        #expect(count.met == 60)
        #expect(count.counted == 720)
        #expect(count.score(of: .emergency) == 1000)
        #expect(count.people == 3)
        #expect(try await Self.drilled(.emergency, .met, scratch) == 60)
    }

    @Test func `goals that fell due or were reached count, those without a date are left out`() async throws {
        let scratch = try await Self.open()
        try await Self.patient("p", scratch)
        func goal(_ id: String, _ life: String, _ state: String, due: String?) async throws {
            try await scratch.put(
                JSON.compact([
                    "resourceType": "Goal", "lifecycleStatus": .string(life),
                    "achievementStatus": [
                        "coding": [
                            [
                                "system": "http://terminology.hl7.org/CodeSystem/goal-achievement",
                                "code": .string(state),
                            ]
                        ]
                    ],
                    "description": ["text": "Walk"], "subject": ["reference": "Patient/p"], "startDate": "2026-02-01",
                    "target": due.map { [["dueDate": .string($0)]] },
                ]), id: id, at: Self.now)
        }
        try await goal("a", "active", "achieved", due: "2026-08-01")
        try await goal("b", "active", "in-progress", due: "2026-08-01")
        try await goal("c", "active", "in-progress", due: nil)
        try await goal("d", "cancelled", "not-attainable", due: "2026-08-01")
        try await goal("e", "active", "in-progress", due: "2027-08-01")
        let count = try await Self.count(.goals, scratch)
        #expect(count.met == 1)
        #expect(count.counted == 2)
        #expect(count.excluded == 2)
        #expect(count.score(of: .goals) == 0.5)
    }

    @Test func `counting again replaces the reports`() async throws {
        let scratch = try await Self.open()
        _ = try await Self.count(.goals, scratch)
        _ = try await Self.count(.goals, scratch)
        let reports = try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { reader in
            try reader.search(Query("MeasureReport"))
        }
        #expect(reports.count == OutcomeFigure.allCases.count * OutcomePeriod.allCases.count)
        #expect(reports.allSatisfy { $0.version == 2 })
    }

    @Test func `a period of twelve months holds twelve 15ths on any day of the year`() {
        for day in 0..<366 {
            let asOf = Self.now + Int64(day) * 86_400_000
            #expect(OutcomePeriod.fifteenths(OutcomePeriod.year.range(asOf: asOf)).count == 12)
            #expect(OutcomePeriod.fifteenths(OutcomePeriod.quarter.range(asOf: asOf)).count == 3)
            #expect(OutcomePeriod.fifteenths(OutcomePeriod.yearBefore.range(asOf: asOf)).count == 12)
        }
    }
}
