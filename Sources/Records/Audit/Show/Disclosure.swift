package import Access

/// What went out of the house of one person's record, to one recipient, in one way and for one purpose: the first time, the
/// last, and how often. 45 CFR 164.528(b)(2) and (b)(3).
package struct Disclosure: Sendable {
    package enum Way: String, Sendable, CaseIterable {
        /// A file was taken or sent.
        case export
        /// A program asked for it.
        case program = "api"
        /// Somebody saw it whom the person lets see it.
        case share
    }

    package let way: Way
    package let account: String
    /// Who received it; nil where the audit knows no more than the account.
    package let recipient: String?
    /// Whether it went to the person whose record it is.
    package let isToThePerson: Bool
    package let detail: String
    /// A code of v3-ActReason; empty in lines of older versions.
    package let purpose: String
    /// Milliseconds since 1970.
    package let first: Int64
    package let last: Int64
    package let count: Int

    /// Whether 45 CFR 164.528 asks for it: not for treatment, payment or operations, neither to the person nor to somebody
    /// by the person's own leave (164.528(a)(1)(i), (ii), (iv), (v)).
    package var isOutsideOfCare: Bool {
        let inside: [PurposeOfUse] = [.treatment, .payment, .operations]
        return way != .share && !isToThePerson && !inside.contains { $0.rawValue == purpose }
    }
}

extension Reader {
    /// How far back an accounting goes, 45 CFR 164.528(a)(1).
    package static let accountingYears = 6
    private static let mostDisclosures = 5_000

    /// The accounting of disclosures of one person, the latest first. What the journal holds is not among it:
    /// ``Records/sealAudit()`` comes first.
    /// - Parameters:
    ///   - person: the id of the Patient.
    ///   - from: milliseconds since 1970.
    ///   - until: before when.
    /// - Returns: alike ones as one.
    /// - Throws: ``RecordsFailure/forbidden(type:)`` for a caller who may see neither the audit nor that record as the own.
    package func disclosures(of person: String, from: Int64, until: Int64) throws -> [Disclosure] {
        guard policy.permits(caller, .seeAudit) || caller.ownPerson == person else {
            throw RecordsFailure.forbidden(type: "AuditEvent")
        }
        guard let number = types.number(of: "Patient"),
            let rid = try connection.first(
                "SELECT rid FROM resource WHERE type = $1 AND id = $2",
                [.integer(Int64(number)), .text(IndexText.kept(person))], { $0.integer(0) })
        else {
            return []
        }
        return try (own(rid, person, from, until) + ofEverything(rid, from, until)).sorted { $0.last > $1.last }
    }

    private static let columns =
        "a.account, a.action, a.detail, a.purpose, CASE WHEN a.action = 'E' THEN a.query ELSE '' END"

    /// What was taken, asked for by programs, or seen by those with whom the person shares.
    private func own(_ rid: Int64, _ person: String, _ from: Int64, _ until: Int64) throws -> [Disclosure] {
        try gathered(
            """
            SELECT \(Self.columns), min(a.at), max(a.at), count(*) FROM audit a
            WHERE a.person = \(rid) AND a.person <> 0 AND a.at >= \(from) AND a.at < \(until) AND a.outcome = '0'
            AND (a.action = 'E' AND a.detail <> \(SQLValue.text(Self.ownFile)) OR a.action = 'R'
                AND (substr(a.account, 1, 7) = 'client/' OR a.account IN
                    (SELECT id FROM account WHERE substr(practitioner, 1, 14) = 'RelatedPerson/')))
            GROUP BY \(Self.columns) ORDER BY max(a.at) DESC LIMIT \(Self.mostDisclosures)
            """, person)
    }

    /// The file of this very report tells of disclosures and is none.
    package static let ownFile = "disclosures as CSV"
    /// The detail of an export of all records.
    package static let everything = "export of everything"

    /// An export of everything held the person if the person was on file by then.
    private func ofEverything(_ rid: Int64, _ from: Int64, _ until: Int64) throws -> [Disclosure] {
        let since = try connection.first(
            """
            SELECT min(at) FROM (SELECT min(updated) AS at FROM history WHERE rid = $1
                UNION ALL SELECT updated FROM resource WHERE rid = $1) moments
            """, [.integer(rid)]
        ) { $0.integer(0) }
        return try gathered(
            """
            SELECT \(Self.columns), min(a.at), max(a.at), count(*) FROM audit a
            WHERE a.action = 'E' AND a.detail = \(SQLValue.text(Self.everything)) AND a.outcome = '0'
            AND a.at >= \(max(from, since ?? .max)) AND a.at < \(until)
            GROUP BY \(Self.columns) ORDER BY max(a.at) DESC LIMIT \(Self.mostDisclosures)
            """, nil)
    }

    private func gathered(_ statement: SQLText, _ person: String?) throws -> [Disclosure] {
        struct Line {
            let account: String
            let action: String
            let detail: String
            let purpose: String
            let asked: String
            let first: Int64
            let last: Int64
            let count: Int64
        }
        var lines: [Line] = []
        try connection.each(statement) { row in
            lines.append(
                Line(
                    account: row.text(0) ?? "", action: row.text(1) ?? "", detail: row.text(2) ?? "",
                    purpose: row.text(3) ?? "", asked: row.text(4) ?? "", first: row.integer(5) ?? 0,
                    last: row.integer(6) ?? 0, count: row.integer(7) ?? 0))
        }
        return try lines.map { line in
            let account = try connection.first(
                "SELECT name, practitioner FROM account WHERE id = $1", [.text(line.account)]
            ) { (name: $0.text(0), practitioner: $0.text(1)) }
            let isProgram = line.account.hasPrefix("client/")
            let named =
                try isProgram
                ? clientName(line.account) : account?.name ?? HandOvers.recipient(line.account, on: connection)
            return Disclosure(
                way: line.action == "E" ? .export : isProgram ? .program : .share, account: line.account,
                recipient: try Self.recipient(said(line.asked)) ?? named,
                isToThePerson: person != nil && account?.practitioner == person.map { "Patient/\($0)" },
                detail: line.detail, purpose: line.purpose, first: line.first, last: line.last,
                count: Int(line.count))
        }
    }

    private func clientName(_ account: String) throws -> String? {
        try connection.first(
            "SELECT name FROM client WHERE id = $1", [.text(String(account.dropFirst("client/".count)))]
        ) { $0.text(0) }
    }

    /// What an export says of itself, wherever its text stands.
    private func said(_ column: String) throws -> String {
        guard let hash = AuditQueryText.pointed(column) else {
            return column
        }
        return try connection.first("SELECT text FROM audit_query WHERE hash = $1", [.text(hash)]) { $0.text(0) } ?? ""
    }

    private static let recipientMark = "recipient="

    /// Who gets an export, as the audit keeps it beside the export.
    package static func asking(recipient: String) -> String { recipientMark + recipient }

    private static func recipient(_ asked: String) -> String? {
        asked.hasPrefix(recipientMark) ? String(asked.dropFirst(recipientMark.count)) : nil
    }
}
