/// A sheet as it is read: one language, one level. It is kept as plain text with the record that it was given, so that a
/// later version of the sheet changes nothing of what somebody holds in their hand.
package struct SheetText: Sendable, Equatable {
    package struct Part: Sendable, Equatable {
        package let heading: String
        package var points: [String]

        package init(heading: String, points: [String]) {
            self.heading = heading
            self.points = points
        }
    }

    package let title: String
    package var parts: [Part]

    package init(title: String, parts: [Part]) {
        self.title = title
        self.parts = parts
    }

    /// The first line is the title; a heading stands on a line of its own, what is under it on lines that begin with a dash.
    package var plain: String {
        ([title] + parts.flatMap { [$0.heading] + $0.points.map { "- \($0)" } }).joined(separator: "\n")
    }

    /// Reads what ``plain`` wrote. A text of another make is one part without a heading.
    package init(plain: String) {
        let lines = plain.split(separator: "\n").map(String.init)
        title = lines.first ?? ""
        parts = []
        for line in lines.dropFirst() {
            if line.hasPrefix("- ") {
                if parts.isEmpty { parts.append(Part(heading: "", points: [])) }
                parts[parts.count - 1].points.append(String(line.dropFirst(2)))
            } else {
                parts.append(Part(heading: line, points: []))
            }
        }
    }

    /// All sentences, for measuring.
    package var sentences: [String] { parts.flatMap(\.points) }
}
