import Foundation

/// Puts a seal over the rows of a lane that have none yet. The one writer does it, in the order of the rows: numbers may be
/// missing (a transaction that was undone took them), but below the mark none comes later.
struct SealRows {
    let lane: Int64
    let key: AuditKey
    let connection: any Connection

    /// So many rows at a time, so that a seal stays small.
    private static let most = 10_000

    /// - Parameter mark: no row with this number or a lower one will come any more.
    /// - Returns: the last seal, when one was made.
    /// - Throws: what the database reports.
    func seal(upTo mark: Int64) throws -> AuditSeal? {
        var before = try AuditSeal.last(of: lane, on: connection)
        if before == nil {
            before = try beginBehindUnchained()
        }
        var made: AuditSeal?
        while let next = try seal(behind: before, upTo: mark) {
            before = next
            made = next
        }
        return made
    }

    private func seal(behind before: AuditSeal?, upTo mark: Int64) throws -> AuditSeal? {
        let start = before?.last ?? 0
        guard start < mark else {
            return nil
        }
        var chain = AuditChain(behind: before?.digest ?? AuditChain.beginning(of: lane))
        var marks = AuditMarks(after: start)
        var last = start
        var count: Int64 = 0
        var bytes: [UInt8] = []
        try connection.rows(
            """
            SELECT \(AuditChain.columns) FROM audit WHERE lane = $1 AND seq > $2 AND seq <= $3
            ORDER BY seq LIMIT \(Self.most)
            """, [.integer(lane), .integer(start), .integer(mark)]
        ) { row in
            bytes.removeAll(keepingCapacity: true)
            AuditChain.append(row, lane: lane, to: &bytes)
            chain.add(bytes)
            last = row.integer(0) ?? last
            marks.add(last, chain.hash)
            count += 1
        }
        guard count > 0 else {
            return nil
        }
        let seal = try AuditSeal(
            lane: lane, number: (before?.number ?? 0) + 1, last: last, total: (before?.total ?? 0) + count,
            at: Self.now, hash: chain.hash, marks: marks.bytes, by: key)
        try seal.insert(on: connection)
        return seal
    }

    /// The rows that a version without a chain left are not covered: seal 0 says up to where.
    private func beginBehindUnchained() throws -> AuditSeal? {
        let name = Schema.unchained(lane)
        guard
            let last = try connection.first(
                "SELECT value FROM setting WHERE name = $1", [.text(name)], { $0.text(0).flatMap { Int64($0) } })
        else {
            return nil
        }
        let seal = try AuditSeal(
            lane: lane, number: 0, last: last, total: 0, at: Self.now, hash: AuditChain.beginning(of: lane), marks: [],
            by: key)
        try seal.insert(on: connection)
        return seal
    }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
}
