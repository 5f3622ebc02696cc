package import Access
import FHIR

/// What would let somebody see more than before if two people became one.
package enum MergeHazard: Sendable, Hashable {
    /// The one who goes has an account in the portal; by id of the Patient.
    case account(String)
    /// A record is handed over by link and code; by id of the Patient.
    case handOver(String)
    /// A consent of one would open what is closed for the other; by the code of the label.
    case consent(String)
}

extension Reader {
    /// What stands against making one person of two, whether or not who asks may read it.
    /// - Parameters:
    ///   - kept: the id of the Patient who stays.
    ///   - other: the id of the Patient who goes.
    ///   - now: milliseconds since 1970.
    /// - Returns: nothing when nobody would see more.
    /// - Throws: ``RecordsFailure/forbidden(type:)`` without the office `merge-people`,
    ///   ``RecordsFailure/notFound(type:id:)``, or what the database reports.
    package func mergeHazards(keeping kept: String, over other: String, at now: Int64) throws -> Set<MergeHazard> {
        guard policy.permits(caller, .mergePeople) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        let (one, two) = (try get("Patient", kept), try get("Patient", other))
        var found: Set<MergeHazard> = []
        if try !PortalAccounts.ids(of: two.reference, on: connection).isEmpty {
            found.insert(.account(other))
        }
        for person in [kept, other] {
            let isOpen = try connection.first(
                "SELECT 1 FROM handover WHERE person = $1 AND ended = 0 AND until > $2 LIMIT 1",
                [.text(person), .integer(now)]
            ) { $0.integer(0) }
            if isOpen != nil {
                found.insert(.handOver(person))
            }
        }
        let (first, second) = (try consents(of: one.rid), try consents(of: two.rid))
        for label in policy.labels.labels {
            guard let kind = label.consent else {
                continue
            }
            func isOpen(_ consents: [ConsentReading]) -> Bool {
                ConsentDecision(consents, kind: kind, at: now).isOpen
            }
            guard isOpen(first + second) else {
                continue
            }
            let isFirstShut = try !isOpen(first) && holds(label.mask, person: one.rid)
            let isSecondShut = try !isOpen(second) && holds(label.mask, person: two.rid)
            if isFirstShut || isSecondShut {
                found.insert(.consent(label.code))
            }
        }
        return found
    }

    private func consents(of person: Int64) throws -> [ConsentReading] {
        var consents: [ConsentReading] = []
        try connection.rows(
            """
            SELECT body FROM resource WHERE person = $1 AND type = $2 AND person <> 0 AND deleted = 0 AND version > 0
            """, [.integer(person), .integer(Int64(types.number(of: "Consent") ?? -1))]
        ) { row in
            if let body = row.bytes(0), let document = try? JSONDocument(body) {
                consents.append(ConsentReading(document.root))
            }
        }
        return consents
    }

    private func holds(_ mask: LabelMask, person: Int64) throws -> Bool {
        try connection.first(
            """
            SELECT 1 FROM resource WHERE person = $1 AND person <> 0 AND deleted = 0 AND (labels & \(mask.bits)) <> 0
            LIMIT 1
            """, [.integer(person)]
        ) { $0.integer(0) } != nil
    }
}

extension Reader {
    /// A label of the site, by its code.
    package func label(_ code: String) -> SecurityLabel? { policy.labels.label(code) }

    /// What was first recorded of a person after a moment, as `Type/id`: only what the caller sees, up to some.
    /// - Parameters:
    ///   - person: the id of the Patient.
    ///   - moment: milliseconds since 1970.
    ///   - limit: the most that are looked at.
    /// - Returns: in the order in which they came to be stored.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``, or what the database reports.
    package func recorded(of person: String, after moment: Int64, limit: Int = 200) throws -> [Resource] {
        let patient = try get("Patient", person)
        var found: [(String, String)] = []
        try connection.rows(
            """
            SELECT type, id FROM resource WHERE person = $1 AND person <> 0 AND rid <> $1 AND deleted = 0
            AND version > 0 AND ((version = 1 AND updated > $2) OR EXISTS (
                SELECT 1 FROM history h WHERE h.rid = resource.rid AND h.version = 1 AND h.updated > $2))
            ORDER BY rid LIMIT $3
            """, [.integer(patient.rid), .integer(moment), .integer(Int64(limit))]
        ) { row in
            if let type = row.integer(0).flatMap(types.name), let id = row.text(1) {
                found.append((type, id))
            }
        }
        return try found.compactMap { try find($0.0, $0.1) }
    }
}
