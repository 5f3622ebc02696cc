extension MedicineText {
    /// Name and strength: "metoprolol succ 50 mg".
    package var title: String {
        let amounts = (concentration + strength).map(\.words).joined(separator: " / ")
        return amounts.isEmpty ? name : "\(name) \(amounts)"
    }

    /// How it is taken, in plain English words, with what could not be read as it was written; nil when nothing is said.
    func takes(_ wording: MedicineWording) -> String? {
        let parts = [how(wording, .en), unread.map { "“\($0)”" }].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// How it is taken, in plain words; nil when nothing of it is read.
    package func how(_ wording: MedicineWording, _ language: PlanLanguage) -> String? {
        var parts = [each(wording, language)].compactMap(\.self)
        if let way = wording.route(route), form == nil || wording.form(form)?.route != route {
            parts.append(language.of(way.words))
        }
        if let frequency {
            parts.append(language.of(frequency.words))
        }
        if !times.isEmpty {
            let names = times.compactMap { wording.times[$0].map(language.of) }
            parts.append(names.joined(separator: language == .es ? " y " : " and "))
        }
        if asNeeded {
            parts.append(language.of(wording.asNeeded))
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// How much at a time: "2 tablets", "10 units"; nil when it is not said.
    package func each(_ wording: MedicineWording, _ language: PlanLanguage) -> String? {
        if let count, let kind = wording.form(form) {
            return "\(Self.written(count)) \(language.of(count > 1 ? kind.many : kind.one))"
        }
        if let countWritten, let kind = wording.form(form) {
            return "\(countWritten) \(language.of(kind.many))"
        }
        return dose?.words
    }

    /// "50 mg"; nil when it is not said.
    package var strengthWords: String? {
        strength.isEmpty ? nil : strength.map(\.words).joined(separator: " / ")
    }

    /// When in the day it is taken: as it is said, else as the frequency usually means.
    package var dayTimes: [DayTime] { times.isEmpty ? frequency?.times ?? [] : times }

    /// Whether the times of day say all of how it is taken.
    package func isToldByTimes(_ wording: MedicineWording) -> Bool {
        !dayTimes.isEmpty && !asNeeded && unread == nil && (frequency.map { $0.days == 1 } ?? true)
            && (route == nil || route == "mouth")
    }

    /// Times a day; nil when it is not said.
    var perDay: Double? {
        if let frequency {
            return Double(frequency.count) / Double(frequency.days)
        }
        return times.isEmpty ? nil : Double(times.count)
    }

    /// How much is taken at a time, of each ingredient: one tablet where no number is said.
    var amounts: [Amount]? {
        if let dose {
            return [dose]
        }
        guard !strength.isEmpty else {
            return nil
        }
        let times = count ?? 1
        return strength.map {
            Amount(digits: $0.digits, unit: $0.unit, kind: $0.kind, value: $0.value * times)
        }
    }

    /// The amount in words: "50 mg", "2 × 25 mg".
    var amountWords: String? {
        if let dose {
            return dose.words
        }
        guard !strength.isEmpty else {
            return each
        }
        let one = strength.map(\.words).joined(separator: " / ")
        return count.map { $0 == 1 ? one : "\(Self.written($0)) × \(one)" } ?? one
    }

    private var each: String? { count.map(Self.written) ?? countWritten }

    /// Without a needless fraction; thousandths are enough for tablets.
    static func written(_ number: Double) -> String {
        let thousandths = (number * 1_000).rounded()
        guard thousandths.isFinite, abs(thousandths) < 1e12 else {
            return "\(number)"
        }
        let whole = Int64(thousandths)
        let rest = abs(whole % 1_000)
        guard rest != 0 else {
            return "\(whole / 1_000)"
        }
        var digits = String(rest + 1_000).dropFirst()
        while digits.last == "0" { digits = digits.dropLast() }
        return "\(whole / 1_000).\(digits)"
    }
}
