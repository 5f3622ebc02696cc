/// The labels of the site, and the codes that make a record sensitive. Content/labels/labels.yaml
package struct LabelLibrary: Sendable {
    package let labels: [SecurityLabel]
    /// By system, then by code.
    private let exact: [String: [String: LabelMask]]
    /// By system, then by the first characters: each with what a code has to begin with.
    private let beginnings: [String: [String: [(beginning: String, mask: LabelMask)]]]

    /// No labels: nothing is sensitive.
    package static let none = LabelLibrary(labels: [], exact: [:], beginnings: [:])

    init(
        labels: [SecurityLabel], exact: [String: [String: LabelMask]],
        beginnings: [String: [String: [(beginning: String, mask: LabelMask)]]]
    ) {
        self.labels = labels
        self.exact = exact
        self.beginnings = beginnings
    }

    package func label(_ code: String) -> SecurityLabel? { labels.first { $0.code == code } }

    /// The labels that some bits stand for.
    package func labels(of mask: LabelMask) -> [SecurityLabel] {
        labels.filter { !$0.mask.intersection(mask).isEmpty }
    }

    /// The labels that only a consent of the person discloses to those who need one.
    package var consented: LabelMask {
        labels.filter { $0.consent != nil }.reduce(.none) { $0.union($1.mask) }
    }

    /// What no score is made of.
    package var unscored: LabelMask {
        labels.filter { !$0.isScored }.reduce(LabelMask.none) { $0.union($1.mask) }.withUndisclosed
    }

    /// What a coding says of the record that holds it: a security label itself, or a clinical code that is sensitive.
    package func mask(system: String, code: String) -> LabelMask {
        var found = exact[system]?[code] ?? .none
        if let byHead = beginnings[system] {
            let code = code.contains(".") ? code.filter { $0 != "." } : code
            for length in LabelBeginning.heads {
                for (beginning, mask) in byHead[String(code.prefix(length))] ?? [] where code.hasPrefix(beginning) {
                    found = found.union(mask)
                }
            }
        }
        return found
    }
}

/// How beginnings are found: by their first two or three characters.
enum LabelBeginning {
    static let heads = [2, 3]

    static func head(_ beginning: String) -> String { String(beginning.prefix(beginning.count < 3 ? 2 : 3)) }
}
