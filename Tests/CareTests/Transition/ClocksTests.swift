import Foundation
import Testing

@testable import Care

struct ClocksTests {
    let holidays: Holidays

    init() throws { holidays = try Holidays(content: ShippedContent.bytes) }

    static func instant(_ text: String) throws -> Int {
        Int(try Date(text, strategy: .iso8601).timeIntervalSince1970)
    }

    @Test(arguments: [
        ("2026-03-06T16:10:00-05:00", "2026-03-10", "2026-03-13", "2026-03-20"),
        ("2026-06-24T11:00:00-04:00", "2026-06-26", "2026-07-01", "2026-07-08"),
        ("2026-07-01T11:00:00-04:00", "2026-07-06", "2026-07-08", "2026-07-15"),
        ("2026-03-07T11:00:00-05:00", "2026-03-10", "2026-03-14", "2026-03-21"),
        ("2027-12-30T11:00:00-05:00", "2028-01-04", "2028-01-06", "2028-01-13"),
    ])
    func `two business days, 7 and 14 days`(left: String, contact: String, seven: String, fourteen: String) throws {
        let zone = FacilityZone.named(try #require(TimeZone(identifier: "America/New_York")))
        let clocks = TransitionClocks(dischargedAt: try Self.instant(left), zone: zone, holidays: holidays)
        #expect(clocks.deadline(.businessDays(2)).day.text == contact)
        #expect(clocks.deadline(.days(7)).day.text == seven)
        #expect(clocks.deadline(.days(14)).day.text == fourteen)
    }

    @Test func `the deadline is the last second of the day where the facility is`() throws {
        let left = try Self.instant("2026-03-06T16:10:00-05:00")
        let zone = FacilityZone.named(try #require(TimeZone(identifier: "America/New_York")))
        let clocks = TransitionClocks(dischargedAt: left, zone: zone, holidays: holidays)
        // Clocks go forward on 8 March 2026.
        #expect(clocks.deadline(.businessDays(2)).instant == (try Self.instant("2026-03-10T23:59:59-04:00")))
        let fixed = TransitionClocks(dischargedAt: left, zone: .offset(minutes: -300), holidays: holidays)
        #expect(fixed.deadline(.businessDays(2)).instant == (try Self.instant("2026-03-10T23:59:59-05:00")))
        #expect(fixed.deadline(.days(29)).day.text == "2026-04-04")
    }

    @Test func `late in the evening the local day counts, not that of Greenwich`() throws {
        let left = try Self.instant("2026-03-06T23:30:00-08:00")
        let clocks = TransitionClocks(dischargedAt: left, zone: .offset(minutes: -480), holidays: holidays)
        #expect(clocks.discharged.text == "2026-03-06" && clocks.deadline(.businessDays(2)).day.text == "2026-03-10")
        #expect(FacilityZone.offset(minutes: 0).day(of: -1).text == "1969-12-31")
    }

    @Test(arguments: [
        (2024, "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25"),
        (2025, "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25"),
        (2026, "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25"),
        (2027, "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31"),
        (2028, "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25"),
        (2029, "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25"),
        (2030, "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25"),
    ])
    func `federal holidays fall on their observed days`(year: Int, days: String) {
        #expect(holidays.observed(in: year).map { $0.day.text.dropFirst(5) }.joined(separator: " ") == days)
    }

    @Test func `Juneteenth is a holiday since 2021`() {
        #expect(holidays.observed(in: 2020).allSatisfy { $0.name != "Juneteenth" })
        #expect(holidays.observed(in: 2021).contains { $0.name == "Juneteenth" })
    }

    @Test func `civil days go to text and back over four centuries`() throws {
        let first = try #require(CivilDay("1899-12-28"))
        for step in stride(from: 0, to: 150_000, by: 7) {
            let day = first.adding(step)
            #expect(CivilDay(day.text) == day)
        }
        #expect(CivilDay("2026-02-29") == nil && CivilDay("2024-02-29") != nil)
        #expect(CivilDay("2026-13-01") == nil && CivilDay("garbage") == nil && CivilDay("+026-01-01") == nil)
        #expect(CivilDay("1970-01-01")?.number == 0 && CivilDay("1970-01-01")?.weekday == .thursday)
    }
}
