package import Access
import Foundation

/// Of whom something was stored, for those who react to it. It is taken by person: after a large import the resources of
/// one person lie far apart, and each person is still looked at once. Taking it, reacting and letting go of it are one
/// transaction, so that nothing is reacted to twice, whatever process is killed when.
package struct Outbox: Sendable {
    /// Reacts to what was stored of a person, given by the id of the Patient and the types of what was stored.
    package typealias React = @Sendable (_ person: String, _ types: Set<String>, Change) throws -> Void

    private struct Claim {
        let person: Int64
        let id: String?
        let through: Int64
        let types: Set<String>
    }

    private let records: Records

    package init(records: Records) {
        self.records = records
    }

    /// Reacts for the next people of whom something was stored. One whose reaction fails waits, longer each time, and
    /// does not hold up the others.
    /// - Parameters:
    ///   - after: where the last call ended, 0 for the beginning. People are gone through in a circle.
    ///   - limit: people a transaction.
    ///   - caller: who reacts.
    ///   - now: milliseconds since 1970.
    ///   - failed: told the kind of every failure.
    ///   - react: what is done for a person; throwing undoes it.
    /// - Returns: where to go on; nil when nobody comes behind `after`.
    /// - Throws: why the database could not be used.
    package func react(
        after: Int64, limit: Int, as caller: Caller, at now: Int64, failed: @Sendable (String) -> Void,
        _ react: @escaping React
    ) async throws -> Int64? {
        do {
            return try await records.write(as: caller, at: now) { change in
                let persons = try next(after: after, limit: limit, now, change.reader.connection)
                try self.react(for: persons, in: change, react)
                return persons.last
            }
        } catch {
            try Self.passOn(error)
        }
        // One of them failed and undid the rest: each by itself.
        let persons = try await records.engine.read { try next(after: after, limit: limit, now, $0) }
        for person in persons {
            do {
                try await records.write(as: caller, at: now) { try self.react(for: [person], in: $0, react) }
            } catch {
                try Self.passOn(error)
                let kind = "\(type(of: error))"
                failed(kind)
                try await postpone(person, kind: kind, at: now)
            }
        }
        return persons.last
    }

    /// How many wait after a failure.
    package func waiting() async throws -> Int {
        try await records.engine.read { connection in
            Int(try connection.first("SELECT count(*) FROM waiting_person") { $0.integer(0) } ?? 0)
        }
    }

    private func next(after: Int64, limit: Int, _ now: Int64, _ connection: any Connection) throws -> [Int64] {
        var persons: [Int64] = []
        try connection.rows(
            """
            SELECT DISTINCT o.person FROM outbox o WHERE o.person > $1 AND NOT EXISTS (
                SELECT 1 FROM waiting_person w WHERE w.person = o.person AND w.not_before > $2)
            ORDER BY o.person LIMIT $3
            """, [.integer(after), .integer(now), .integer(Int64(limit))]
        ) { row in
            if let person = row.integer(0) {
                persons.append(person)
            }
        }
        return persons
    }

    private func react(for persons: [Int64], in change: Change, _ react: React) throws {
        let connection = change.reader.connection
        // What is about nobody sets nothing off.
        try connection.send("DELETE FROM outbox WHERE person = 0")
        for claim in try claim(persons, on: connection) {
            if let id = claim.id {
                try react(id, claim.types, change)
            }
            // What the reaction itself has stored comes with higher numbers and stays.
            try connection.send(
                "DELETE FROM outbox WHERE person = $1 AND seq <= $2", [.integer(claim.person), .integer(claim.through)])
            try connection.send("DELETE FROM waiting_person WHERE person = $1", [.integer(claim.person)])
        }
    }

    private func claim(_ persons: [Int64], on connection: any Connection) throws -> [Claim] {
        var ids: [Int64: String] = [:]
        try connection.pipelined(
            "SELECT rid, id FROM resource WHERE rid = $1", persons.map { [.integer($0)] }
        ) { _, row in
            if let rid = row.integer(0) {
                ids[rid] = row.text(1)
            }
        }
        // Whoever else works on a person's rows keeps them.
        let lock = connection.kind == .postgres ? " FOR UPDATE SKIP LOCKED" : ""
        var through: [Int: Int64] = [:]
        var types: [Int: Set<String>] = [:]
        try connection.pipelined(
            "SELECT seq, type FROM outbox WHERE person = $1 ORDER BY seq" + lock, persons.map { [.integer($0)] }
        ) { place, row in
            through[place] = row.integer(0)
            if let type = row.integer(1).flatMap(records.types.name) {
                types[place, default: []].insert(type)
            }
        }
        return persons.enumerated().compactMap { place, person in
            through[place].map { Claim(person: person, id: ids[person], through: $0, types: types[place] ?? []) }
        }
    }

    /// Half a minute the first time, twice as long each time after, up to half a day.
    private func postpone(_ person: Int64, kind: String, at now: Int64) async throws {
        try await records.transaction { connection, _ in
            let before = try connection.first(
                "SELECT attempts FROM waiting_person WHERE person = $1", [.integer(person)]
            ) { $0.integer(0) }
            let attempts = (before ?? 0) + 1
            let pause = min(Int64(30_000) << min(attempts - 1, 11), 43_200_000)
            try connection.run(
                """
                INSERT INTO waiting_person VALUES ($1, $2, $3, $4) ON CONFLICT (person) DO UPDATE
                SET attempts = excluded.attempts, not_before = excluded.not_before, kind = excluded.kind
                """, [.integer(person), .integer(attempts), .integer(now + pause), .text(kind)])
        }
    }

    /// A database that is away is nobody's reaction that failed.
    private static func passOn(_ error: any Error) throws {
        switch RecordsFailure.from(error) {
        case RecordsFailure.unavailable, RecordsFailure.outcomeUnknown: throw error
        case EngineFailure.database(let code, _) where code.hasPrefix("58"): throw error
        default: break
        }
    }
}
