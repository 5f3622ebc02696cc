package import Foundation

/// One sender of messages, or several alike: whom it takes from and how their codes are read.
package struct Feed: Sendable, Equatable {
    /// What happens when a message tells of somebody who is not known.
    package enum UnknownPeople: String, CaseIterable, Sendable {
        /// A record is begun.
        case create
        /// The message is kept until a person decides.
        case keep
    }

    /// A pattern of MSH-3 and MSH-4; `*` stands for anything.
    struct Sender: Sendable, Equatable {
        let application: String
        let facility: String
    }

    /// When no message for a while deserves a look.
    package struct Silence: Sendable, Equatable {
        /// So long without a message.
        package let minutes: Int
        /// Minutes of the local day within which messages are expected.
        package let hours: Range<Int>
        /// 1 Monday to 7 Sunday.
        package let days: Set<Int>
    }

    /// Short and lasting, as `epic`: what is stored names it.
    package let id: String
    /// As staff read it.
    package let name: String
    /// Messages that come in on another port are not of this feed; nil: on any.
    package let port: Int?
    let senders: [Sender]
    /// Where times without an offset are read.
    package let zone: TimeZone
    /// Of messages that name none, by table HL70211.
    package let charset: String?
    /// From where it may come; empty: from anywhere.
    let addresses: [AddressRange]
    package let unknownPeople: UnknownPeople
    /// The system of identifiers by the namespace or OID of who assigned them.
    let authorities: [String: String]
    /// Upper-case codes of MSH-11 that are taken.
    package let processing: Set<String>
    let tables: FeedTables
    /// nil: never looked at.
    package let silence: Silence?

    /// Whether messages from an address are of this feed.
    package func allows(address: String) -> Bool {
        addresses.isEmpty || addresses.contains { $0.contains(address) }
    }

    /// Whether a message is of this feed by what it says of its sender.
    func takes(_ message: HL7Message) -> Bool {
        guard !senders.isEmpty else { return true }
        let (application, facility) = (message.field("MSH", 3), message.field("MSH", 4))
        return senders.contains { sender in
            Self.matches(sender.application, application) && Self.matches(sender.facility, facility)
        }
    }

    /// A namespace or, where it has none or is not meant, the universal id.
    private static func matches(_ pattern: String, _ part: HL7Value) -> Bool {
        [part.text(1), part.text(2)].contains { Wildcard.matches(pattern, $0 ?? "") }
    }

    /// The system of an identifier.
    /// - Parameters:
    ///   - namespace: HD.1 of who assigned it.
    ///   - universal: HD.2.
    ///   - type: HD.3, of which `ISO` says that HD.2 is an OID.
    /// - Returns: nil when nothing names who assigned it.
    func system(namespace: String?, universal: String?, type: String?) -> String? {
        for name in [namespace, universal] {
            if let name, let system = authorities[name] { return system }
        }
        if let universal, type == "ISO", universal.utf8.allSatisfy({ $0 == 46 || (48...57).contains($0) }),
            let first = universal.utf8.first, first != 46
        {
            return "urn:oid:\(universal)"
        }
        guard let name = namespace ?? universal else { return nil }
        return "urn:almoner:authority:\(PercentText.encoded(name))"
    }

    /// Whether an alert is due.
    /// - Parameters:
    ///   - last: when the last message came, milliseconds since 1970; nil: never, which is no silence.
    ///   - now: milliseconds since 1970.
    /// - Returns: false for a feed that is not watched.
    package func isSilent(last: Int64?, now: Int64) -> Bool {
        guard let silence, let last else { return false }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let moment = Date(timeIntervalSince1970: Double(now) / 1_000)
        let parts = calendar.dateComponents([.weekday, .hour, .minute], from: moment)
        guard let weekday = parts.weekday, let hour = parts.hour, let minute = parts.minute else { return false }
        let time = hour * 60 + minute
        guard silence.days.contains(weekday == 1 ? 7 : weekday - 1), silence.hours.contains(time) else { return false }
        // What was silent before the hours began is not counted.
        let open = Int64(time - silence.hours.lowerBound) * 60_000
        let quiet = now > last ? now - last : 0
        return min(open, quiet) >= Int64(silence.minutes) * 60_000
    }
}

/// How a feed's codes become those of FHIR. Keys are upper case.
struct FeedTables: Sendable, Equatable {
    var encounterClass: [String: String] = [:]
    var priority: [String: String] = [:]
    var admitSource: [String: String] = [:]
    var disposition: [String: String] = [:]
}

/// Patterns with `*`, case ignored.
enum Wildcard {
    static func matches(_ pattern: String, _ text: String) -> Bool {
        let (pattern, text) = (Array(pattern.lowercased().utf8), Array(text.lowercased().utf8))
        let star = UInt8(ascii: "*")
        var (place, at, lastStar, resume) = (0, 0, -1, 0)
        while at < text.count {
            if place < pattern.count, pattern[place] == star {
                (lastStar, resume) = (place, at)
                place += 1
            } else if place < pattern.count, pattern[place] == text[at] {
                place += 1
                at += 1
            } else if lastStar >= 0 {
                resume += 1
                (place, at) = (lastStar + 1, resume)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == star }
    }
}

/// Text as a part of a URI (RFC 3986 §2.3).
enum PercentText {
    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
            default: bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
