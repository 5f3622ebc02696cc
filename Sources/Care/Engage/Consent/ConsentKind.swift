package import Access
import Content

/// What a person may be asked to agree to, in `urn:almoner:consent`. The words, what each opens and what holds without an
/// answer stand in Content/consents/policy.yaml.
package enum ConsentKind: String, Sendable, CaseIterable {
    case program
    case dataSharing = "data-sharing"
    /// Asked way by way (see ``AnswerChannels``).
    case messaging
    case caregiver
    /// 42 CFR 2.31: one consent for treatment, payment and operations.
    case part2 = "part-2"
    case research
    case stories
    /// Given in the portal by the person, with what is shared and with whom (see ``ShareRecord``).
    case proxy
    /// Given by staff to a parent or guardian of a minor (see ``NameRepresentative``).
    case representative

    /// Given by themselves, on pages of their own.
    package static let elsewhere: Set<ConsentKind> = [.proxy, .representative]

    /// What staff ask for and write down in one form.
    package static let asked = allCases.filter { $0 != .messaging && !elsewhere.contains($0) }

    /// The system of the codes by which a consent of this kind may be narrowed; one that no code has where it may not.
    var partSystem: String {
        switch self {
        case .program: CareCode.program
        case .messaging: MessagingChannel.system
        case .proxy: ProxyDecision.system
        case .dataSharing, .caregiver, .part2, .research, .stories, .representative: "none"
        }
    }
}

extension ConsentPolicy {
    /// The words of the shipped or the site's own file.
    /// - Throws: ``AccessContentFailure``, also where a kind that the product asks for is missing.
    static func ofCare(_ content: Content) throws(AccessContentFailure) -> ConsentPolicy {
        let policy = try ConsentPolicy(content: content)
        for kind in ConsentKind.allCases where policy[kind.rawValue] == nil {
            throw AccessContentFailure(
                file: "consents/policy.yaml", problem: "consents: the kind \(kind.rawValue) is missing")
        }
        return policy
    }

    package subscript(kind: ConsentKind) -> Terms? { self[kind.rawValue] }

    /// What people read for a kind.
    package func title(_ kind: ConsentKind) -> String { self[kind]?.title ?? kind.rawValue }
}
