import FHIR
import Foundation

/// How days, times, ages and counts are said. Nothing here knows the clock: the moment and the zone are handed in.
enum Words {
    private static let dayLong: Int64 = 86_400_000

    /// The calendar day at a moment, where the site is.
    static func calendarDay(_ moment: Int64, zone: TimeZone) -> CalendarDay {
        CalendarDay(daysSinceEpoch: FHIRDate.days(local(moment, zone)))
    }

    /// The moment at which a day begins where the site is.
    static func start(of day: CalendarDay, zone: TimeZone) -> Int64 {
        let utc = FHIRDate.millis(day)
        let guess = utc - offset(utc, zone)
        // Clocks may change between midnight in UTC and midnight here.
        return utc - offset(guess, zone)
    }

    /// "12 Nov", with the year when it is not this one: "12 Nov 2025".
    static func day(_ day: CalendarDay, today: CalendarDay?) -> String {
        let short = "\(day.day) \(month(day.month))"
        return day.year == today?.year ? short : "\(short) \(day.year)"
    }

    /// "12 Nov", with the year when it is not this one.
    static func day(_ moment: Int64, now: Int64, zone: TimeZone) -> String {
        day(calendarDay(moment, zone: zone), today: calendarDay(now, zone: zone))
    }

    /// "14:05".
    static func time(_ moment: Int64, zone: TimeZone) -> String {
        let millis = local(moment, zone)
        let ofDay = Int(millis - Int64(FHIRDate.days(millis)) * dayLong) / 60_000
        return "\(twoDigits(ofDay / 60)):\(twoDigits(ofDay % 60))"
    }

    /// "12 Nov, 14:05"; "today, 14:05"; "tomorrow, 09:00".
    static func dayTime(_ moment: Int64, now: Int64, zone: TimeZone) -> String {
        let day = calendarDay(moment, zone: zone)
        let today = calendarDay(now, zone: zone)
        let distance = day.daysSinceEpoch - today.daysSinceEpoch
        let words = [-1: "yesterday", 0: "today", 1: "tomorrow"][distance] ?? Words.day(day, today: today)
        return "\(words), \(time(moment, zone: zone))"
    }

    /// A FHIR date or dateTime as exactly as it was written: "2019", "Nov 2019", "12 Nov 2019"; nil when it is none.
    static func date(_ text: String?, now: Int64, zone: TimeZone) -> String? {
        guard let text, let date = FHIRDate(text) else {
            return nil
        }
        let first = date.firstDay
        switch date.precision {
        case .year: return String(first.year)
        case .month: return "\(month(first.month)) \(first.year)"
        case .day: return day(first, today: calendarDay(now, zone: zone))
        case .minute, .second, .millisecond: return day(date.low, now: now, zone: zone)
        }
    }

    /// "Tue 24 Nov".
    static func weekday(_ day: CalendarDay, today: CalendarDay?) -> String {
        let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        return "\(names[(day.weekday + 6) % 7]) \(Words.day(day, today: today))"
    }

    /// How long ago, roughly: "just now", "5 minutes ago", "3 hours ago", "yesterday", "4 days ago", then the day.
    static func ago(_ moment: Int64, now: Int64, zone: TimeZone) -> String {
        let minutes = max(0, now - moment) / 60_000
        switch minutes {
        case 0: return "just now"
        case 1..<60: return count(Int(minutes), "minute") + " ago"
        case 60..<360: return count(Int(minutes / 60), "hour") + " ago"
        default: break
        }
        let days =
            calendarDay(now, zone: zone).daysSinceEpoch - calendarDay(moment, zone: zone).daysSinceEpoch
        switch days {
        case 0: return "today, \(time(moment, zone: zone))"
        case 1: return "yesterday"
        case 2..<14: return "\(days) days ago"
        default: return day(moment, now: now, zone: zone)
        }
    }

    /// What a clock shows: "due now", "20 min left", "2 h left", "3 days left", "4 h late", "2 days late".
    static func left(until due: Int64, now: Int64) -> String {
        let distance = due >= now ? due - now : now - due
        let end = due >= now ? "left" : "late"
        let minutes = distance / 60_000
        switch minutes {
        case 0: return "due now"
        case 1..<60: return "\(minutes) min \(end)"
        case 60..<2880: return "\(minutes / 60) h \(end)"
        default: return "\(minutes / 1440) days \(end)"
        }
    }

    /// The tone of a clock: `now` when late or within the day, `soon` within three days, `note` after that.
    static func tone(ofDue due: Int64, now: Int64) -> String {
        switch due - now {
        case ..<dayLong: "now"
        case ..<(3 * dayLong): "soon"
        default: "note"
        }
    }

    /// "1 day", "3 days".
    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number) " + (number == 1 ? one : many ?? one + "s")
    }

    /// "Jan" to "Dec".
    static func month(_ number: Int) -> String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return names.indices.contains(number - 1) ? names[number - 1] : ""
    }

    private static func local(_ moment: Int64, _ zone: TimeZone) -> Int64 {
        let held = min(max(moment, FHIRDate.earliest), FHIRDate.latest - 1)
        return held + offset(held, zone)
    }

    /// Milliseconds east of UTC.
    private static func offset(_ moment: Int64, _ zone: TimeZone) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment / 1000)))) * 1000
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}
