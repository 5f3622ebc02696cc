import FHIR
import Records

extension Instrument {
    /// The labels of one answer or score: of what asks about violence, whatever was answered. That it was asked tells as much.
    /// - Parameter key: a link id, or the key of a score as ``observations(answers:screening:response:by:id:)`` has it.
    /// - Returns: codes of labels of the site; empty for what is not labelled.
    func labels(on key: String) -> [String] {
        (scoring?.safety ?? []).filter { rule in
            rule.item == key
                || rule.item == Scoring.SafetyRule.total
                    && (["total", "panel"].contains(key) || scoring?.items.contains(key) == true)
        }.compactMap(\.asks.label)
    }

    /// The labels of a form with these answers.
    func labels(of answers: Answers) -> [String] {
        kept(answers).keys.flatMap { labels(on: $0) }.reduce(into: []) { all, label in
            if !all.contains(label) { all.append(label) }
        }.sorted()
    }
}

extension JSON {
    /// The same resource with labels of the site.
    func labelled(_ codes: [String], in change: Change) -> JSON {
        codes.reduce(self) { $0.labelled($1, in: change) }
    }
}
