/// By what the inbox finds a message: who sent it, which it is, and of whom and which visit it tells.
package struct InboundEnvelope: Sendable, Equatable {
    /// The feed's id.
    package let feed: String
    /// `MSH-3|MSH-4`: their namespaces, or where they have none their universal ids.
    package let sender: String
    /// MSH-10.
    package let controlID: String
    /// As `ADT^A01`.
    package let event: String
    /// MSH-12, as `2.5.1`.
    package let version: String
    /// When what it tells happened, milliseconds since 1970.
    package let eventTime: Int64
    /// When the sender wrote it down, milliseconds since 1970.
    package let recordedTime: Int64
    /// `system|value` of those of whom it tells, the main identifier first, of a merge both sides; eight at most.
    package let personKeys: [String]
    /// `system|value` of the visit; nil when it names none.
    package let visitKey: String?

    static let mostKeys = 8

    /// Reads it off a message. A message that cannot be translated has one too: then it names no people, and its times are
    /// those that can be read.
    /// - Parameters:
    ///   - message: of any type.
    ///   - feed: whose it is.
    ///   - received: when it came, milliseconds since 1970.
    package init(_ message: HL7Message, feed: Feed, received: Int64) {
        self.feed = feed.id
        sender = Self.sender(message)
        controlID = message.controlID
        event = "\(message.type)^\(message.trigger)"
        version = message.version
        guard let translation = try? ADTTranslation(message, feed: feed, received: received) else {
            let time = HL7Time(message.field("MSH", 7).text, zone: feed.zone)?.milliseconds ?? received
            let reached = time <= received &+ 86_400_000 ? time : received
            (eventTime, recordedTime, personKeys, visitKey) = (reached, reached, [], nil)
            return
        }
        eventTime = translation.eventTime.milliseconds
        recordedTime = translation.recordedTime.milliseconds
        var keys: [String] = []
        func add(_ more: some Sequence<String>) {
            for key in more where keys.count < Self.mostKeys && !keys.contains(key) { keys.append(key) }
        }
        // The main identifier of each side comes before the others of any.
        let sides = translation.people.flatMap { person in
            ADTTranslation.merges.contains(translation.trigger)
                ? [person.identifiers.keys, translation.retired(of: person).keys] : [person.identifiers.keys]
        }
        add(sides.compactMap(\.first))
        for side in sides { add(side) }
        personKeys = keys
        visitKey = translation.people.lazy.compactMap { translation.visit(of: $0)?.identifier?.key }.first
    }

    /// `MSH-3|MSH-4` of a message.
    package static func sender(_ message: HL7Message) -> String {
        [3, 4].map { number in
            let field = message.field("MSH", number)
            return field.text(1) ?? field.text(2) ?? ""
        }.joined(separator: "|")
    }
}
