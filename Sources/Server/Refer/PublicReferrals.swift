import Foundation
package import Records
import Synchronization

/// What keeps the open form from being abused: a stamp that says when the page was made, and how many forms come in an
/// hour from one place and from everywhere. The counts are those of one process and are gone with it.
package final class PublicReferrals: Sendable {
    enum Refusal: Error {
        /// Sent too quickly, too late, or not by a page of ours.
        case stamp
        case tooMany
    }

    private struct Counts {
        var places: [String: [Int64]] = [:]
        var all: [Int64] = []
    }

    private let secrets: SealedSecrets
    private let counts = Mutex(Counts())

    /// Nobody reads and fills the form in less.
    static let leastMilliseconds: Int64 = 4_000
    static let longestMilliseconds: Int64 = 12 * 3_600_000
    static let hour: Int64 = 3_600_000
    /// A whole clinic may come from one address.
    static let mostFromPlace = 12
    static let mostInAll = 120

    package init(secrets: SealedSecrets) {
        self.secrets = secrets
    }

    /// A stamp for a page that is made now.
    func stamp(at now: Int64) -> String {
        let text = "\(now).\(UUID().uuidString.lowercased())"
        return "\(text).\(secrets.stamp(text))"
    }

    /// Takes a form that came in.
    /// - Parameters:
    ///   - stamp: as the page had it.
    ///   - place: the network address that it came from.
    ///   - now: milliseconds since 1970.
    /// - Returns: a key of this very form: sent twice, it is one referral.
    /// - Throws: ``Refusal``
    func take(_ stamp: String, from place: String?, at now: Int64) throws -> String {
        let parts = stamp.split(separator: ".", maxSplits: 2).map(String.init)
        guard parts.count == 3, let made = Int64(parts[0]), secrets.stamp("\(parts[0]).\(parts[1])") == parts[2],
            made > 0, made <= now, now - made >= Self.leastMilliseconds, now - made <= Self.longestMilliseconds
        else {
            throw Refusal.stamp
        }
        let isOpen = counts.withLock { counts in
            counts.all.removeAll { $0 <= now - Self.hour }
            if counts.places.count > 10_000 {
                counts.places = counts.places.filter { $0.value.contains { $0 > now - Self.hour } }
            }
            let place = Self.household(place ?? "")
            let recent = (counts.places[place] ?? []).filter { $0 > now - Self.hour }
            guard counts.all.count < Self.mostInAll, recent.count < Self.mostFromPlace else {
                return false
            }
            counts.places[place] = recent + [now]
            counts.all.append(now)
            return true
        }
        guard isOpen else {
            throw Refusal.tooMany
        }
        return "referral-form/\(parts[1])"
    }

    /// All of IPv4; of IPv6 the half that one household has.
    private static func household(_ address: String) -> String {
        address.contains(":")
            ? address.split(separator: ":", omittingEmptySubsequences: false).prefix(4).joined(separator: ":") : address
    }
}
