import FHIR
import Records

/// What happened to a person after a discharge, as far as it moves the stay on.
struct TransitionEvents {
    private(set) var contact: Int64?
    private(set) var reconciled: Int64?
    /// When somebody tried to reach the person and did not.
    private(set) var times: [Int64] = []

    var attempts: Int { times.count }
    var lastAttempt: Int64? { times.max() }

    /// SNOMED CT: reconciliation of medicines.
    static let reconciliation = "430193006"
    static let types: Set<String> = ["Encounter", "Procedure", "Communication"]

    /// Finds what has been done since the discharge, milliseconds since 1970; what happened before it does not count.
    init(_ record: PersonRecord, since discharged: Int64) {
        for encounter in record.all("Encounter") {
            let root = encounter.root
            guard root.text("status") == "finished", Self.isContact(root),
                let at = root.text("period", "start").flatMap({ FHIRDate($0)?.low }), at >= discharged
            else {
                continue
            }
            contact = min(contact ?? at, at)
        }
        for procedure in record.all("Procedure") {
            let root = procedure.root
            guard root.text("status") == "completed",
                root["code"]?.list("coding").contains(where: { $0.text("code") == Self.reconciliation }) == true,
                let written = (root.text("performedDateTime") ?? root.text("performedPeriod", "start"))
                    .flatMap({ FHIRDate($0) }),
                // A day without a time may be the day of discharge itself.
                written.high > discharged
            else {
                continue
            }
            let at = max(written.low, discharged)
            reconciled = min(reconciled ?? at, at)
        }
        for attempt in record.all("Communication") where attempt.root.text("status") == "not-done" {
            let at = attempt.root.text("sent").flatMap { FHIRDate($0)?.low } ?? attempt.updated
            if at >= discharged {
                times.append(at)
            }
        }
    }

    /// A contact that happened, as the contact page records it.
    static func isContact(_ root: JSONNode) -> Bool {
        root.list("type").contains { type in
            type.list("coding").contains { $0.text("system") == "urn:almoner:contact" }
        }
    }
}
