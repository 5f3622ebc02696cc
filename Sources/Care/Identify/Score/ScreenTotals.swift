/// From which total on a screening is abnormal: `risk/screen_totals.csv`, published cuts.
package struct ScreenTotals: Sendable {
    struct Screen: Sendable {
        let domain: String
        let label: String
        let least: Int
        let leastFemale: Int
        /// The place in the file: of totals of the same moment the later one is believed.
        let place: Int
    }

    private let screens: [String: Screen]

    /// - Throws: what is wrong with the file.
    package init(content: (String) -> [UInt8]?) throws(RiskContentFailure) {
        let file = "risk/screen_totals.csv"
        let table = try RiskTable(file: file, bytes: content(file))
        let (code, domain) = (try table.column("code"), try table.column("domain"))
        let (label, least) = (try table.column("label"), try table.column("least"))
        let female = try table.column("least_female")
        var screens: [String: Screen] = [:]
        for (place, row) in table.rows.enumerated() {
            screens[row[code]] = Screen(
                domain: row[domain], label: row[label], least: try table.integer(row, least),
                leastFemale: try table.integer(row, female), place: place)
        }
        self.screens = screens
    }

    package var codes: Set<String> { Set(screens.keys) }

    subscript(_ code: String) -> Screen? { screens[code] }
}

/// One result of a screening on file.
package struct ScreenResult: Sendable, Hashable {
    /// `depression`, `anxiety`, `alcohol`, …
    let domain: String
    /// What was asked, for example `PHQ-9`.
    let label: String
    /// The total in points; nil when only a verdict is on file.
    let total: Int?
    let isAbnormal: Bool
    /// Milliseconds since 1970.
    let at: Int64
    let place: Int
    let reference: String

    /// `PHQ-9 14`.
    var words: String { total.map { "\(label) \($0)" } ?? label }

    /// The latest result of each domain within the time looked back on, sorted by domain.
    static func latest(_ all: [ScreenResult], since: Int64, until: Int64) -> [ScreenResult] {
        var latest: [String: ScreenResult] = [:]
        for result in all where (since..<until).contains(result.at) {
            if let known = latest[result.domain], (known.at, known.place) >= (result.at, result.place) {
                continue
            }
            latest[result.domain] = result
        }
        return latest.values.sorted { $0.domain < $1.domain }
    }
}
