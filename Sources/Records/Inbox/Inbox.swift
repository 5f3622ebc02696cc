package import Access
import Crypto

/// Where messages of other systems are kept before anything is made of them: durable before they are answered, each once.
package struct Inbox: Sendable {
    /// What became of a message that came.
    package enum Kept: Sendable, Equatable {
        case new(Int64)
        /// It was there already, word for word, under this number.
        case again(Int64)
    }

    let records: Records

    package init(records: Records) {
        self.records = records
    }

    /// Keeps a message. The same sender's message of the same control id and the same words is kept once and counted; one
    /// with other words is another message, since senders do use their numbers twice.
    /// - Parameters:
    ///   - message: as it came.
    ///   - state: where it begins: waiting for its effect, or refused.
    ///   - reason: why it was refused, without anything of a person; empty otherwise.
    ///   - now: milliseconds since 1970.
    /// - Returns: its number, once the message is durable.
    /// - Throws: why it could not be kept: then it must not be answered as if it were.
    package func keep(
        _ message: InboundMessage, as state: MessageState = .waiting, because reason: String = "", at now: Int64
    ) async throws -> Kept {
        let digest = Array(SHA256.hash(data: message.body))
        let counters = records.counters
        return try await records.transaction { connection, _ in
            var same: Int64?
            try connection.rows(
                "SELECT number, digest FROM inbound WHERE sender = $1 AND control = $2",
                [.text(IndexText.kept(message.sender)), .text(IndexText.kept(message.control))]
            ) { row in
                if row.bytes(1) == digest {
                    same = row.integer(0)
                }
            }
            if let same {
                try connection.run("UPDATE inbound SET repeats = repeats + 1 WHERE number = $1", [.integer(same)])
                return .again(same)
            }
            let last = try connection.first("SELECT max(number) FROM inbound") { $0.integer(0) } ?? 0
            let number = last + 1
            try connection.run(
                """
                INSERT INTO inbound VALUES
                    ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', 0, 0, 0, $14)
                """,
                [
                    .integer(number), .text(message.feed), .text(IndexText.kept(message.sender)),
                    .text(IndexText.kept(message.control)), .text(IndexText.kept(message.event)), .blob(digest),
                    .integer(now), message.occurred.map(SQLValue.integer) ?? .null,
                    message.recorded.map(SQLValue.integer) ?? .null, .text(IndexText.kept(message.visit ?? "")),
                    .text(message.answer), .text(state.rawValue), .text(IndexText.kept(reason)), .blob(message.body),
                ])
            for key in Set(message.keys.prefix(Self.mostKeys).map(IndexText.kept)) {
                try connection.run("INSERT INTO inbound_key VALUES ($1, $2)", [.text(key), .integer(number)])
            }
            // Whoever works on messages is woken as those are who react to records, in other processes too.
            _ = try counters.nextChange(on: connection)
            return .new(number)
        }
    }

    /// A message names a person by few numbers; one that names more is no better known by the rest.
    private static let mostKeys = 16
}

extension Change {
    /// The messages of other systems, for the verb that works on them.
    /// - Throws: ``RecordsFailure/forbidden(type:)`` for who does not join entries of people.
    package func inbox() throws -> InboxDesk {
        guard permits(.mergePeople) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        return InboxDesk(connection: reader.connection, now: now)
    }
}

extension Records {
    /// Whether messages wait whose time has come. Looking is free; a transaction is only begun when there is something.
    package func hasMessages(at now: Int64) async throws -> Bool {
        try await engine.read { connection in
            try connection.first(
                "SELECT 1 FROM inbound WHERE state IN ('waiting', 'failed') AND not_before <= $1 LIMIT 1",
                [.integer(now)]
            ) { $0.integer(0) } != nil
        }
    }
}
