import Care
import FHIR
import Foundation

/// How scores over time are said and drawn.
struct ScoreTrendWords {
    let trend: ScoreTrend
    let now: Int64
    let zone: TimeZone

    /// How many results a drawing goes back.
    private static let mostPoints = 40

    private var isZone: Bool { trend.scoring.total?.combine == .max }

    /// With the hour where the latest is of the same day.
    private func day(_ moment: Int64) -> String {
        let day = Words.calendarDay(moment, zone: zone)
        let last = trend.latest.map { Words.calendarDay($0.at, zone: zone) }
        let isAlone = day != last || trend.points.count { Words.calendarDay($0.at, zone: zone) == day } == 1
        let words = Words.day(moment, now: now, zone: zone)
        return isAlone ? words : "\(words), \(Words.time(moment, zone: zone))"
    }

    /// A total as it is read; of a form that sorts answers its band alone.
    func written(_ point: ScoreTrend.Point) -> String {
        isZone ? point.band?.severity ?? "not scored" : trend.scoring.written(point.total)
    }

    static func tone(_ trend: ScoreTrend) -> String {
        switch trend.lastStep {
        case .some(let step) where step.way == .worse && step.matters != false: "soon"
        case .some(let step) where step.way == .better && step.matters != false: "good"
        default: "note"
        }
    }

    /// What changed since the time before, and since the first.
    var change: String {
        guard let last = trend.points.last, let before = trend.points.dropLast().last, let step = trend.lastStep else {
            return "Asked once. Ask again to see a change."
        }
        var sentences = [sentence(step, since: before)]
        if let first = trend.points.first, trend.points.count > 1 {
            switch trend.sinceFirst {
            case .remission:
                let below = trend.scoring.change?.remissionBelow ?? 0
                sentences.append("Below \(below) now, from \(written(first)) on \(day(first.at)): in remission.")
            case .response:
                let drop = trend.scoring.change?.responseDropPercent ?? 0
                sentences.append(
                    "From \(written(first)) on \(day(first.at)) it has fallen by \(drop) percent or more: a response.")
            case .some(.none), nil: break
            }
        }
        if let earlier = before.band?.severity, let present = last.band?.severity, earlier != present, !isZone {
            sentences.append("It was “\(earlier)” and is “\(present)” now.")
        }
        return sentences.joined(separator: " ")
    }

    private func sentence(_ step: ScoreTrend.Step, since before: ScoreTrend.Point) -> String {
        let then = "than on \(day(before.at))"
        if isZone {
            return switch step.way {
            case .same: "The same as on \(day(before.at))."
            case .better: "Better \(then)."
            case .worse: "Worse \(then)."
            }
        }
        guard step.way != .same else {
            return "The same as on \(day(before.at))."
        }
        let isMean = trend.scoring.total?.combine == .mean
        let points = isMean ? trend.scoring.written(step.points) : String(step.points)
        let words =
            "\(points) \(points == "1" ? "point" : "points") \(step.way == .better ? "better" : "worse") \(then)"
        return switch step.matters {
        case true?: "\(words): a change that matters."
        case false?: "\(words): less than what matters."
        case nil: "\(words)."
        }
    }

    /// How much of a change matters, and who says so.
    var rule: String {
        guard let change = trend.scoring.change else {
            return isZone
                ? "The worst answer decides. This sorts answers and is no measured score."
                : "No published rule is known here for how much of a change matters."
        }
        var parts: [String] = []
        if let points = change.points { parts.append("\(points) points matter") }
        if let drop = change.responseDropPercent { parts.append("a fall by \(drop) percent is a response") }
        if let below = change.remissionBelow { parts.append("below \(below) is remission") }
        let words = parts.joined(separator: ", ")
        return words.prefix(1).uppercased() + words.dropFirst() + ". \(change.source)"
    }

    /// The drawing, and its table with band and change.
    var figure: ChartFigure {
        let shown = Array(trend.points.suffix(Self.mostPoints))
        let divisor = trend.scoring.total?.combine == .mean ? Double(max(1, trend.scoring.items.count)) : 1
        let drawn = shown.map { point in
            TrendChart.Point(
                day: FHIRDate.days(point.at), date: day(point.at), value: Double(point.total) / divisor,
                shown: written(point))
        }
        let chart = TrendChart(
            id: "scores-\(trend.instrument.name)", title: trend.instrument.short, unit: "", points: drawn)
        var lines: [ChartFigure.Line] = []
        for (place, point) in shown.enumerated() {
            let step = place == 0 ? nil : trend.step(from: shown[place - 1], to: point)
            let cells = [
                day(point.at), written(point), point.band?.severity ?? "not scored", step.map(said) ?? "the first here",
                point.response == nil ? "from elsewhere" : "asked here",
            ]
            lines.append(ChartFigure.Line(cells: cells))
        }
        return ChartFigure(
            caption: "\(trend.instrument.short), newest first", svg: chart.svg(),
            heads: ["Date", "Score", "Band", "Change", "Source"], lines: lines.reversed())
    }

    private func said(_ step: ScoreTrend.Step) -> String {
        let mark = step.matters == true ? ", matters" : ""
        return switch step.way {
        case .same: "none"
        case .better: "better\(mark)"
        case .worse: "worse\(mark)"
        }
    }
}
