import Content
import FHIR

/// A condition of entry to, or exit from, a programme, as it stands in Content/programs.
package indirect enum Criterion: Sendable, Equatable {
    package enum Comparison: String, Sendable, CaseIterable {
        case atLeast = "at-least"
        case atMost = "at-most"
        case below
        case above
        case exactly
    }
    case all([Criterion])
    case any([Criterion])
    /// One fact against a value; `words` is what people read. Every `path` that says no more than that, such as
    /// `%age >= 18`, is kept so: it needs no record to be gone through.
    case fact(ProgramFact, Comparison, Double, words: String)
    /// A question to the record itself.
    case asked(RecordCriterion)

    /// Met, not met, or not known because a fact is missing.
    package enum Verdict: String, Sendable { case met, notMet, unknown }

    /// One line of a checklist: the words, how it stands, and the fact's value when it is known.
    package struct Line: Sendable, Equatable {
        package let words: String
        package let verdict: Verdict
        /// Nil where the record was asked.
        package let fact: ProgramFact?
        package let value: Double?
        package let asked: RecordCriterion?
        /// Lines with the same number belong together: one of them is enough. Nil when the line stands alone.
        package let oneOf: Int?
    }

    /// How the criterion stands, unknown facts counting neither way (Kleene's logic).
    /// - Parameters:
    ///   - facts: what is known.
    ///   - ask: how a question to the record is answered; without it, it is unknown.
    /// - Returns: the verdict.
    package func verdict(
        _ facts: ProgramFacts, asking ask: (RecordCriterion) -> Verdict = { _ in .unknown }
    ) -> Verdict {
        switch self {
        case .all(let inner):
            var isKnown = true
            for criterion in inner {
                switch criterion.verdict(facts, asking: ask) {
                case .notMet: return .notMet
                case .unknown: isKnown = false
                case .met: continue
                }
            }
            return isKnown ? .met : .unknown
        case .any(let inner):
            var isKnown = true
            for criterion in inner {
                switch criterion.verdict(facts, asking: ask) {
                case .met: return .met
                case .unknown: isKnown = false
                case .notMet: continue
                }
            }
            return isKnown ? .notMet : .unknown
        case .fact(let fact, let comparison, let wanted, _):
            guard let value = facts[fact] else { return .unknown }
            return comparison.holds(value, wanted) ? .met : .notMet
        case .asked(let asked): return ask(asked)
        }
    }

    /// The checklist behind the verdict, in the order of the file.
    package func lines(
        _ facts: ProgramFacts, asking ask: (RecordCriterion) -> Verdict = { _ in .unknown }
    ) -> [Line] {
        var groups = 0
        return lines(facts, ask, oneOf: nil, groups: &groups)
    }

    private func lines(
        _ facts: ProgramFacts, _ ask: (RecordCriterion) -> Verdict, oneOf: Int?, groups: inout Int
    ) -> [Line] {
        switch self {
        case .all(let inner):
            return inner.flatMap { $0.lines(facts, ask, oneOf: oneOf, groups: &groups) }
        case .any(let inner):
            groups += 1
            let group = oneOf ?? groups
            return inner.flatMap { $0.lines(facts, ask, oneOf: group, groups: &groups) }
        case .fact(let fact, _, _, let words):
            return [
                Line(
                    words: words, verdict: verdict(facts), fact: fact, value: facts[fact], asked: nil, oneOf: oneOf)
            ]
        case .asked(let asked):
            return [Line(words: asked.words, verdict: ask(asked), fact: nil, value: nil, asked: asked, oneOf: oneOf)]
        }
    }

    /// The types of resources that it is worked out from.
    package var reads: Set<String> {
        switch self {
        case .all(let inner), .any(let inner): inner.reduce(into: []) { $0.formUnion($1.reads) }
        case .fact(let fact, _, _, _): fact.reads
        case .asked(let asked): asked.reads
        }
    }

    /// All questions to the record in it.
    package var questions: [RecordCriterion] {
        switch self {
        case .all(let inner), .any(let inner): inner.flatMap(\.questions)
        case .fact: []
        case .asked(let asked): [asked]
        }
    }
}

extension Criterion.Comparison {
    package func holds(_ value: Double, _ wanted: Double) -> Bool {
        switch self {
        case .atLeast: value >= wanted
        case .atMost: value <= wanted
        case .below: value < wanted
        case .above: value > wanted
        case .exactly: value == wanted
        }
    }

    /// As FHIRPath writes it.
    var sign: String {
        switch self {
        case .atLeast: ">="
        case .atMost: "<="
        case .below: "<"
        case .above: ">"
        case .exactly: "="
        }
    }

    init?(sign: Substring) {
        guard let comparison = Self.allCases.first(where: { $0.sign == sign }) else { return nil }
        self = comparison
    }
}

extension Criterion {
    /// Reads `all`, `any`, one `fact`, a `path` of FHIRPath, or what is to be found `from` a type of resources.
    init(_ field: ContentField, definitions: Definitions, depth: Int = 0) throws(ContentProblem) {
        guard depth < 8 else { throw field.problem("it is nested too deep") }
        if field["all"].isPresent || field["any"].isPresent {
            try field.allow([field["all"].isPresent ? "all" : "any"])
            let list = field["all"].isPresent ? field["all"] : field["any"]
            var inner: [Criterion] = []
            for entry in try list.list() {
                inner.append(try Criterion(entry, definitions: definitions, depth: depth + 1))
            }
            guard !inner.isEmpty else { throw list.problem("it is empty") }
            self = field["all"].isPresent ? .all(inner) : .any(inner)
        } else if field["path"].isPresent {
            try field.allow(["path", "words"])
            let words = try field["words"].text()
            if let plain = Self.plain(try field["path"].text(), words: words) {
                self = plain
            } else {
                self = .asked(.path(try PathCriterion(field, words: words, definitions: definitions)))
            }
        } else if field["from"].isPresent {
            self = .asked(.found(try FoundCriterion(field, definitions: definitions)))
        } else {
            guard field["fact"].isPresent else {
                throw field.problem("all, any, path, from or fact is missing")
            }
            try field.allow(["fact", "is", "value", "words"])
            self = .fact(
                try field["fact"].oneOf(ProgramFact.self), try field["is"].oneOf(Comparison.self),
                try field["value"].number(), words: try field["words"].text())
        }
    }

    /// `%fact >= number` and nothing else.
    private static func plain(_ path: String, words: String) -> Criterion? {
        let parts = path.split(whereSeparator: \.isWhitespace)
        guard parts.count == 3, parts[0].hasPrefix("%"), let fact = ProgramFact(variable: String(parts[0].dropFirst())),
            let comparison = Comparison(sign: parts[1]), let value = Double(parts[2]), value.isFinite,
            parts[2].allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") })
        else { return nil }
        return .fact(fact, comparison, value, words: words)
    }

    /// The criterion as one expression of FHIRPath on the Patient, such as
    /// `%age >= 18 and (%phq9Latest < 5 or %phq9DropShare >= 0.5)`.
    package var expression: String {
        switch self {
        case .all(let inner): inner.map(\.inBrackets).joined(separator: " and ")
        case .any(let inner): inner.map(\.inBrackets).joined(separator: " or ")
        case .fact(let fact, let comparison, let value, _):
            "%\(fact.variable) \(comparison.sign) \(Self.plain(value))"
        case .asked(let asked): asked.expression
        }
    }

    private var inBrackets: String {
        if case .fact = self { expression } else { "(\(expression))" }
    }

    static func plain(_ value: Double) -> String {
        Int(exactly: value).map(String.init) ?? String(value)
    }
}
