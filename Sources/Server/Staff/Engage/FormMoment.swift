import Care
import FHIR
import Foundation

/// Days and times that were typed, as moments where the site is.
enum FormMoment {
    /// The moment that a form gives in the zone of the site, milliseconds since 1970.
    /// - Parameters:
    ///   - form: what was typed.
    ///   - day: the field of the day, `2026-11-30`.
    ///   - time: the field of the time, `14:30`.
    ///   - hour: stands for a time that was not given.
    ///   - zone: the zone in which day and time were meant.
    /// - Returns: nil when the day was left empty.
    /// - Throws: ``FormProblems`` at the field for a day or time that does not exist.
    static func read(
        _ form: Form, _ day: String, time: String? = nil, hour: Int = 17, zone: TimeZone
    ) throws -> Int64? {
        guard let text = form[day] else {
            return nil
        }
        guard let date = CalendarDay(text) else {
            throw FormProblems(day, "This day does not exist. Write it as 2026-11-30.")
        }
        var minutes = hour * 60
        if let time, let clock = form[time] {
            let parts = clock.split(separator: ":").compactMap { Int($0) }
            guard parts.count >= 2, (0...23).contains(parts[0]), (0...59).contains(parts[1]) else {
                throw FormProblems(time, "This time does not exist. Write it as 14:30.")
            }
            minutes = parts[0] * 60 + parts[1]
        }
        let utc = FHIRDate.millis(date) + Int64(minutes) * 60_000
        let near = Date(timeIntervalSince1970: Double(utc / 1000))
        return utc - Int64(zone.secondsFromGMT(for: near)) * 1000
    }
}

extension FormProblems {
    /// The same problems under the ids that fields have on the page.
    func renamed(_ name: (String) -> String) -> FormProblems {
        FormProblems(all.map { Problem(name($0.field), $0.message) })
    }
}

extension [Field] {
    /// The same questions, each with what is the matter with its answer.
    func faulted(_ problems: FormProblems?) -> [Field] {
        map { field in
            let message = problems?.all.first { $0.field == field.id }?.message
            return message == nil ? field : field.with { $0.error = message }
        }
    }
}
