import Care
import FHIR
import Foundation

/// Days as they are where the site is.
struct SiteDay: Sendable {
    let zone: TimeZone

    func today(_ now: Int64) -> CalendarDay {
        Words.calendarDay(now, zone: zone)
    }

    /// The last millisecond of a day, since 1970.
    func end(of day: CalendarDay) -> Int64 {
        let next = FHIRDate.millis(day.adding(days: 1))
        let offset = zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(next / 1000)))
        // Once more with the offset applied, for days on which the clock is changed.
        let moment = next - Int64(offset) * 1000
        return next - Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment / 1000)))) * 1000 - 1
    }

    /// For a verb that sets a due day.
    func days(_ now: Int64) -> SiteDays {
        SiteDays(today: today(now)) { end(of: $0) }
    }
}
