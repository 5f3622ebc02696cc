/// Messages of other systems inside a change: what waits, what belongs together, and what became of it.
package struct InboxDesk {
    let connection: any Connection
    let now: Int64

    /// The next messages that wait and whose time has come, in the order of their arrival.
    /// - Parameter limit: at most so many.
    /// - Returns: those that wait.
    /// - Throws: what the database reports, as all here do.
    package func next(_ limit: Int) throws -> [StoredMessage] {
        try messages(
            """
            WHERE state IN ('waiting', 'failed') AND not_before <= $1
            ORDER BY number LIMIT \(limit)
            """, [.integer(now)])
    }

    /// One message.
    package func message(_ number: Int64) throws -> StoredMessage? {
        try messages("WHERE number = $1", [.integer(number)]).first
    }

    /// All messages about a stay that are taken in or wait to be.
    /// - Parameter visit: `system|value`.
    /// - Returns: them in the order of their arrival.
    /// - Throws: what the database reports.
    package func messages(ofVisit visit: String) throws -> [StoredMessage] {
        try messages(
            "WHERE visit = $1 AND state IN ('waiting', 'failed', 'done') ORDER BY number LIMIT \(Self.most)",
            [.text(IndexText.kept(visit))])
    }

    /// All messages that were taken to be about a person.
    /// - Parameter person: the id of the Patient.
    /// - Returns: them in the order of their arrival.
    /// - Throws: what the database reports.
    package func messages(ofPerson person: String) throws -> [StoredMessage] {
        try messages(
            "WHERE person = $1 AND state = 'done' ORDER BY number LIMIT \(Self.most)", [.text(person)])
    }

    /// Messages in some state that name people by one of these numbers.
    package func messages(naming keys: [String], in state: MessageState) throws -> [StoredMessage] {
        var numbers: Set<Int64> = []
        for key in keys {
            try connection.rows("SELECT number FROM inbound_key WHERE key = $1", [.text(IndexText.kept(key))]) { row in
                if let number = row.integer(0) {
                    numbers.insert(number)
                }
            }
        }
        return try numbers.sorted().prefix(Self.most).compactMap { try message($0) }.filter { $0.state == state }
    }

    /// The numbers by which a message names people.
    package func keys(of number: Int64) throws -> [String] {
        var keys: [String] = []
        try connection.rows("SELECT key FROM inbound_key WHERE number = $1 ORDER BY key", [.integer(number)]) { row in
            if let key = row.text(0) {
                keys.append(key)
            }
        }
        return keys
    }

    /// Keeps what became of a message.
    /// - Parameters:
    ///   - number: which one.
    ///   - state: how far it has come now.
    ///   - person: the id of the Patient that it is about.
    ///   - reason: why, without anything of a person.
    /// - Throws: what the database reports.
    package func settle(
        _ number: Int64, _ state: MessageState, person: String? = nil, because reason: String = ""
    ) throws {
        try connection.run(
            "UPDATE inbound SET state = $1, person = $2, reason = $3, not_before = 0 WHERE number = $4",
            [.text(state.rawValue), .text(person ?? ""), .text(IndexText.kept(reason)), .integer(number)])
    }

    /// Working on a message failed: it comes again later, each time after a longer while.
    /// - Parameters:
    ///   - number: which one.
    ///   - kind: what failed, without anything of a person.
    /// - Throws: what the database reports.
    package func postpone(_ number: Int64, because kind: String) throws {
        let tries = try connection.first("SELECT tries FROM inbound WHERE number = $1", [.integer(number)]) {
            $0.integer(0)
        }
        let pause = min(Int64(30_000) << min(tries ?? 0, 11), 43_200_000)
        try connection.run(
            """
            UPDATE inbound SET state = 'failed', reason = $1, tries = tries + 1, not_before = $2 WHERE number = $3
            """, [.text(IndexText.kept(kind)), .integer(now + pause), .integer(number)])
    }

    private func messages(_ condition: String, _ values: [SQLValue]) throws -> [StoredMessage] {
        var found: [StoredMessage] = []
        try connection.rows("SELECT \(StoredMessage.columns) FROM inbound \(condition)", values) {
            found.append(StoredMessage($0))
        }
        return found
    }

    /// A stay or a person of whom more messages came than this is worked on by the first so many.
    private static let most = 1_000
}
