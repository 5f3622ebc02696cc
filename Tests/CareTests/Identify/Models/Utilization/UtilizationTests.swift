import Care
import Testing

struct UtilizationTests {
    private let now = RiskContent.moment("2026-07-01T00:00:00Z")

    private func visit(_ kind: Visit.Kind, _ start: String, _ end: String?) -> Visit {
        Visit(kind, start: RiskContent.moment(start), end: end.map { RiskContent.moment($0) })
    }

    @Test func `stays and emergency visits of twelve months are counted`() {
        let used = Utilization.twelveMonths(
            [
                visit(.inpatient, "2026-03-01T10:00:00Z", "2026-03-05T10:00:00Z"),
                visit(.emergency, "2026-05-01T10:00:00Z", "2026-05-01T15:00:00Z"),
                visit(.emergency, "2025-06-30T23:59:59Z", "2025-07-01T03:00:00Z"),
                visit(.emergency, "2026-07-01T00:00:00Z", nil),
                visit(.other, "2026-05-02T10:00:00Z", nil),
                visit(.nonAcute, "2026-03-05T10:00:00Z", "2026-04-05T10:00:00Z"),
            ], before: now)
        #expect(used.admissions == 1)
        #expect(used.edVisits == 1)
    }

    @Test func `an emergency visit that ended in admission is not counted`() {
        let stay = visit(.inpatient, "2026-03-02T09:00:00Z", "2026-03-05T10:00:00Z")
        let led = visit(.emergency, "2026-03-01T10:00:00Z", "2026-03-01T12:00:00Z")
        let apart = visit(.emergency, "2026-02-27T10:00:00Z", "2026-02-27T12:00:00Z")
        let after = visit(.emergency, "2026-03-06T10:00:00Z", "2026-03-06T12:00:00Z")
        #expect(Utilization.twelveMonths([stay, led, apart, after], before: now).edVisits == 2)
    }

    @Test func `a transfer is one stay, a readmission is two`() {
        let first = visit(.inpatient, "2026-03-01T10:00:00Z", "2026-03-03T10:00:00Z")
        let transfer = visit(.inpatient, "2026-03-03T10:00:00Z", "2026-03-06T10:00:00Z")
        let again = visit(.inpatient, "2026-03-08T10:00:00Z", "2026-03-09T10:00:00Z")
        let used = Utilization.twelveMonths([again, transfer, first], before: now)
        #expect(used.admissions == 2)
        #expect(used.stays.first?.end == transfer.end)
    }

    @Test func `a stay whose end was never recorded does not swallow later ones`() {
        let open = visit(.inpatient, "2025-08-01T10:00:00Z", nil)
        let later = visit(.inpatient, "2026-03-01T10:00:00Z", "2026-03-03T10:00:00Z")
        #expect(Utilization.twelveMonths([open, later], before: now).admissions == 2)
    }

    @Test func `an end before the start is taken as the start`() {
        let odd = visit(.inpatient, "2026-03-01T10:00:00Z", "2026-02-01T10:00:00Z")
        #expect(odd.end == odd.start)
    }

    @Test(arguments: [("IMP", Visit.Kind.inpatient), ("EMER", .emergency), ("NONAC", .nonAcute), ("AMB", .other)])
    func `encounter classes are told apart`(_ code: String, _ kind: Visit.Kind) {
        #expect(Visit.Kind(classCode: code) == kind)
    }
}
