import Testing

@testable import FHIR

struct DateTimeTests {
    @Test(arguments: [
        ("1970", 0, 31_536_000_000), ("2024-02", 1_706_745_600_000, 1_709_251_200_000),
        ("2023-12", 1_701_388_800_000, 1_704_067_200_000), ("1970-01-01", 0, 86_400_000),
        ("1969-12-31", -86_400_000, 0), ("2024-02-29", 1_709_164_800_000, 1_709_251_200_000),
        ("2015-02-07T13:28:17Z", 1_423_315_697_000, 1_423_315_698_000),
        ("2015-02-07T13:28:17.239+02:00", 1_423_308_497_239, 1_423_308_497_240),
        ("2015-02-07T13:28:17.5-05:00", 1_423_333_697_500, 1_423_333_697_501),
        ("2015-02-07T13:28:17.123456Z", 1_423_315_697_123, 1_423_315_697_124),
        ("0001", FHIRDate.earliest, FHIRDate.earliest + 31_536_000_000),
        ("9999-12", 253_399_622_400_000, FHIRDate.latest),
    ])
    func `a date covers all the time that its precision leaves open`(text: String, low: Int64, high: Int64) throws {
        let date = try #require(FHIRDate(text))
        #expect(date.low == low)
        #expect(date.high == high)
        #expect(FHIRDate(Array(text.utf8)) == date)
    }

    @Test(arguments: [
        "2023-02-30", "2023-02-29", "1900-02-29", "2023-13", "2023-00", "2023-1-1", "0000", "23", "", "2023-04-31",
        "2023-01-01T24:00:00Z", "2023-01-01T10:60:00Z", "2023-01-01T10:00:61Z", "2023-01-01T10:00:00",
        "2023-01-01T10:00Z",
        "2023-01-01T10:00:00.Z", "2023-01-01T10:00:00+15:00", "2023-01-01T10:00:00+14:30", "2023-01-01T10:00:00Zz",
        " 2023",
        "2023-01-01 10:00:00Z", "2023-01-01T", "2023-", "٢٠٢٣",
    ])
    func `a moment that does not exist is not a date`(text: String) {
        #expect(FHIRDate(text) == nil)
    }

    @Test
    func `each form takes what FHIR gives it`() {
        #expect(FHIRDate("2023-01-01T10:00:00Z", as: .date) == nil)
        #expect(FHIRDate("2023-01-01", as: .instant) == nil)
        #expect(FHIRDate("2023", as: .instant) == nil)
        #expect(FHIRDate("2023-01-01T10:00:60Z", as: .instant) != nil)
        #expect(FHIRDate("2023-01-01T10:00", as: .search)?.precision == .minute)
        #expect(FHIRDate("2023-01-01T10:00:00", as: .search) == FHIRDate("2023-01-01T10:00:00", as: .search))
        #expect(FHIRDate.isTime("10:00:00") && FHIRDate.isTime("23:59:59.5"))
        #expect(!FHIRDate.isTime("10:00") && !FHIRDate.isTime("24:00:00") && !FHIRDate.isTime("10:00:00Z"))
    }

    @Test
    func `a moment is written as an instant`() {
        #expect(FHIRDate.instant(0) == "1970-01-01T00:00:00.000Z")
        #expect(FHIRDate.instant(-1) == "1969-12-31T23:59:59.999Z")
        #expect(FHIRDate.instant(1_795_255_200_000) == "2026-11-21T10:00:00.000Z")
        #expect(FHIRDate.instant(Int64.max) == "9999-12-31T23:59:59.999Z")
        #expect(FHIRDate.instant(Int64.min) == "0001-01-01T00:00:00.000Z")
        #expect(FHIRDate.day(1_795_255_200_000) == "2026-11-21")
    }

    @Test
    func `the day is the one of the zone that was written`() {
        #expect(FHIRDate("2023-01-01T23:00:00-05:00")?.firstDay.text == "2023-01-01")
        #expect(FHIRDate("2023-01-01T23:00:00-05:00").map { FHIRDate.day($0.low) } == "2023-01-02")
    }

    @Test
    func `every day of four centuries is found again from its number`() {
        var day = CalendarDay(daysSinceEpoch: -135_140)
        #expect(day.text == "1600-01-01")
        for number in -135_139...10_957 {
            let next = CalendarDay(daysSinceEpoch: number)
            #expect(next > day && next.daysSinceEpoch == number)
            day = next
        }
        #expect(day.text == "2000-01-01")
    }

    @Test
    func `ages, weekdays and months are counted as people do`() throws {
        let born = try #require(CalendarDay("2000-02-29"))
        #expect(try born.years(until: #require(CalendarDay("2023-02-28"))) == 22)
        #expect(try born.years(until: #require(CalendarDay("2023-03-01"))) == 23)
        #expect(CalendarDay("2026-11-21")?.weekday == 6)
        #expect(CalendarDay("1969-12-28")?.weekday == 7)
        #expect(CalendarDay("2023-01-31")?.adding(months: 1).text == "2023-02-28")
        #expect(CalendarDay("2023-01-31")?.adding(months: -2).text == "2022-11-30")
        #expect(CalendarDay("2023-12-31")?.adding(days: 1).text == "2024-01-01")
        #expect(CalendarDay(daysSinceEpoch: Int.max).text == "9999-12-31")
        #expect(CalendarDay(daysSinceEpoch: Int.min).text == "0001-01-01")
        #expect(CalendarDay("2023-02") == nil)
    }
}
