import Care
import FHIR

/// How readings and goals are said and drawn.
extension PatientWords {
    /// How many readings a chart goes back.
    private static let mostPoints = 40

    func latest(_ reading: Reading) -> String {
        reading.unit.isEmpty ? reading.shown : "\(reading.shown) \(reading.unit)"
    }

    var charts: [PatientModel.Chart] {
        let kinds: [Reading.Kind] = [.bloodPressure, .hemoglobinA1c, .weight, .depression]
        return kinds.compactMap { chart($0, summary.readings[$0] ?? []) }
    }

    private func chart(_ kind: Reading.Kind, _ all: [Reading]) -> PatientModel.Chart? {
        guard let last = all.last else {
            return nil
        }
        // One line has one unit; other units stay out of it and are counted.
        let same = all.filter { $0.unit == last.unit }
        let shown = same.suffix(Self.mostPoints)
        let points = shown.map { reading in
            TrendChart.Point(
                day: FHIRDate.days(reading.at), date: dateWithYear(reading.date), value: reading.value,
                second: reading.second, shown: reading.shown, source: reading.source ?? "not named")
        }
        let figure = TrendChart(
            id: "chart-\(kind.rawValue)", title: kind.title, unit: last.unit, points: points, aim: aim(kind)
        ).figure()
        var notes = ["Last: \(source(last.source, last.date))."]
        if shown.count < same.count {
            notes.append("The last \(shown.count) of \(same.count) readings.")
        }
        if same.count < all.count {
            notes.append("\(Words.count(all.count - same.count, "reading")) in another unit left out.")
        }
        return PatientModel.Chart(
            title: kind.title, caption: figure.caption, svg: figure.svg, heads: figure.heads, lines: figure.lines,
            latest: latest(last), source: notes.joined(separator: " "))
    }

    private func dateWithYear(_ text: String) -> String {
        Words.date(text, now: 0, zone: zone) ?? text
    }

    /// What the person's own goal on that measure says; there is no aim without a goal.
    private func aim(_ kind: Reading.Kind) -> TrendChart.Aim? {
        let goal = summary.goals.first { goal in
            goal.aim != nil && !kind.codes.isDisjoint(with: goal.measureCodes)
        }
        guard let aim = goal?.aim else {
            return nil
        }
        switch aim {
        case .between(let low, let high): return low <= high ? .band(low...high, label: "aim") : nil
        case .atMost(let value): return .line(value, label: "aim: at most \(SVG.number(value))")
        case .atLeast(let value): return .line(value, label: "aim: at least \(SVG.number(value))")
        case .about(let value): return .line(value, label: "aim \(SVG.number(value))")
        }
    }

    var goals: [PatientModel.Goal] {
        summary.goals.map { goal in
            var details: [String] = []
            if let last = goal.readings.last {
                details.append("Last \(latest(last)) on \(date(last.date) ?? "")")
            }
            if let importance = goal.importance {
                details.append("importance \(importance)")
            }
            if let confidence = goal.confidence {
                details.append("confidence \(confidence)")
            }
            let who = goal.isOwn ? "in their own words" : goal.source
            details.append("Set: \(source(who, goal.said))")
            let (state, tone) = state(goal)
            let values = goal.readings.suffix(12)
            let spark = Sparkline(
                label: "\(goal.words): " + values.map(\.shown).joined(separator: ", "), values: values.map(\.value),
                aim: goal.aim?.line)
            let aim = [goal.aimWords.map { "aim \($0)" }, date(goal.due).map { "by \($0)" }].compactMap { $0 }
            return PatientModel.Goal(
                words: goal.words, detail: details.joined(separator: " · "), state: state, stateTone: tone,
                spark: spark.svg(), aim: aim.isEmpty ? "no date set" : aim.joined(separator: ", "),
                href: "\(path)/plan")
        }
    }

    private func state(_ goal: GoalProgress) -> (String, String) {
        if goal.isPaused {
            return ("paused", "")
        }
        switch goal.achievement {
        case "achieved", "sustaining": return ("reached", "good")
        case "improving": return ("better", "good")
        case "in-progress": return ("on the way", "note")
        case "no-change": return ("no change", "soon")
        case "worsening": return ("worse", "now")
        case "not-achieved", "no-progress": return ("not reached", "soon")
        case "not-attainable": return ("cannot be reached", "soon")
        default: return ("not judged yet", "")
        }
    }
}
