/// Keeps the rows of reads before the answer is sent.
protocol ReadAudit: Sendable {
    /// Called on the reading connection, after the last look and before the answer.
    func keep(_ rows: [AuditRow], on connection: any Connection) throws
}

/// The audit of reads on PostgreSQL: committed behind the view, without waiting for the disk. A killed process loses none;
/// what the server may lose at a power cut is what it wrote in the last moments, three times its `wal_writer_delay`.
struct DatabaseReadAudit: ReadAudit {
    let counters: Counters
    /// Told that there are rows without a seal.
    let wake: @Sendable () -> Void

    func keep(_ rows: [AuditRow], on connection: any Connection) throws {
        guard let connection = connection as? PostgresConnection else {
            let log = AuditLog(connection: connection, counters: counters)
            return try rows.forEach(log.write)
        }
        let first = counters.beginAudit(rows.count)
        let lane = counters.lane
        let placed = rows.enumerated().map { $1.placed(lane: lane, sequence: first + Int64($0)) }
        connection.note(placed) { isCertain in
            counters.endAudit(first, isCertain: isCertain)
            wake()
        }
    }
}
