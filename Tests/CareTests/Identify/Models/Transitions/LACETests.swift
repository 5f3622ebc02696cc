import Care
import FHIR
import Testing

struct LACETests {
    @Test(arguments: [
        (5, true, 5, 2, 14, LACE.Band.high), (2, false, 0, 0, 2, .low), (14, true, 4, 4, 19, .high),
        (0, true, 1, 1, 5, .moderate), (3, true, 3, 0, 9, .moderate),
    ])
    func `the worked examples come out`(
        _ days: Int, _ acute: Bool, _ charlson: Int, _ visits: Int, _ total: Int, _ band: LACE.Band
    ) {
        let lace = LACE(days: days, isAcute: acute, charlson: charlson, variant: .lace2010, edVisits: visits)
        #expect(lace.total == total)
        #expect(lace.band == band)
        #expect(lace.charlsonVariant == .lace2010)
    }

    @Test(arguments: [(-1, 0), (0, 0), (1, 1), (3, 3), (4, 4), (6, 4), (7, 5), (13, 5), (14, 7), (400, 7)])
    func `length of stay has no six points`(_ days: Int, _ points: Int) {
        let lace = LACE(days: days, isAcute: false, charlson: 0, variant: .original, edVisits: 0)
        #expect(lace.lengthOfStay == points)
    }

    @Test func `days are a difference of dates`() throws {
        let first = try #require(CalendarDay("2026-02-27"))
        let last = try #require(CalendarDay("2026-03-02"))
        #expect(LACE.days(admitted: first, discharged: last) == 3)
        #expect(LACE.days(admitted: first, discharged: first) == 0)
        #expect(LACE.days(admitted: last, discharged: first) == nil)
    }

    @Test func `the visit that led to the stay makes it acute and is not counted before it`() {
        let stay = Visit(
            .inpatient, start: RiskContent.moment("2026-03-02T09:00:00Z"),
            end: RiskContent.moment("2026-03-05T10:00:00Z"))
        let led = Visit(
            .emergency, start: RiskContent.moment("2026-03-01T20:00:00Z"),
            end: RiskContent.moment("2026-03-02T08:00:00Z"))
        let before = Visit(
            .emergency, start: RiskContent.moment("2025-09-02T09:00:00Z"),
            end: RiskContent.moment("2025-09-02T10:00:00Z"))
        let tooOld = Visit(.emergency, start: RiskContent.moment("2025-09-02T08:59:59Z"), end: nil)
        #expect(LACE.edVisits(before: stay, in: [led, before, stay]) == 1)
        #expect(LACE.edVisits(before: stay, in: [tooOld]) == 0)
        #expect(LACE.isAcute(stay, in: [led]))
        #expect(!LACE.isAcute(stay, in: [before]))
    }

    @Test func `the LACE paper weighs Charlson its own way`() throws {
        let models = try RiskContent.models
        let codes = ["G30.9", "I50.9", "M05.9", "G81.91"].compactMap { DiagnosisCode($0) }.map { models.book.id($0) }
        #expect(models.charlson(.lace2010, codes: codes) == 8)
        #expect(models.charlson(.original, codes: codes) == 5)
    }
}
