package import Records

/// Whether a form may be asked of a person by a way now. What means danger is sent to somebody's own device only while there is
/// someone to act on it, what has to be asked alone never is, and nobody answers for another what only that one may tell.
package enum MayAsk {
    /// How the questions reach the person.
    package enum Way: Sendable, Equatable {
        /// Someone of the team asks, in the room or by telephone.
        case team
        /// The person reads them on a device of their own, or of somebody else.
        case alone
        /// A caregiver, parent or guardian answers for the person from afar.
        case other
    }

    /// Why not.
    package enum Refusal: Sendable, Equatable {
        /// Nobody is on duty until a nurse's call would be over.
        case noCover
        /// It asks about safety from others at home, which is asked when the person can speak alone.
        case askAlone
        /// It asks what nobody answers for another.
        case onlyThePerson
        /// It is a test that someone of the team does with the person.
        case teamOnly

        /// For the team.
        package var words: String {
            switch self {
            case .noCover:
                "Nobody is on duty to act on an answer that means danger. Put someone on the duty roster, or ask it yourself."
            case .askAlone: "It asks about safety at home: ask it when the person can speak alone."
            case .onlyThePerson: "It asks what only the person can answer."
            case .teamOnly: "Someone of the team does this with the person."
            }
        }
    }

    /// - Parameters:
    ///   - instrument: the form.
    ///   - way: how it reaches the person.
    ///   - reader: who sees the duty roster. A person in the portal does not: there the server looks for them.
    ///   - now: milliseconds since 1970.
    /// - Returns: why not; nil when it may be asked.
    /// - Throws: what reading the roster throws.
    package static func refusal(
        _ instrument: Instrument, by way: Way, reader: Reader, at now: Int64
    ) throws -> Refusal? {
        guard way != .team else {
            return nil
        }
        if instrument.asking.isByTeam {
            return .teamOnly
        }
        let kinds = instrument.dangers
        if kinds.contains(where: { $0.remote == .no }) {
            return .askAlone
        }
        if way == .other, kinds.contains(where: { !$0.othersMayAnswer }) {
            return .onlyThePerson
        }
        let longest = kinds.filter { $0.remote == .covered }.map { $0.callBy(from: now) }.max()
        if let longest, try !DutyRoster.covers(now..<longest, by: reader) {
            return .noCover
        }
        return nil
    }
}

extension Instrument {
    /// The kinds of danger that its answers can mean.
    package var dangers: [SafetyKind] {
        (scoring?.safety ?? []).map(\.asks).reduce(into: []) { all, kind in
            if !all.contains(kind) { all.append(kind) }
        }
    }
}
