import FHIR
import Foundation

/// Times as people type them into a form, where the site is.
enum LocalTime {
    /// The moment, in milliseconds since 1970, that `2026-11-21T08:00` means, as a box for day and time sends it, or that
    /// `2026-11-21` begins at; nil when there is no such time.
    static func moment(_ text: String?, zone: TimeZone) -> Int64? {
        guard let text, let date = FHIRDate(text, as: .search), date.zone == nil, date.precision >= .day else {
            return nil
        }
        return moment(date.low, zone)
    }

    /// As a box for day and time shows it: `2026-11-21T08:00`.
    static func text(_ moment: Int64, zone: TimeZone) -> String {
        String(FHIRDate.instant(moment + offset(moment, zone)).prefix(16))
    }

    /// The stretch of a day, milliseconds since 1970; 23 or 25 hours when clocks change.
    static func stretch(of day: CalendarDay, zone: TimeZone) -> Range<Int64> {
        moment(FHIRDate.millis(day), zone)..<moment(FHIRDate.millis(day.adding(days: 1)), zone)
    }

    /// `local` is what the clock on the wall shows, counted as if it were UTC.
    private static func moment(_ local: Int64, _ zone: TimeZone) -> Int64 {
        let guess = local - offset(local, zone)
        return local - offset(guess, zone)
    }

    private static func offset(_ moment: Int64, _ zone: TimeZone) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment / 1000)))) * 1000
    }
}
