/// A message that another system sent, as it came, and what it is known by.
package struct InboundMessage: Sendable, Equatable {
    /// By which feed it came: the id in Content/feeds.
    package let feed: String
    /// Which system sent it, in its own words.
    package let sender: String
    /// The sender's number for it.
    package let control: String
    /// What happened, for example `ADT^A01`.
    package let event: String
    /// When it happened, milliseconds since 1970; nil when the message does not say.
    package let occurred: Int64?
    /// When the sender wrote it down.
    package let recorded: Int64?
    /// The numbers by which it names people, each `system|value`, the main one first.
    package let keys: [String]
    /// The number of the stay it is about, `system|value`.
    package let visit: String?
    /// What was answered, for example `AA`.
    package let answer: String
    /// The bytes as they came.
    package let body: [UInt8]

    package init(
        feed: String, sender: String, control: String, event: String, occurred: Int64? = nil, recorded: Int64? = nil,
        keys: [String] = [], visit: String? = nil, answer: String, body: [UInt8]
    ) {
        self.feed = feed
        self.sender = sender
        self.control = control
        self.event = event
        self.occurred = occurred
        self.recorded = recorded
        self.keys = keys
        self.visit = visit
        self.answer = answer
        self.body = body
    }
}

/// How far a message has come.
package enum MessageState: String, Sendable, CaseIterable {
    /// It is kept and will be worked on.
    case waiting
    /// It has had its effect.
    case done
    /// Nothing follows from a message of this kind; it is kept and counted.
    case kept
    /// It may be about somebody on file, and a person has to say about whom.
    case review
    /// It was refused when it came: the answer said why.
    case refused
    /// Working on it failed; it is tried again, and later on demand.
    case failed
}

/// A message that is kept.
package struct StoredMessage: Sendable, Equatable {
    /// Its number, in the order of arrival.
    package let number: Int64
    package let feed: String
    package let sender: String
    package let control: String
    package let event: String
    /// When it came, milliseconds since 1970, as all times here.
    package let received: Int64
    package let occurred: Int64?
    package let recorded: Int64?
    package let visit: String?
    package let answer: String
    package let state: MessageState
    /// Why it is where it is, without anything of a person.
    package let reason: String
    /// The id of the Patient that it was taken to be about.
    package let person: String?
    /// How often it came again, word for word.
    package let repeats: Int
    package let body: [UInt8]

    static let columns = """
        number, feed, sender, control, event, received, occurred, recorded, visit, answer, state, reason, person, \
        repeats, body
        """
    static let columnsWithoutBody = columns.replacing(", body", with: "")

    init(_ row: any SQLRow) {
        number = row.integer(0) ?? 0
        feed = row.text(1) ?? ""
        sender = row.text(2) ?? ""
        control = row.text(3) ?? ""
        event = row.text(4) ?? ""
        received = row.integer(5) ?? 0
        occurred = row.integer(6)
        recorded = row.integer(7)
        visit = row.text(8).flatMap { $0.isEmpty ? nil : $0 }
        answer = row.text(9) ?? ""
        state = row.text(10).flatMap(MessageState.init) ?? .failed
        reason = row.text(11) ?? ""
        person = row.text(12).flatMap { $0.isEmpty ? nil : $0 }
        repeats = Int(row.integer(13) ?? 0)
        body = row.bytes(14) ?? []
    }
}
