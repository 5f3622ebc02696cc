package import Records

/// What a programme asks for before somebody is enrolled: consents and steps.
package struct ProgramNeeds: Sendable {
    /// Each consent with whether it holds now.
    package let consents: [(kind: ConsentKind, holds: Bool)]
    /// Each step with how it stands.
    package let steps: [Readiness.Line]

    /// - Parameters:
    ///   - program: the programme.
    ///   - record: the person's resources, consents among them.
    ///   - care: what facts are worked out with.
    ///   - now: milliseconds since 1970.
    package init(_ program: Program, _ record: PersonRecord, care: CareContent, at now: Int64) {
        self.init(program, record, KnownFacts(record, care: care, at: now), at: now)
    }

    package init(_ program: Program, _ record: PersonRecord, _ facts: KnownFacts, at now: Int64) {
        let ledger = ConsentLedger(record)
        consents = program.consents.map { kind in
            (kind, ledger.holds(kind, program: kind == .program ? program.id : nil, at: now))
        }
        steps = program.steps.map { Readiness($0, facts).lines } ?? []
    }

    package var missingConsents: [ConsentKind] { consents.filter { !$0.holds }.map(\.kind) }

    /// The steps that nothing on file shows to be done.
    static func openSteps(_ program: Program, _ facts: KnownFacts) -> [String] {
        guard let steps = program.steps, facts.verdict(steps) != .met else {
            return []
        }
        return facts.lines(steps).filter { $0.verdict != .met }.map(\.words)
    }
}
