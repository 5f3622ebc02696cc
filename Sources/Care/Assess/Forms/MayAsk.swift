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

/// Whether a form may go to a person in this way now.
package enum MayAsk {
    /// What is asked of the person alone, and never of somebody else about the person.
    static let alone: Set<String> = ["self-harm", "unsafe-at-home"]

    /// - Parameters:
    ///   - instrument: the form.
    ///   - way: how it would be filled in.
    ///   - hasDuty: whether somebody is on duty now who would see an answer that means danger.
    /// - Returns: why not, in plain words; nil when it may.
    package static func refusal(of instrument: Instrument, by way: AskingWay, hasDuty: Bool) -> String? {
        let dangers = Set(instrument.questions.compactMap(\.safety))
            .union(instrument.scoring?.safety.map(\.kind) ?? [])
        switch way {
        case .staff, .phone: return nil
        case .proxy:
            guard dangers.isDisjoint(with: alone) else {
                return "It asks about safety, which only the person is asked, alone."
            }
        case .portal:
            // A telephone is shared more often than one knows.
            if dangers.contains("unsafe-at-home") {
                return "It asks about violence at home. That is asked alone and in person."
            }
            if dangers.contains("self-harm"), !hasDuty {
                return "It asks about self-harm, and nobody is on duty now who would see the answer."
            }
        }
        return nil
    }
}
