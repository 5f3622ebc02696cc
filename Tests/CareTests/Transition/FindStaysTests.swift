import FHIR
import Testing

@testable import Care

/// Encounters as tests write them.
enum Visits {
    static func stay(
        _ id: String, _ start: String, _ end: String?, at facility: String = "St. Anne's", status: String = "finished",
        class code: String = "IMP", reason: String? = nil, disposition: String? = nil, type: String? = nil,
        person: String = "p"
    ) -> JSON {
        JSON.compact([
            "resourceType": "Encounter",
            "id": .string(id),
            "status": .string(status),
            "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(code)],
            "type": type.map { [["text": .string($0)]] },
            "subject": ["reference": .string("Patient/\(person)")],
            "period": JSON.compact(["start": .string(start), "end": end.map { .string($0) }]),
            "reasonCode": reason.map { [["text": .string($0)]] },
            "hospitalization": disposition.map {
                [
                    "dischargeDisposition": [
                        "coding": [
                            [
                                "system": "http://terminology.hl7.org/CodeSystem/discharge-disposition",
                                "code": .string($0),
                            ]
                        ]
                    ]
                ]
            },
            "serviceProvider": ["display": .string(facility)],
        ])
    }

    static func found(_ encounters: JSON...) throws -> FindStays {
        FindStays(
            try encounters.map { (id: $0["id"]?.string ?? "", root: try $0.document().root) })
    }
}

struct FindStaysTests {
    @Test func `an emergency visit directly before an admission belongs to the stay`() throws {
        let found = try Visits.found(
            Visits.stay("ed", "2026-03-01T08:00:00Z", "2026-03-01T13:00:00Z", class: "EMER"),
            Visits.stay("in", "2026-03-01T13:30:00Z", "2026-03-06T14:00:00Z"),
            Visits.stay("ed2", "2026-04-20T08:00:00Z", "2026-04-20T10:00:00Z", class: "EMER"))
        #expect(found.stays.count == 1)
        #expect(found.stays.first?.emergency == "ed")
        #expect(found.stays.first?.urgency == .unplanned)
        #expect(found.stays.first?.days == 5)
        #expect(found.emergencyVisits.count == 1)
    }

    @Test func `a transfer to another hospital on the next day is one stay that ends there`() throws {
        let found = try Visits.found(
            Visits.stay("b", "2026-03-07T09:00:00Z", "2026-03-12T11:00:00Z", at: "County General"),
            Visits.stay("a", "2026-03-01T08:00:00Z", "2026-03-06T14:00:00Z"))
        #expect(found.stays.count == 1)
        #expect(found.stays.first?.encounters == ["a", "b"])
        #expect(found.stays.first?.facility == "County General")
        #expect(found.stays.first?.days == 11)
    }

    @Test func `the same hospital on the next day is a new stay`() throws {
        let found = try Visits.found(
            Visits.stay("a", "2026-03-01T08:00:00Z", "2026-03-06T14:00:00Z"),
            Visits.stay("b", "2026-03-07T09:00:00Z", "2026-03-12T11:00:00Z"))
        #expect(found.stays.map(\.id) == ["a", "b"])
    }

    @Test func `the same hospital, the same day and the same reason is one stay`() throws {
        let found = try Visits.found(
            Visits.stay("a", "2026-03-01T08:00:00Z", "2026-03-06T10:00:00Z", reason: "Heart failure"),
            Visits.stay("b", "2026-03-06T19:00:00Z", "2026-03-12T11:00:00Z", reason: "Heart failure"))
        #expect(found.stays.count == 1)
        #expect(found.stays.first?.last == "b")
    }

    @Test func `what was cancelled is no stay, what lasts has no discharge`() throws {
        let found = try Visits.found(
            Visits.stay("a", "2026-03-01T08:00:00Z", "2026-03-06T10:00:00Z", status: "cancelled"),
            Visits.stay("b", "2026-03-20T19:00:00Z", nil, status: "in-progress"))
        #expect(found.void == ["a"])
        #expect(found.stays.map(\.id) == ["b"])
        #expect(found.stays.first?.discharged == nil)
        #expect(found.stays.first?.isOver == false)
    }

    @Test func `a nursing facility is told by its type and is a stay of its own`() throws {
        let found = try Visits.found(
            Visits.stay("a", "2026-03-01T08:00:00Z", "2026-03-06T10:00:00Z", disposition: "snf"),
            Visits.stay(
                "b", "2026-03-06T12:00:00Z", "2026-03-25T10:00:00Z", at: "Oak Care",
                type: "Admission to skilled nursing facility"))
        #expect(found.stays.map(\.kind) == [.acute, .nursing])
        #expect(found.stays.first?.startsTransition == false)
        #expect(found.stays.last?.startsTransition == true)
    }
}
