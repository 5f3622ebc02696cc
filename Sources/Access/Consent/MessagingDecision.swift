/// A way of reaching a person, in `urn:almoner:channel`.
package enum MessagingChannel: String, Sendable, CaseIterable {
    case call, voicemail
    case voicemailHealth = "voicemail-health"
    case text, email, post, portal

    package static let system = "urn:almoner:channel"
}

/// In which ways a person may be reached now. Pure, and closed in doubt.
package struct MessagingDecision: Sendable {
    package static let kind = "messaging"

    private let answers: [MessagingChannel: ConsentDecision]
    private let needs: [MessagingChannel: MessagingChannel]

    /// - Parameters:
    ///   - consents: all of the person.
    ///   - policy: which ways there are, and what holds while nobody has asked.
    ///   - now: milliseconds since 1970.
    package init(_ consents: [ConsentReading], policy: ConsentPolicy, at now: Int64) {
        answers = Dictionary(
            policy.channels.map { channel in
                (
                    channel.channel,
                    ConsentDecision(
                        consents, kind: Self.kind,
                        part: .init(
                            system: MessagingChannel.system, code: channel.channel.rawValue,
                            byGeneral: channel.byGeneral),
                        isPresumed: channel.presumed != nil, at: now)
                )
            }, uniquingKeysWith: { first, _ in first })
        needs = Dictionary(
            policy.channels.compactMap { channel in channel.needs.map { (channel.channel, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// What was said of one way alone.
    package func answer(_ channel: MessagingChannel) -> ConsentDecision.Answer { answers[channel]?.answer ?? .unasked }

    /// Whether a way may be used: it and, where it needs another one, that one too.
    package func isOpen(_ channel: MessagingChannel) -> Bool {
        guard answers[channel]?.isOpen == true else {
            return false
        }
        return needs[channel].map { answers[$0]?.isOpen == true } ?? true
    }
}
