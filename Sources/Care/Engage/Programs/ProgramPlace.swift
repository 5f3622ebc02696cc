import FHIR
package import Records

/// Where a person stands to a programme. It is a proposal: people enrol and close, the product never does.
package struct ProgramPlace: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable {
        /// Meets the entry criteria and is not enrolled.
        case candidate
        /// On the waiting list.
        case waits
        case enrolled
        /// Enrolled, and meets the exit criteria.
        case leaves
        /// Meets the entry criteria, but is in, or sooner to be in, a programme that excludes this one.
        case excluded
        /// Meets the entry criteria, and said no not long ago.
        case declined
    }

    package let program: String
    package let state: State
    /// What speaks for it, in words: the criteria that are met.
    package let why: String
    /// Who goes first: the highest.
    package let rank: Double
    /// Since when enrolled, waiting, or declined; milliseconds since 1970.
    package let since: Int64?
    /// The programme that excludes this one, or the one that would be closed for it.
    package let other: String?
    package let careManager: String?
}

/// Works out where a person stands to each programme: the record is looked at once for all of them.
package struct PlacePerson {
    package let facts: KnownFacts
    private let enrollments: [Enrollment]
    private let programs: [Program]
    private let now: Int64
    private let isListed: Bool

    /// The same person to other programmes.
    init(_ facts: KnownFacts, programs: [Program]) {
        self.facts = facts
        enrollments = Enrollment.all(facts.record)
        // Who goes first comes first, so that what is excluded is known when it is asked for.
        self.programs = programs.sorted { ($0.rank, $0.id) < ($1.rank, $1.id) }
        now = facts.now
        isListed = facts.record.patient.map { PersonState.isListed($0.root) } ?? false
    }

    /// - Parameters:
    ///   - record: the person's resources of ``ProgramLibrary/reads``.
    ///   - programs: those in force.
    ///   - care: what facts are worked out with.
    ///   - now: milliseconds since 1970.
    package init(_ record: PersonRecord, programs: [Program], care: CareContent, at now: Int64) {
        self.init(KnownFacts(record, care: care, at: now), programs: programs)
    }

    /// The places of the person, of the programme that goes first first. Nobody has one who has died, or to whom nothing
    /// of it applies.
    package func places() -> [ProgramPlace] {
        guard isListed else {
            return []
        }
        var places: [ProgramPlace] = []
        for program in programs {
            if let place = place(in: program, beside: places) {
                places.append(place)
            }
        }
        return places
    }

    private func place(in program: Program, beside places: [ProgramPlace]) -> ProgramPlace? {
        let mine = enrollments.filter { $0.program == program.id }
        if let open = mine.last(where: \.isOpen) {
            let leaves = facts.verdict(program.exit) == .met
            return make(
                program, leaves ? .leaves : .enrolled, why: leaves ? reasons(program.exit) : "", since: open.start,
                careManager: open.careManager)
        }
        if let waiting = mine.last(where: { $0.status == .waitlist || $0.status == .planned }) {
            return make(
                program, .waits, why: reasons(program.entry), since: waiting.start, careManager: waiting.careManager)
        }
        guard facts.verdict(program.entry) == .met else {
            return nil
        }
        if let no = mine.last(where: { $0.status == .cancelled }), let at = no.end ?? no.start,
            at > now - Int64(program.askAgainDays) * 86_400_000
        {
            return make(program, .declined, why: no.reason ?? "", since: at)
        }
        if let other = excluding(program, beside: places) {
            return make(program, .excluded, why: reasons(program.entry), other: other)
        }
        return make(program, .candidate, why: reasons(program.entry), other: replaced(by: program))
    }

    private func make(
        _ program: Program, _ state: ProgramPlace.State, why: String, since: Int64? = nil, other: String? = nil,
        careManager: String? = nil
    ) -> ProgramPlace {
        let isRanked = state == .candidate || state == .waits
        return ProgramPlace(
            program: program.id, state: state, why: why,
            rank: isRanked ? program.priority.flatMap { facts.number($0.path) } ?? 0 : 0, since: since, other: other,
            careManager: careManager)
    }

    /// The programme for whose sake nobody is proposed for this one: one that they are in, or one that goes first.
    private func excluding(_ program: Program, beside places: [ProgramPlace]) -> String? {
        places.first { place in
            guard let other = programs.first(where: { $0.id == place.program }), other.excludesOrIsExcluded(program)
            else { return false }
            return place.state != .excluded && place.state != .declined
        }?.program
    }

    /// The programme that they are in and that would be closed for this one, which goes first.
    private func replaced(by program: Program) -> String? {
        programs.first { other in
            other.excludesOrIsExcluded(program) && enrollments.contains { $0.program == other.id && $0.isOpen }
        }?.id
    }

    /// The criteria that are met, each with what shows it.
    private func reasons(_ criterion: Criterion) -> String {
        facts.lines(criterion).filter { $0.verdict == .met }.map(\.words).joined(separator: "; ")
    }
}

extension Program {
    /// Whether nobody is in both at the same time, whichever of the two says so.
    package func excludesOrIsExcluded(_ other: Program) -> Bool {
        id != other.id && (excludes.contains(other.id) || other.excludes.contains(id))
    }
}
