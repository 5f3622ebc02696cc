import Foundation
import Testing

@testable import Server

@Suite struct ChartTests {
    private func point(_ day: Int, _ value: Double, shown: String = "x", source: String = "") -> TrendChart.Point {
        TrendChart.Point(day: day, date: "day \(day)", value: value, shown: shown, source: source)
    }

    @Test func `a chart without readings says so and has an empty table`() {
        let figure = TrendChart(id: "bp", title: "Blood pressure", unit: "mmHg", points: []).figure()
        #expect(figure.svg.contains("No readings yet"))
        #expect(figure.lines.isEmpty)
        #expect(figure.heads == ["Date", "Blood pressure (mmHg)"])
    }

    @Test func `one reading is a dot without a line`() {
        let svg = TrendChart(id: "w", title: "Weight", unit: "lb", points: [point(3, 164, shown: "164")]).svg()
        #expect(svg.contains("<circle"))
        #expect(!svg.contains("<path"))
        #expect(svg.contains("One reading: 164 lb on day 3."))
    }

    @Test func `readings are drawn by day and listed newest first`() {
        let chart = TrendChart(
            id: "a1c", title: "A1c", unit: "%",
            points: [point(90, 7.1, shown: "7.1"), point(0, 8.4, shown: "8.4"), point(10, 8.0, shown: "8.0")],
            aim: .line(7, label: "aim 7"))
        let figure = chart.figure()
        #expect(figure.lines.map(\.cells) == [["day 90", "7.1"], ["day 10", "8.0"], ["day 0", "8.4"]])
        // Ten of ninety days is a ninth of the 280 wide field that begins at 42.
        #expect(figure.svg.contains("L73.1 "))
        #expect(figure.svg.contains(">aim 7<"))
        #expect(figure.svg.contains("3 readings, from 8.4 on day 0 to 7.1 % on day 90, aim 7."))
    }

    @Test func `the last value stands on the side that the line does not come from`() throws {
        func place(_ values: [Double]) throws -> (dot: Double, label: Double) {
            let points = values.enumerated().map { point($0.offset, $0.element) }
            let svg = TrendChart(id: "x", title: "x", unit: "", points: points).svg()
            func number(after opening: String) throws -> Double {
                let rest = try #require(svg.components(separatedBy: opening).last)
                return try #require(Double(rest.prefix { $0 != "\"" }))
            }
            let value = try #require(svg.components(separatedBy: "class=\"value\"").last)
            let label = try #require(value.components(separatedBy: " y=\"").dropFirst().first)
            return (try number(after: " cy=\""), try #require(Double(label.prefix { $0 != "\"" })))
        }
        let falling = try place([9, 8, 7])
        #expect(falling.label > falling.dot && falling.label < 148)
        let rising = try place([7, 8, 9])
        #expect(rising.label < rising.dot)
    }

    @Test func `the source of a reading is a column of the table`() {
        let chart = TrendChart(id: "w", title: "Weight", unit: "lb", points: [point(1, 160, source: "home")])
        #expect(chart.figure().heads == ["Date", "Weight (lb)", "Source"])
        #expect(chart.figure().lines.first?.cells == ["day 1", "x", "home"])
    }

    @Test func `a second value gets its own line`() {
        let points = [
            TrendChart.Point(day: 0, date: "a", value: 150, second: 90, shown: "150/90"),
            TrendChart.Point(day: 9, date: "b", value: 142, second: 84, shown: "142/84"),
        ]
        let svg = TrendChart(id: "bp", title: "Blood pressure", unit: "mmHg", points: points).svg()
        #expect(svg.components(of: "<path").count == 2)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, 0])
    func `no number ends the page`(_ value: Double) {
        let points = [point(0, value), point(.max, 1), point(.min, value)]
        let svg = TrendChart(id: "x", title: "x", unit: "", points: points, aim: .line(value, label: "aim")).svg()
        #expect(!svg.contains("nan"))
        #expect(!svg.contains("inf"))
        #expect(svg.hasSuffix("</svg>"))
        _ = Sparkline(label: "x", values: [value, value, 3], aim: value).svg()
        _ = BarChart(id: "x", title: "x", kind: "x", bars: [.init(name: "x", value: value, shown: "x")]).svg()
    }

    @Test func `text of any kind stays text`() {
        let hostile = "</title><script>alert('\"&')</script>\u{0}\u{1F}"
        let point = TrendChart.Point(day: 0, date: hostile, value: 1, shown: hostile)
        let drawings = [
            TrendChart(id: hostile, title: hostile, unit: hostile, points: [point], aim: .band(0...2, label: hostile))
                .svg(),
            Sparkline(label: hostile, values: [1]).svg() ?? "",
            BarChart(id: hostile, title: hostile, kind: hostile, bars: [.init(name: hostile, value: 1, shown: hostile)])
                .svg(),
        ]
        for svg in drawings {
            #expect(!svg.contains("<script"))
            #expect(!svg.contains("\u{0}"))
            #expect(svg.contains("&lt;script&gt;"))
        }
    }

    @Test func `a sparkline without values is not drawn`() {
        #expect(Sparkline(label: "none", values: []).svg() == nil)
        #expect(Sparkline(label: "none", values: [.nan]).svg() == nil)
        #expect(Sparkline(label: "one", values: [4]).svg()?.contains("<circle") == true)
    }

    @Test func `bars take their share of the whole`() {
        let chart = BarChart(
            id: "g", title: "Goals reached", kind: "Programme",
            bars: [.init(name: "Heart", value: 25, shown: "25%"), .init(name: "Sugar", value: -4, shown: "none")],
            whole: 100)
        #expect(chart.svg().contains(#"class="bar" x="0" y="20" width="85""#))
        #expect(chart.svg().contains(#"class="bar" x="0" y="60" width="0""#))
        #expect(chart.figure().lines.map(\.cells) == [["Heart", "25%"], ["Sugar", "none"]])
    }

    @Test func `numbers are short and whole when they can be`() {
        #expect(SVG.number(12) == "12")
        #expect(SVG.number(12.5) == "12.5")
        #expect(SVG.number(-0.25, digits: 2) == "-0.25")
        #expect(SVG.number(7.05, digits: 2) == "7.05")
        #expect(SVG.number(.nan) == "0")
    }

    @Test func `steps are round and hold every value`() {
        let scale = Scale([142, 158, 130], from: 100, to: 0)
        #expect(scale.ticks == [130, 140, 150, 160])
        #expect(scale.place(130) == 100)
        #expect(scale.place(160) == 0)
    }

    @Test func `equal values still have a range to stand in`() {
        let scale = Scale([5, 5], from: 100, to: 0)
        #expect(scale.ticks.count >= 2)
        #expect((1...99).contains(scale.place(5)))
    }
}

extension String {
    /// The pieces that begin with `start`; enough to count how often it occurs.
    fileprivate func components(of start: String) -> [Substring] {
        var found: [Substring] = []
        var rest = self[...]
        while let range = rest.firstRange(of: start) {
            found.append(rest[range])
            rest = rest[range.upperBound...]
        }
        return found
    }
}
