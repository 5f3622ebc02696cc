package import Records

/// How a form comes to the person.
package enum AskingWay: String, Sendable {
    /// Somebody of the team asks, sitting with the person.
    case staff
    /// Somebody of the team asks by telephone.
    case phone
    /// The person fills it in alone, in the portal.
    case portal
    /// Somebody whom the person lets do so, or a parent, fills it in.
    case proxy
}

/// Whether a form may be asked of a person in this way now. What means danger is sent to somebody's own device only while there
/// is someone to act on it, what has to be asked alone never is, and nobody answers for another what only that one may tell.
/// Which kind of danger allows what stands in Content/safety/safety.yaml.
package enum MayAsk {
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
                "It asks about self-harm, and nobody is on duty until a nurse could have called. Fill the duty roster, or ask it yourself."
            case .askAlone: "It asks about safety at home: ask it when the person can speak alone."
            case .onlyThePerson: "It asks what only the person can answer."
            case .teamOnly: "Someone of the team does this with the person."
            }
        }
    }

    /// - Parameters:
    ///   - instrument: the form.
    ///   - way: how it would be filled in.
    ///   - hasDuty: whether ``isCovered(_:by:at:)``.
    /// - Returns: why not, in plain words; nil when it may.
    package static func refusal(of instrument: Instrument, by way: AskingWay, hasDuty: Bool) -> String? {
        why(instrument, by: way, isCovered: hasDuty)?.words
    }

    /// - Parameters:
    ///   - instrument: the form.
    ///   - way: how it would be filled in.
    ///   - isCovered: whether ``isCovered(_:by:at:)``.
    /// - Returns: why not; nil when it may.
    package static func why(_ instrument: Instrument, by way: AskingWay, isCovered: Bool) -> Refusal? {
        guard way == .portal || way == .proxy else {
            return nil
        }
        if instrument.asking.isByTeam {
            return .teamOnly
        }
        let kinds = instrument.dangers
        // A telephone is shared more often than one knows.
        if kinds.contains(where: { $0.remote == .no }) {
            return .askAlone
        }
        if way == .proxy, kinds.contains(where: { !$0.othersMayAnswer }) {
            return .onlyThePerson
        }
        return isCovered || !kinds.contains { $0.remote == .covered } ? nil : .noCover
    }

    /// Whether somebody is on duty until a nurse's call about any answer of a form would be over.
    /// - Parameters:
    ///   - instrument: the form.
    ///   - reader: who sees the duty roster. A person in the portal does not: there the server looks for them.
    ///   - now: milliseconds since 1970.
    /// - Returns: yes too for a form that needs nobody on duty.
    /// - Throws: what reading the roster throws.
    package static func isCovered(_ instrument: Instrument, by reader: Reader, at now: Int64) throws -> Bool {
        let longest = instrument.dangers.filter { $0.remote == .covered }.map { $0.callBy(from: now) }.max()
        return try longest.map { try DutyRoster.covers(now..<$0, by: reader) } ?? true
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
