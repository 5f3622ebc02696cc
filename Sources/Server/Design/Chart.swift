/// A measure over time, drawn as a line with its aim, and the same numbers as a table.
///
/// Nothing, one and many points are drawn alike. Points are placed by their day, so that a gap of months looks like
/// one. Points whose value is not finite are left out of the line and stay in the table.
package struct TrendChart: Sendable {
    /// One reading.
    package struct Point: Sendable {
        /// Days since any fixed day; only distances matter.
        package let day: Int
        /// The date as people read it, "12 Nov 2026".
        package let date: String
        package let value: Double
        /// A second value of the same reading, such as the diastolic pressure.
        package let second: Double?
        /// The reading as written, with its digits: "142/84".
        package let shown: String
        /// Where it comes from: "St. Anne's", "said by phone".
        package let source: String

        package init(
            day: Int, date: String, value: Double, second: Double? = nil, shown: String, source: String = ""
        ) {
            self.day = day
            self.date = date
            self.value = value
            self.second = second
            self.shown = shown
            self.source = source
        }
    }

    /// What one hopes for.
    package enum Aim: Sendable {
        /// A line to reach, with its words: 130, "aim 130".
        case line(Double, label: String)
        /// A range to stay in.
        case band(ClosedRange<Double>, label: String)
    }

    /// Unique on the page; letters, digits and hyphens.
    package let id: String
    package let title: String
    /// "mmHg", "%", "lb"; empty when there is none.
    package let unit: String
    package let points: [Point]
    package let aim: Aim?

    package init(id: String, title: String, unit: String, points: [Point], aim: Aim? = nil) {
        self.id = id
        self.title = title
        self.unit = unit
        self.points = points.sorted { $0.day < $1.day }
        self.aim = aim
    }

    /// The drawing and its table, newest reading first in the table.
    package func figure() -> ChartFigure {
        let sources = points.contains { !$0.source.isEmpty }
        let value = unit.isEmpty ? title : "\(title) (\(unit))"
        return ChartFigure(
            caption: "\(value), newest first",
            svg: svg(),
            heads: ["Date", value] + (sources ? ["Source"] : []),
            lines: points.reversed().map { .init(cells: [$0.date, $0.shown] + (sources ? [$0.source] : [])) }
        )
    }

    /// The drawing alone.
    package func svg() -> String {
        let drawn = points.filter(\.value.isFinite)
        var parts = [
            #"<svg class="chart" viewBox="0 0 340 170" role="img" direction="ltr" "#
                + #"aria-labelledby="\#(SVG.text(id))-t \#(SVG.text(id))-d">"#,
            #"<title id="\#(SVG.text(id))-t">\#(SVG.text(title))</title>"#,
            #"<desc id="\#(SVG.text(id))-d">\#(SVG.text(summary(drawn)))</desc>"#,
        ]
        if drawn.isEmpty {
            parts.append(#"<text x="170" y="85" text-anchor="middle">No readings yet</text></svg>"#)
            return parts.joined()
        }
        // A falling line comes from above: its last value stands below the dot, and the scale leaves room for it.
        let falls = drawn.count > 1 && drawn[drawn.count - 1].value < drawn[drawn.count - 2].value
        let height = Scale(
            drawn.map(\.value) + drawn.compactMap(\.second) + aimValues, from: falls ? 122 : 138, to: 22)
        let width = Span(days: drawn.map(\.day), from: 42, to: 322)
        parts.append(drawAim(height))
        parts.append(drawGrid(height))
        parts.append(drawLine(drawn.map { (width.place($0.day), height.place($0.value)) }))
        let second = drawn.compactMap { point in
            point.second.flatMap { $0.isFinite ? (width.place(point.day), height.place($0)) : nil }
        }
        if !second.isEmpty { parts.append(drawLine(second)) }
        parts.append(drawDates(drawn, width))
        parts.append(drawLatest(drawn, width, height, isBelow: falls))
        parts.append("</svg>")
        return parts.joined()
    }

    private var aimValues: [Double] {
        switch aim {
        case .line(let value, _): [value]
        case .band(let range, _): [range.lowerBound, range.upperBound]
        case nil: []
        }
    }

    private var aimLabel: String? {
        switch aim {
        case .line(_, let label), .band(_, let label): label
        case nil: nil
        }
    }

    /// What a screen reader says in place of the picture.
    private func summary(_ drawn: [Point]) -> String {
        guard let first = drawn.first, let last = drawn.last else { return "No readings yet." }
        let suffix = unit.isEmpty ? "" : " \(unit)"
        let end = aimLabel.map { ", \($0)" } ?? ""
        guard drawn.count > 1 else { return "One reading: \(last.shown)\(suffix) on \(last.date)\(end)." }
        return "\(drawn.count) readings, from \(first.shown) on \(first.date) "
            + "to \(last.shown)\(suffix) on \(last.date)\(end)."
    }

    private func drawGrid(_ height: Scale) -> String {
        height.ticks.map { tick in
            let y = SVG.number(height.place(tick))
            let words = SVG.number(tick, digits: height.digits)
            return #"<line class="grid" x1="42" x2="322" y1="\#(y)" y2="\#(y)"/>"#
                + #"<text x="36" y="\#(y)" dy="4" text-anchor="end">\#(words)</text>"#
        }.joined()
    }

    private func drawAim(_ height: Scale) -> String {
        switch aim {
        case .line(let value, let label) where value.isFinite:
            let y = height.place(value)
            return #"<line class="aim" x1="42" x2="322" y1="\#(SVG.number(y))" y2="\#(SVG.number(y))"/>"#
                + #"<text x="46" y="\#(SVG.number(y - 5))">\#(SVG.text(label))</text>"#
        case .band(let range, let label):
            let top = height.place(range.upperBound)
            let tall = max(height.place(range.lowerBound) - top, 1)
            return #"<rect class="band" x="42" width="280" y="\#(SVG.number(top))" height="\#(SVG.number(tall))"/>"#
                + #"<text x="46" y="\#(SVG.number(top + 13))">\#(SVG.text(label))</text>"#
        default: return ""
        }
    }

    private func drawLine(_ places: [(Double, Double)]) -> String {
        let pairs = places.map { "\(SVG.number($0.0)) \(SVG.number($0.1))" }
        let line = pairs.count > 1 ? #"<path class="trend" d="M\#(pairs.joined(separator: "L"))"/>"# : ""
        // Many dots hide the line they stand on: beyond 40 only the last is drawn.
        let dots = (places.count > 40 ? places.suffix(1) : places[...]).map {
            #"<circle class="dot" cx="\#(SVG.number($0.0))" cy="\#(SVG.number($0.1))" r="3.5"/>"#
        }
        return line + dots.joined()
    }

    private func drawDates(_ drawn: [Point], _ width: Span) -> String {
        guard let first = drawn.first, let last = drawn.last else { return "" }
        if first.day == last.day {
            return #"<text x="182" y="160" text-anchor="middle">\#(SVG.text(last.date))</text>"#
        }
        return #"<text x="42" y="160">\#(SVG.text(first.date))</text>"#
            + #"<text x="322" y="160" text-anchor="end">\#(SVG.text(last.date))</text>"#
    }

    private func drawLatest(_ drawn: [Point], _ width: Span, _ height: Scale, isBelow: Bool) -> String {
        guard let last = drawn.last else { return "" }
        let x = width.place(last.day)
        let y = height.place(last.value)
        let anchor = x > 290 ? "end" : "middle"
        let baseline = SVG.number(isBelow ? y + 18 : y - 9)
        return #"<text class="value" x="\#(SVG.number(min(x + 4, 330)))" y="\#(baseline)" "#
            + #"text-anchor="\#(anchor)">\#(SVG.text(last.shown))</text>"#
    }
}

/// Days laid onto the width of a drawing.
struct Span {
    private let first: Double
    private let last: Double
    private let from: Double
    private let to: Double

    /// - Parameters:
    ///   - days: the days that are to be placed, in any order; may be empty.
    ///   - from: the coordinate of the earliest.
    ///   - to: the coordinate of the latest.
    init(days: [Int], from: Double, to: Double) {
        first = Double(days.min() ?? 0)
        last = Double(days.max() ?? 0)
        self.from = from
        self.to = to
    }

    /// The coordinate of a day; the middle when all days are one.
    func place(_ day: Int) -> Double {
        guard last > first else { return (from + to) / 2 }
        let share = min(max((Double(day) - first) / (last - first), 0), 1)
        return from + share * (to - from)
    }
}
