/// What becomes of a message that came in, before anything is done with it: read, whose it is, and whether it is taken.
package struct HL7Receipt: Sendable {
    /// How a message is answered (HL7 v2.8 §2.9.2).
    package enum Verdict: String, Sendable {
        /// Taken: AA or CA.
        case accepted
        /// Its content is at fault: AE or CE.
        case error
        /// It cannot be taken at all: AR or CR.
        case rejected
    }

    package let verdict: Verdict
    /// nil when it is taken.
    package let fault: HL7Fault?
    /// nil when it could not be read.
    package let message: HL7Message?
    /// nil when nobody's.
    package let feed: Feed?
    /// nil when it could not be read or is nobody's.
    package let envelope: InboundEnvelope?

    /// Versions of the standard that are read.
    private static let versions: Set<String> = [
        "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2",
    ]

    /// Looks at what came in.
    /// - Parameters:
    ///   - bytes: a message without its frame.
    ///   - rules: whose feeds there are.
    ///   - address: from where it came, as text; nil: not over the network.
    ///   - port: on which it came in; nil: none.
    ///   - received: now, milliseconds since 1970.
    package init(_ bytes: [UInt8], rules: FeedRules, from address: String?, port: Int? = nil, received: Int64) {
        let usual = rules.charset(from: address, port: port)
        let message: HL7Message
        do throws(HL7Fault) {
            message = try HL7Message(bytes, charset: usual)
        } catch {
            self.init(fault: error, message: nil, feed: nil, envelope: nil)
            return
        }
        let feed = rules.feed(of: message, from: address, port: port)
        let envelope = feed.map { InboundEnvelope(message, feed: $0, received: received) }
        var fault: HL7Fault?
        do throws(HL7Fault) {
            guard let feed else {
                throw HL7Fault(
                    .tableValue, at: "MSH-3", "no feed takes messages from this sender and address", isRejected: true)
            }
            try Self.check(message, feed)
            if Self.isRead(message.trigger) { _ = try ADTTranslation(message, feed: feed, received: received) }
        } catch {
            fault = error
        }
        self.init(fault: fault, message: message, feed: feed, envelope: envelope)
    }

    private init(fault: HL7Fault?, message: HL7Message?, feed: Feed?, envelope: InboundEnvelope?) {
        verdict = fault.map { $0.isRejected ? .rejected : .error } ?? .accepted
        self.fault = fault
        self.message = message
        self.feed = feed
        self.envelope = envelope
    }

    private static func check(_ message: HL7Message, _ feed: Feed) throws(HL7Fault) {
        guard message.type.uppercased() == "ADT" else {
            throw HL7Fault(.unsupportedMessageType, at: "MSH-9.1", "only ADT messages are taken", isRejected: true)
        }
        guard versions.contains(message.version) else {
            throw HL7Fault(.unsupportedVersion, at: "MSH-12", "only versions 2.3 to 2.8.2 are taken", isRejected: true)
        }
        guard feed.processing.contains(message.processingID) else {
            throw HL7Fault(
                .unsupportedProcessingID, at: "MSH-11",
                "only processing id \(feed.processing.sorted().joined(separator: ", ")) is taken", isRejected: true)
        }
        let trigger = message.trigger.utf8
        guard trigger.count == 3, trigger.first == 65, trigger.dropFirst().allSatisfy({ (48...57).contains($0) }) else {
            throw HL7Fault(.unsupportedEvent, at: "MSH-9.2", "the trigger event is missing or no A and two digits")
        }
        guard !message.controlID.isEmpty else {
            throw HL7Fault(.requiredFieldMissing, at: "MSH-10", "the control id is missing")
        }
        guard message.controlID.utf8.count <= 199 else {
            throw HL7Fault(.dataType, at: "MSH-10", "the control id is longer than 199 characters")
        }
    }

    /// Whether a trigger tells of people or visits in a way that is translated. Others are taken and kept.
    package static func isRead(_ trigger: String) -> Bool {
        guard trigger.uppercased().hasPrefix("A"), let number = Int(trigger.dropFirst()) else { return false }
        return !unread.contains(number) && ((1...55).contains(number) || (60...62).contains(number))
    }

    /// Swaps of beds, queries, bed status, and links between records of several people.
    private static let unread: Set<Int> = [17, 19, 20, 24, 37]
}
