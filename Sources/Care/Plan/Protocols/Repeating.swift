package import FHIR

/// How often something is done again: a Timing as far as a care team keeps to it, in days or months.
package struct Repeating: Sendable, Equatable {
    package enum Unit: String, Sendable {
        case day = "d"
        case week = "wk"
        case month = "mo"
        case year = "a"
    }

    package let every: Int
    package let unit: Unit
    /// How many times are still to come, this one among them; nil: without end.
    package var left: Int?
    /// The last day on which it may be due.
    package var until: CalendarDay?
    /// For how many days from its first it goes on, when that is all that is known.
    package var forDays: Int?

    package init(every: Int, unit: Unit = .day, left: Int? = nil, until: CalendarDay? = nil, forDays: Int? = nil) {
        self.every = every
        self.unit = unit
        self.left = left
        self.until = until
        self.forDays = forDays
    }

    static let url = "urn:almoner:extension:repeat"

    /// In days, for those who count so; a month counts as 30.
    package var everyDays: Int {
        switch unit {
        case .day: every
        case .week: every * 7
        case .month: every * 30
        case .year: every * 365
        }
    }

    package func next(after day: CalendarDay) -> CalendarDay {
        switch unit {
        case .day: day.adding(days: every)
        case .week: day.adding(days: every * 7)
        case .month: day.adding(months: every)
        case .year: day.adding(months: every * 12)
        }
    }

    /// What is left of it for the next time; nil when this was the last.
    func following(due next: CalendarDay) -> Repeating? {
        var rest = self
        if let left {
            guard left > 1 else {
                return nil
            }
            rest.left = left - 1
        }
        if let until, next > until {
            return nil
        }
        return rest
    }

    /// As it begins on a day.
    func beginning(_ day: CalendarDay) -> Repeating {
        var begun = self
        if let forDays {
            let end = day.adding(days: forDays)
            begun.until = min(until ?? end, end)
            begun.forDays = nil
        }
        return begun
    }

    /// Timing.repeat.
    package var json: JSON {
        .compact([
            "boundsPeriod": until.map { ["end": .string($0.text)] },
            "boundsDuration": until == nil ? forDays.map { .days($0) } : nil,
            "count": left.map(JSON.int), "frequency": 1, "period": .int(every), "periodUnit": .string(unit.rawValue),
        ])
    }

    /// Reads a Timing.
    /// - Parameters:
    ///   - timing: the Timing.
    ///   - place: where it stands, for what is said of it.
    /// - Throws: ``ProtocolRefusal`` for what no list of tasks could keep to: hours, days of the week, events.
    package init(_ timing: JSONNode, at place: String) throws(ProtocolRefusal) {
        guard let node = timing["repeat"] else {
            throw ProtocolRefusal(place, "Only a timing with repeat can be kept to.")
        }
        let known: Set<String> = [
            "boundsPeriod", "boundsDuration", "count", "frequency", "period", "periodUnit", "duration", "durationUnit",
        ]
        if let other = node.members.first(where: { !known.contains($0.name) }) {
            throw ProtocolRefusal("\(place).repeat.\(other.name)", "This part of a timing cannot be kept to.")
        }
        guard let unit = node.text("periodUnit").flatMap(Unit.init(rawValue:)), let period = node["period"]?.int,
            (1...3_650).contains(period)
        else {
            throw ProtocolRefusal(
                "\(place).repeat.period", "A period is a whole number of days, weeks, months or years.")
        }
        let frequency = node["frequency"]?.int ?? 1
        if frequency == 1 {
            every = period
            self.unit = unit
        } else {
            let days = (unit == .day ? 1 : unit == .week ? 7 : unit == .month ? 30 : 365) * period
            guard (1...365).contains(frequency), days >= frequency else {
                throw ProtocolRefusal("\(place).repeat.frequency", "More often than once a day is no step of a team.")
            }
            every = days / frequency
            self.unit = .day
        }
        guard unit != .year || period <= 10 else {
            throw ProtocolRefusal("\(place).repeat.period", "This is more than ten years away.")
        }
        left = node["count"]?.int
        if let left, !(1...1_000).contains(left) {
            throw ProtocolRefusal("\(place).repeat.count", "A count is from 1 to 1000.")
        }
        until = node.text("boundsPeriod", "end").flatMap { FHIRDate($0) }?.firstDay
        forDays = try node["boundsDuration"].map { node throws(ProtocolRefusal) in
            try ProtocolDays.read(node, at: "\(place).repeat.boundsDuration")
        }
    }

    /// Of a step: what its extension says, or how many days lie between.
    init?(_ task: JSONNode) {
        if let node = task.list("extension").first(where: { $0.text("url") == Self.url })?["valueTiming"],
            let read = try? Repeating(node, at: "")
        {
            self = read
        } else if let days = StepDetails(task).everyDays {
            self.init(every: days)
        } else {
            return nil
        }
    }
}

/// Durations in whole days.
enum ProtocolDays {
    /// - Parameters:
    ///   - duration: a Duration.
    ///   - place: where it stands.
    /// - Returns: whole days; an hour counts as the day it falls into.
    /// - Throws: ``ProtocolRefusal`` for what is no length of time.
    static func read(_ duration: JSONNode, at place: String) throws(ProtocolRefusal) -> Int {
        guard let value = duration["value"]?.double, value.isFinite, abs(value) < 100_000,
            duration["comparator"] == nil
        else { throw ProtocolRefusal(place, "A duration needs its number.") }
        let each: Double
        switch duration.text("code") ?? duration.text("unit") ?? "d" {
        case "min", "minutes", "minute": each = 1.0 / 1_440
        case "h", "hour", "hours": each = 1.0 / 24
        case "d", "day", "days": each = 1
        case "wk", "week", "weeks": each = 7
        case "mo", "month", "months": each = 30
        case "a", "year", "years": each = 365
        default: throw ProtocolRefusal(place, "A duration is told in minutes, hours, days, weeks, months or years.")
        }
        let days = value * each
        guard abs(days) <= 3_650 else {
            throw ProtocolRefusal(place, "This is more than ten years away.")
        }
        return Int(days.rounded(.up))
    }
}

extension JSON {
    /// A Duration of days, UCUM.
    static func days(_ days: Int) -> JSON {
        ["value": .int(days), "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"]
    }
}
