import Care
import Content
import Exchange
import Foundation
import Records

/// Takes messages of other systems in, by whatever way they come: looked at, kept, then answered. What is refused is kept
/// too.
struct Intake: Sendable {
    let rules: FeedRules
    let records: Records
    let zone: TimeZone
    let now: @Sendable () -> Int64

    /// What nobody's feed takes is kept under this name.
    private static let nobody = "none"

    init(_ wiring: Wiring, zone: TimeZone) throws {
        let content = wiring.content
        rules = try FeedRules(content: { content.file($0) }, zone: zone)
        records = wiring.records
        self.zone = zone
        now = { Wiring.now }
    }

    /// - Parameters:
    ///   - bytes: a message without its frame.
    ///   - address: from where it came; nil: not over the network.
    ///   - port: on which it came in; nil: none.
    /// - Returns: the answers, in their order; none where the sender asks for none.
    func take(_ bytes: [UInt8], from address: String?, port: Int? = nil) async -> [[UInt8]] {
        let moment = now()
        let receipt = HL7Receipt(bytes, rules: rules, from: address, port: port, received: moment)
        let isKept = await keep(bytes, receipt, at: moment)
        let acknowledge = Acknowledge(zone: zone)
        func number() -> String { UUID().uuidString }
        return [
            acknowledge.reply(to: receipt, bytes: bytes, isKept: isKept, controlID: number(), now: moment),
            acknowledge.applicationReply(
                to: receipt, bytes: bytes, isKept: isKept, controlID: number(), now: moment),
        ].compactMap { $0 }
    }

    /// Takes a message in that nobody waits for the answer to.
    /// - Returns: why it was refused; nil when it was taken.
    func refusal(of bytes: [UInt8]) async -> String? {
        let moment = now()
        let receipt = HL7Receipt(bytes, rules: rules, from: nil, received: moment)
        guard await keep(bytes, receipt, at: moment) else {
            return "It could not be kept."
        }
        return receipt.fault?.description
    }

    private func keep(_ bytes: [UInt8], _ receipt: HL7Receipt, at moment: Int64) async -> Bool {
        let envelope = receipt.envelope
        let message = InboundMessage(
            feed: envelope?.feed ?? Self.nobody, sender: envelope?.sender ?? "", control: envelope?.controlID ?? "",
            event: envelope?.event ?? "", occurred: envelope?.eventTime, recorded: envelope?.recordedTime,
            keys: envelope?.personKeys ?? [], visit: envelope.flatMap(visit),
            answer: Self.letter(receipt.verdict), body: bytes)
        do {
            _ = try await Inbox(records: records).keep(
                message, as: receipt.verdict == .accepted ? .waiting : .refused,
                because: receipt.fault?.description ?? "", at: moment)
            return true
        } catch {
            return false
        }
    }

    /// Messages about a stay without a number of its own belong together by whom they are about.
    private func visit(_ envelope: InboundEnvelope) -> String? {
        envelope.visitKey ?? envelope.personKeys.first.map { "\(envelope.feed)/\($0)" }
    }

    private static func letter(_ verdict: HL7Receipt.Verdict) -> String {
        switch verdict {
        case .accepted: "AA"
        case .error: "AE"
        case .rejected: "AR"
        }
    }

    /// What is made of what was taken in.
    func work(_ matching: MatchRules) -> TakeInMessages {
        let rules = rules
        return TakeInMessages(
            rules: matching, createsPeople: { rules.feed(id: $0)?.unknownPeople == .create },
            translate: { stored in
                guard let feed = rules.feed(id: stored.feed) else {
                    throw HL7Fault(.tableValue, at: "MSH", "the feed is not there any more")
                }
                let message = try HL7Message(stored.body, charset: feed.charset)
                return try ADTMessage.fhir(message, feed: feed, received: stored.received)
            })
    }

    /// What a site expects of its feeds, for the page that shows them.
    var expected: [ExpectedFeed] {
        rules.feeds.map { feed in
            ExpectedFeed(
                id: feed.id, name: feed.name,
                silence: feed.silence.map { .init(minutes: $0.minutes, hours: $0.hours, days: $0.days) })
        }
    }
}
