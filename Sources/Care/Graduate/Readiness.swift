package import Records

/// How ready a person is to go on alone: the exit criteria of the programme, each with what shows it.
package struct Readiness: Sendable {
    package struct Line: Sendable {
        package let words: String
        package let verdict: Criterion.Verdict
        package let evidence: KnownFacts.Evidence?
        /// Lines with the same number belong together: one of them is enough.
        package let oneOf: Int?
    }

    package let verdict: Criterion.Verdict
    package let lines: [Line]

    package init(_ record: PersonRecord, program: Program, care: CareContent, at now: Int64) {
        self.init(program.exit, KnownFacts(record, care: care, at: now))
    }

    /// The same for entry criteria.
    package init(_ criterion: Criterion, _ facts: KnownFacts) {
        verdict = facts.verdict(criterion)
        lines = facts.lines(criterion).map { line in
            Line(words: line.words, verdict: line.verdict, evidence: facts.evidence(line), oneOf: line.oneOf)
        }
    }

    /// "4 of 6 met": lines of which one is enough count once.
    package var count: (met: Int, of: Int) {
        let alone = lines.filter { $0.oneOf == nil }
        let groups = Set(lines.compactMap(\.oneOf))
        let metGroups = groups.filter { group in
            lines.contains { $0.oneOf == group && $0.verdict == .met }
        }
        return (alone.filter { $0.verdict == .met }.count + metGroups.count, alone.count + groups.count)
    }
}
