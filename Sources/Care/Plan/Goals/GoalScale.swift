package import FHIR

/// A goal attainment scale: five levels that the team and the person put into words, and where the goal stands.
///
/// Kiresuk and Sherman 1968: 0 is the outcome that is expected, +1 and +2 more than that, -1 and -2 less.
package struct GoalScale: Sendable, Equatable {
    package static let levels = [2, 1, 0, -1, -2]
    static let url = "urn:almoner:extension:goal-scale-level"
    static let nowURL = "urn:almoner:extension:goal-scale-now"

    /// By level, from -2 to 2.
    package let words: [Int: String]
    /// The level last seen.
    package let now: Int?

    /// - Parameter goal: a Goal.
    init(_ goal: JSONNode) {
        var words: [Int: String] = [:]
        for mark in goal.list("extension") where mark.text("url") == Self.url {
            let inner = mark.list("extension")
            if let level = inner.first(where: { $0.text("url") == "level" })?["valueInteger"]?.int,
                Self.levels.contains(level),
                let text = inner.first(where: { $0.text("url") == "words" })?.text("valueString")
            {
                words[level] = text
            }
        }
        self.words = words
        now = goal.list("extension").first { $0.text("url") == Self.nowURL }?["valueInteger"]?.int
            .flatMap { Self.levels.contains($0) ? $0 : nil }
    }

    /// "+1", "0", "-2".
    package static func name(_ level: Int) -> String { level > 0 ? "+\(level)" : String(level) }

    package static func meaning(_ level: Int) -> String {
        switch level {
        case 2: "Much more than expected"
        case 1: "More than expected"
        case 0: "As expected"
        case -1: "Less than expected"
        default: "Much less than expected"
        }
    }
}
