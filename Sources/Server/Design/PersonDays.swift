import Care
import FHIR
import Foundation

extension PlanLanguage {
    /// What a page says to a person, in the one or the other language.
    func say(_ english: String, _ spanish: String) -> String { of(PlanWords(en: english, es: spanish)) }
}

/// How days and hours are said to a person, in their language. In English as ``Words`` says them.
struct PersonDays {
    let language: PlanLanguage
    let now: Int64
    let zone: TimeZone

    private var today: CalendarDay { Words.calendarDay(now, zone: zone) }

    /// "12 Nov", "12 nov"; with the year when it is not this one.
    func day(_ moment: Int64) -> String { day(Words.calendarDay(moment, zone: zone), today: today) }

    /// With the year, always: "12 nov 2026".
    func long(_ day: CalendarDay) -> String { self.day(day, today: nil) }

    /// "today, 14:05", "hoy, 14:05"; "12 nov, 14:05".
    func dayTime(_ moment: Int64) -> String {
        guard language == .es else {
            return Words.dayTime(moment, now: now, zone: zone)
        }
        let there = Words.calendarDay(moment, zone: zone)
        let near = [-1: "ayer", 0: "hoy", 1: "mañana"][there.daysSinceEpoch - today.daysSinceEpoch]
        return "\(near ?? day(there, today: today)), \(Words.time(moment, zone: zone))"
    }

    /// A FHIR date or dateTime as exactly as it was written; nil when it is none.
    func date(_ text: String?) -> String? {
        guard language == .es else {
            return Words.date(text, now: now, zone: zone)
        }
        guard let text, let date = FHIRDate(text) else {
            return nil
        }
        switch date.precision {
        case .year: return String(date.firstDay.year)
        case .month: return "\(month(date.firstDay.month)) \(date.firstDay.year)"
        case .day: return day(date.firstDay, today: today)
        case .minute, .second, .millisecond: return day(date.low)
        }
    }

    /// The same with the year, always: for paper.
    func dateWithYear(_ text: String?) -> String? { PersonDays(language: language, now: 0, zone: zone).date(text) }

    /// "Tue 24 Nov 2026", "mar 24 nov 2026".
    func weekday(_ day: CalendarDay) -> String {
        guard language == .es else {
            return Words.weekday(day, today: nil)
        }
        let names = ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"]
        return "\(names[(day.weekday + 6) % 7]) \(long(day))"
    }

    /// The day of birth, and that of death: "14-Mar-1948", "14 mar 1948".
    func born(_ patient: JSONNode) -> String {
        guard language == .es else {
            return Words.born(patient, now: now, zone: zone)
        }
        let birth = patient["birthDate"]?.string.flatMap { FHIRDate($0, as: .date) }.map { date -> String in
            switch date.precision {
            case .year: String(date.firstDay.year)
            case .month: "\(month(date.firstDay.month)) \(date.firstDay.year)"
            default: long(date.firstDay)
            }
        }
        let words = birth ?? "sin fecha en el registro"
        return patient["deceasedDateTime"]?.string.flatMap(date).map { "\(words), murió el \($0)" } ?? words
    }

    private func day(_ day: CalendarDay, today: CalendarDay?) -> String {
        let short = "\(day.day) \(month(day.month))"
        return day.year == today?.year ? short : "\(short) \(day.year)"
    }

    private func month(_ number: Int) -> String {
        let names = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]
        return language == .es && names.indices.contains(number - 1) ? names[number - 1] : Words.month(number)
    }
}
