/// PostgreSQL: one connection that writes, under a lock that all processes share, and several that read.
final class PostgresEngine: Engine {
    let kind = EngineKind.postgres
    let address: PostgresAddress
    private let writer: PostgresLane
    private let readers: ReadingThreads<PostgresLink>

    init(_ address: PostgresAddress, readers most: Int = 8) {
        self.address = address
        writer = PostgresLane(
            PostgresLink(address, settings: Self.writing, patience: .seconds(20)), name: "writer")
        readers = ReadingThreads(most, name: "reader") {
            PostgresLink(address, settings: Self.reading, patience: .seconds(5))
        }
    }

    /// A commit is on the disk before it is answered, whatever the server is set to; a stricter setting (a standby that
    /// must have it too) stays. Whoever stops in the middle of a transaction does not keep the lock for ever.
    private static let writing = """
        SET statement_timeout = '300s'; SET idle_in_transaction_session_timeout = '60s'; SET jit = off;
        SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
        """

    /// Reads look rows up by their keys; new tables, whose statistics are missing, would be read from end to end.
    private static let reading = """
        SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '600s'; SET jit = off;
        SET synchronous_commit = off; SET enable_seqscan = off
        """

    var threads: any TaskExecutor { readers }

    func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await readers.read { link in
            do {
                return try link.connected().reading(body)
            } catch EngineFailure.connectionLost {
                return try link.connected().reading(body)
            }
        }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
        try await writer.perform { try body($0) }
    }

    func close() throws {
        writer.close()
        readers.close()
    }
}
