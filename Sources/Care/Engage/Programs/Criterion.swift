import Content

/// A condition of entry to, or exit from, a programme, as it stands in Content/programs.
package indirect enum Criterion: Sendable, Equatable {
    package enum Comparison: String, Sendable, CaseIterable {
        case atLeast = "at-least"
        case atMost = "at-most"
        case below
        case above
    }
    case all([Criterion])
    case any([Criterion])
    /// One fact against a value; `words` is what people read.
    case fact(ProgramFact, Comparison, Double, words: String)

    /// Met, not met, or not known because a fact is missing.
    package enum Verdict: String, Sendable { case met, notMet, unknown }

    /// One line of a checklist: the words, how it stands, and the fact's value when it is known.
    package struct Line: Sendable, Equatable {
        package let words: String
        package let verdict: Verdict
        package let fact: ProgramFact
        package let value: Double?
        /// Lines with the same number belong together: one of them is enough. Nil when the line stands alone.
        package let oneOf: Int?
    }

    /// How the criterion stands, unknown facts counting neither way (Kleene's logic).
    package func verdict(_ facts: ProgramFacts) -> Verdict {
        switch self {
        case .all(let inner):
            let verdicts = inner.map { $0.verdict(facts) }
            return verdicts.contains(.notMet) ? .notMet : verdicts.contains(.unknown) ? .unknown : .met
        case .any(let inner):
            let verdicts = inner.map { $0.verdict(facts) }
            return verdicts.contains(.met) ? .met : verdicts.contains(.unknown) ? .unknown : .notMet
        case .fact(let fact, let comparison, let wanted, _):
            guard let value = facts[fact] else { return .unknown }
            return comparison.holds(value, wanted) ? .met : .notMet
        }
    }

    /// The checklist behind the verdict, in the order of the file.
    package func lines(_ facts: ProgramFacts) -> [Line] {
        var groups = 0
        return lines(facts, oneOf: nil, groups: &groups)
    }

    private func lines(_ facts: ProgramFacts, oneOf: Int?, groups: inout Int) -> [Line] {
        switch self {
        case .all(let inner):
            return inner.flatMap { $0.lines(facts, oneOf: oneOf, groups: &groups) }
        case .any(let inner):
            groups += 1
            let group = oneOf ?? groups
            return inner.flatMap { $0.lines(facts, oneOf: group, groups: &groups) }
        case .fact(let fact, _, _, let words):
            return [Line(words: words, verdict: verdict(facts), fact: fact, value: facts[fact], oneOf: oneOf)]
        }
    }

    /// Reads `all`, `any` or one `fact`.
    init(_ field: ContentField, depth: Int = 0) throws(ContentProblem) {
        guard depth < 8 else { throw field.problem("it is nested too deep") }
        if field["all"].isPresent || field["any"].isPresent {
            try field.allow([field["all"].isPresent ? "all" : "any"])
            let list = field["all"].isPresent ? field["all"] : field["any"]
            var inner: [Criterion] = []
            for entry in try list.list() { inner.append(try Criterion(entry, depth: depth + 1)) }
            guard !inner.isEmpty else { throw list.problem("it is empty") }
            self = field["all"].isPresent ? .all(inner) : .any(inner)
        } else {
            try field.allow(["fact", "is", "value", "words"])
            self = .fact(
                try field["fact"].oneOf(ProgramFact.self), try field["is"].oneOf(Comparison.self),
                try field["value"].number(), words: try field["words"].text())
        }
    }
}

extension Criterion.Comparison {
    func holds(_ value: Double, _ wanted: Double) -> Bool {
        switch self {
        case .atLeast: value >= wanted
        case .atMost: value <= wanted
        case .below: value < wanted
        case .above: value > wanted
        }
    }
}
