/// Amounts side by side, as lying bars with their words above them, and the same numbers as a table.
package struct BarChart: Sendable {
    /// One amount.
    package struct Bar: Sendable {
        package let name: String
        package let value: Double
        /// The amount as written: "62% (31 of 50)".
        package let shown: String

        package init(name: String, value: Double, shown: String) {
            self.name = name
            self.value = value
            self.shown = shown
        }
    }

    /// Unique on the page; letters, digits and hyphens.
    package let id: String
    package let title: String
    /// What the bars are: "Programme", "Month".
    package let kind: String
    package let bars: [Bar]
    /// The value of a full bar; the largest value when nil.
    package let whole: Double?

    package init(id: String, title: String, kind: String, bars: [Bar], whole: Double? = nil) {
        self.id = id
        self.title = title
        self.kind = kind
        self.bars = bars
        self.whole = whole
    }

    /// The drawing and its table, in the order given.
    package func figure() -> ChartFigure {
        ChartFigure(
            caption: "\(title), by \(kind.lowercased())",
            svg: svg(),
            heads: [kind, title],
            lines: bars.map { .init(cells: [$0.name, $0.shown]) }
        )
    }

    /// The drawing alone. A bar below zero or not finite has no length; its words are still there.
    package func svg() -> String {
        let tall = max(bars.count, 1) * 40 + 4
        let ids = SVG.text(id)
        let amounts = bars.map { "\($0.name): \($0.shown)" }
        let words = bars.isEmpty ? "Nothing to count yet." : amounts.joined(separator: "; ")
        let head =
            #"<svg class="chart" viewBox="0 0 340 \#(tall)" role="img" direction="ltr" "#
            + #"aria-labelledby="\#(ids)-t \#(ids)-d"><title id="\#(ids)-t">\#(SVG.text(title))</title>"#
            + #"<desc id="\#(ids)-d">\#(SVG.text(words))</desc>"#
        guard !bars.isEmpty else {
            return head + #"<text x="170" y="26" text-anchor="middle">Nothing to count yet</text></svg>"#
        }
        let most = max(whole ?? 0, bars.map(\.value).filter(\.isFinite).max() ?? 0, 1e-9)
        let body = bars.enumerated().map { index, bar in
            let top = Double(index) * 40
            let share = bar.value.isFinite ? min(max(bar.value / most, 0), 1) : 0
            let line = SVG.number(top + 14)
            let y = SVG.number(top + 20)
            let wide = SVG.number(share * 340)
            return #"<text x="0" y="\#(line)">\#(SVG.text(bar.name))</text>"#
                + #"<text class="value" x="340" y="\#(line)" text-anchor="end">\#(SVG.text(bar.shown))</text>"#
                + #"<rect class="track" x="0" y="\#(y)" width="340" height="10" rx="5"/>"#
                + #"<rect class="bar" x="0" y="\#(y)" width="\#(wide)" height="10" rx="5"/>"#
        }
        return head + body.joined() + "</svg>"
    }
}
