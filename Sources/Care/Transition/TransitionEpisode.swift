package import FHIR
package import Records

/// The 30 days after a discharge: an EpisodeOfCare of the programme "Home from hospital".
package struct TransitionEpisode: Sendable {
    package static let program = "transition-30-day"
    package static let programSystem = "urn:almoner:program"
    static let keyPrefix = "transition/"
    static let reasonURL = "urn:almoner:extension:reason"

    package let resource: Resource
    /// The last encounter of the stay that it follows.
    package let encounter: String
    /// The key that opened it; the keys of its tasks begin with it.
    let key: String
    package let status: String
    package let careManager: String?
    /// The code of why it was closed.
    package let reason: String?

    /// - Returns: nil when the resource is no transition that a discharge opened.
    package init?(_ resource: Resource) {
        let root = resource.root
        guard Self.isTransition(root),
            let key = root.list("identifier").lazy
                .filter({ $0.text("system") == OpenTask.keySystem }).compactMap({ $0.text("value") })
                .first(where: { $0.hasPrefix(Self.keyPrefix) })
        else {
            return nil
        }
        self.resource = resource
        self.key = key
        // The key ends in "~2" when a discharge was taken back and given again.
        encounter = String(key.dropFirst(Self.keyPrefix.count).prefix { $0 != "~" })
        status = root.text("status") ?? ""
        careManager = root.text("careManager", "reference")
        reason = root.list("extension").first { $0.text("url") == Self.reasonURL }?
            .text("valueCodeableConcept", "coding", "code")
    }

    package var isRunning: Bool { status == "active" }

    /// The stay whose discharge it follows: the one that ended with its encounter, or one that a second sender tells of with
    /// an encounter of its own that ended at the same time. A stay that went on after a transfer ended later, and is not.
    func stay(in found: FindStays) -> Stay? {
        if let same = found.stays.first(where: { $0.last == encounter }) {
            return same
        }
        let began = resource.root.text("period", "start").flatMap { FHIRDate($0)?.low } ?? 0
        return found.stays.first { stay in
            stay.encounters.contains(encounter)
                && stay.discharged.map { abs($0 - began) <= Self.sameDischarge } ?? false
        }
    }

    /// Two senders do not agree to the minute on when somebody left.
    private static let sameDischarge: Int64 = 12 * 3_600_000

    static func isTransition(_ root: JSONNode) -> Bool {
        root.list("type").contains { type in
            type.list("coding").contains { $0.text("system") == programSystem && $0.text("code") == program }
        }
    }

    /// The person's care manager: of the newest running enrolment that names one.
    static func careManager(of record: PersonRecord) -> String? {
        record.all("EpisodeOfCare").reversed().lazy
            .filter { ["active", "onhold"].contains($0.root.text("status") ?? "") }
            .compactMap { $0.root.text("careManager", "reference") }.first
    }
}

/// Why a transition ended.
package enum TransitionEnd: Sendable, Equatable {
    case completed
    case readmitted
    case died
    /// The stay or its discharge was recorded in error.
    case withdrawn

    package var code: String {
        switch self {
        case .completed: "completed"
        case .readmitted: "readmitted"
        case .died: "died"
        case .withdrawn: "recorded-in-error"
        }
    }

    package var words: String {
        switch self {
        case .completed: "30 days are over"
        case .readmitted: "Back in hospital"
        case .died: "Died"
        case .withdrawn: "The stay or its discharge was recorded in error"
        }
    }

    /// What becomes of the episode: what should never have been is cancelled.
    var status: String { self == .withdrawn ? "cancelled" : "finished" }

    static let system = "urn:almoner:code:transition-end"
}
