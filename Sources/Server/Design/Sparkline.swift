/// A trend in the size of a word, for a row in a list. Its words say the same as its line.
package struct Sparkline: Sendable {
    /// What is measured and how it went, said in place of the picture: "Days weighed per week: 2, 3, 5".
    package let label: String
    /// Oldest first.
    package let values: [Double]
    package let aim: Double?

    package init(label: String, values: [Double], aim: Double? = nil) {
        self.label = label
        self.values = values
        self.aim = aim
    }

    /// The drawing, or nil when there is no value to draw.
    package func svg() -> String? {
        let drawn = values.filter(\.isFinite)
        guard !drawn.isEmpty else { return nil }
        let aims = aim.map { [$0] } ?? []
        let height = Scale(drawn + aims, from: 35, to: 5)
        let width = Span(days: [0, drawn.count - 1], from: 4, to: 144)
        let places = drawn.enumerated().map { (width.place($0.offset), height.place($0.element)) }
        var svg =
            #"<svg class="spark" viewBox="0 0 150 40" direction="ltr" role="img" aria-label="\#(SVG.text(label))">"#
        if let aim, aim.isFinite {
            let y = SVG.number(height.place(aim))
            svg += #"<line class="aim" x1="0" x2="150" y1="\#(y)" y2="\#(y)"/>"#
        }
        if places.count > 1 {
            let pairs = places.map { "\(SVG.number($0.0)) \(SVG.number($0.1))" }
            svg += #"<path class="trend" d="M\#(pairs.joined(separator: "L"))"/>"#
        }
        if let last = places.last {
            svg += #"<circle class="dot" cx="\#(SVG.number(last.0))" cy="\#(SVG.number(last.1))" r="3.5"/>"#
        }
        return svg + "</svg>"
    }
}
