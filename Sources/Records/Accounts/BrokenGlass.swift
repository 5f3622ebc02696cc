package import Access
import FHIR
import Foundation

/// Why the glass stays whole, or its review open.
package enum GlassFailure: Error, Sendable, Equatable {
    case reasonMissing
    case conclusionMissing
    /// Nobody reviews what they did themselves.
    case ownAccess
    case alreadyReviewed
}

/// Breaking the glass: somebody who has to know, and may not, reads one person's whole record for an hour, says why, and is
/// asked about it afterwards. 45 CFR 164.312(a)(2)(ii)
package struct BrokenGlass: Sendable {
    package struct Access: Sendable {
        package let id: String
        package let account: String
        /// The id of the Patient.
        package let person: String
        package let reason: String
        package let since: Int64
        package let until: Int64
        package let reviewer: String?
        package let reviewed: Int64?
        package let conclusion: String
    }

    private let records: Records
    /// It ends by itself.
    package static let milliseconds: Int64 = 60 * 60_000
    package static let shortestReason = 10
    private static let longest = 2_000
    private static let columns =
        "id, account, person, reason, since, until, reviewer, reviewed, conclusion"

    package init(records: Records) {
        self.records = records
    }

    /// Opens one person's record to an account. The password has been asked for again before.
    /// - Parameters:
    ///   - person: the id of the Patient.
    ///   - reason: why it cannot wait.
    ///   - caller: who has to know.
    ///   - now: milliseconds since 1970.
    /// - Returns: the id of the access that will be reviewed.
    /// - Throws: ``GlassFailure``, ``AccountFailure/forbidden`` for who may not,
    ///   ``RecordsFailure/notFound(type:id:)`` for nobody.
    @discardableResult
    package func open(_ person: String, because reason: String, as caller: Caller, at now: Int64) async throws -> String
    {
        guard records.policy.permits(caller, .breakTheGlass) else {
            throw AccountFailure.forbidden
        }
        guard (Self.shortestReason...Self.longest).contains(reason.count) else {
            throw GlassFailure.reasonMissing
        }
        let id = records.newID()
        let patient = Int64(records.types.number(of: "Patient") ?? -1)
        try await records.transaction { connection, storage in
            let rid = try connection.first(
                "SELECT rid FROM resource WHERE type = $1 AND id = $2 AND deleted = 0 AND version > 0",
                [.integer(patient), .text(person)]
            ) { $0.integer(0) }
            guard let rid else {
                throw RecordsFailure.notFound(type: "Patient", id: person)
            }
            try connection.run(
                "INSERT INTO glass VALUES ($1, $2, $3, $4, $5, $6, NULL, 0, '')",
                [
                    .text(id), .text(caller.account), .text(person), .text(IndexText.kept(reason)), .integer(now),
                    .integer(now + Self.milliseconds),
                ])
            try storage.audit.write(.create, by: caller, at: now, person: rid, detail: "broke the glass")
        }
        return id
    }

    /// The ids of the people whose record is open to an account now.
    package func people(of account: String, at now: Int64) async throws -> Set<String> {
        try await records.engine.read { try Self.people(of: account, at: now, on: $0) }
    }

    static func people(of account: String, at now: Int64, on connection: any Connection) throws -> Set<String> {
        var people: Set<String> = []
        try connection.rows(
            "SELECT person FROM glass WHERE account = $1 AND until > $2 AND reviewed = 0",
            [.text(account), .integer(now)]
        ) { row in
            if let person = row.text(0) {
                people.insert(person)
            }
        }
        return people
    }

    /// Those that wait for their review, oldest first, and the last that had theirs.
    /// - Throws: ``AccountFailure/forbidden`` for who does not review.
    package func all(as caller: Caller) async throws -> [Access] {
        guard records.policy.permits(caller, .reviewAccess) else {
            throw AccountFailure.forbidden
        }
        return try await records.engine.read { connection in
            var found: [Access] = []
            try connection.rows(
                "SELECT \(Self.columns) FROM glass WHERE reviewed = 0 ORDER BY since, id LIMIT 500"
            ) { found.append(Self.access($0)) }
            try connection.rows(
                "SELECT \(Self.columns) FROM glass WHERE reviewed > 0 ORDER BY reviewed DESC, since DESC LIMIT 50"
            ) { found.append(Self.access($0)) }
            return found
        }
    }

    /// How many wait for their review.
    package func waiting() async throws -> Int {
        try await records.engine.read { connection in
            Int(try connection.first("SELECT count(*) FROM glass WHERE reviewed = 0") { $0.integer(0) } ?? 0)
        }
    }

    /// Closes a review with what came of it, and the access with it.
    /// - Throws: ``GlassFailure``, ``AccountFailure/forbidden``, ``RecordsFailure/notFound(type:id:)``
    package func review(_ id: String, conclusion: String, as caller: Caller, at now: Int64) async throws {
        guard records.policy.permits(caller, .reviewAccess) else {
            throw AccountFailure.forbidden
        }
        guard (Self.shortestReason...Self.longest).contains(conclusion.count) else {
            throw GlassFailure.conclusionMissing
        }
        try await records.transaction { connection, storage in
            let found = try connection.first("SELECT \(Self.columns) FROM glass WHERE id = $1", [.text(id)]) {
                Self.access($0)
            }
            guard let found else {
                throw RecordsFailure.notFound(type: "Basic", id: "glass")
            }
            guard found.account != caller.account else {
                throw GlassFailure.ownAccess
            }
            guard found.reviewed == nil else {
                throw GlassFailure.alreadyReviewed
            }
            try connection.run(
                "UPDATE glass SET reviewer = $1, reviewed = $2, conclusion = $3 WHERE id = $4",
                [.text(caller.account), .integer(now), .text(IndexText.kept(conclusion)), .text(id)])
            try storage.audit.write(.update, by: caller, at: now, detail: "reviewed a broken glass of \(found.account)")
        }
    }

    private static func access(_ row: any SQLRow) -> Access {
        let reviewed = row.integer(7) ?? 0
        return Access(
            id: row.text(0) ?? "", account: row.text(1) ?? "", person: row.text(2) ?? "", reason: row.text(3) ?? "",
            since: row.integer(4) ?? 0, until: row.integer(5) ?? 0, reviewer: row.text(6),
            reviewed: reviewed > 0 ? reviewed : nil, conclusion: row.text(8) ?? "")
    }
}
