/// Some seals of a lane and the rows that they cover, as the bytes that are hashed.
struct LaneChunk: Sendable {
    struct Row: Sendable {
        let sequence: Int64
        let at: Int64
        /// Where its bytes are.
        let bytes: Range<Int>
        /// It points to the text of a search that is not there.
        let isQueryMissing: Bool
    }

    /// The seal behind which it begins; nil at the beginning of the lane.
    let before: AuditSeal?
    let seals: [AuditSeal]
    private(set) var bytes: [UInt8] = []
    private(set) var rows: [Row] = []
    /// Of each seal: its rows within ``rows``, and what the chain comes to with the last of them when it goes on from what
    /// the seal before says.
    private(set) var sealed: [(rows: Range<Int>, hash: [UInt8])] = []

    private static let mostSeals = 200
    private static let mostRows: Int64 = 20_000
    /// More than the seals speak of only where somebody put rows in.
    private static let mostRead = 1_000_000

    /// The next seals of a lane.
    /// - Parameters:
    ///   - lane: the lane.
    ///   - seal: the last one that was read; nil at the beginning.
    ///   - engine: where they are.
    /// - Returns: empty at the end.
    /// - Throws: what the database reports.
    static func seals(
        of lane: Int64, behind seal: AuditSeal?, from engine: any Engine
    ) async throws -> [AuditSeal] {
        try await engine.read { connection in
            var seals: [AuditSeal] = []
            let base = seal?.total ?? 0
            var isFull = false
            try connection.rows(
                """
                SELECT \(AuditSeal.columns) FROM audit_seal WHERE lane = $1 AND number > $2
                ORDER BY number LIMIT \(mostSeals)
                """, [.integer(lane), .integer(seal?.number ?? -1)]
            ) { row in
                guard !isFull, let seal = AuditSeal(row, lane: lane) else {
                    return
                }
                seals.append(seal)
                isFull = seal.total &- base >= mostRows
            }
            return seals
        }
    }

    /// The rows of some seals, hashed. It needs nothing of the chunk before but its last seal: chunks are made side by
    /// side.
    /// - Parameters:
    ///   - seals: as ``seals(of:behind:from:)`` gave them.
    ///   - before: the seal before them.
    ///   - engine: where the rows are.
    ///   - queries: the texts of searches.
    /// - Returns: the seals with their rows.
    /// - Throws: what the database reports.
    static func read(
        _ seals: [AuditSeal], behind before: AuditSeal?, from engine: any Engine, queries: KnownQueries
    ) async throws -> LaneChunk {
        try await engine.read { connection in
            var chunk = LaneChunk(before: before, seals: seals)
            if let last = seals.last {
                try chunk.readRows(last.lane, before?.last ?? chunk.firstCovered, last.last, on: connection, queries)
            }
            chunk.hash()
            return chunk
        }
    }

    private init(before: AuditSeal?, seals: [AuditSeal]) {
        self.before = before
        self.seals = seals
    }

    private mutating func hash() {
        var start = 0
        var before = before
        for seal in seals {
            let end = rows[start...].firstIndex { $0.sequence > seal.last } ?? rows.count
            var chain = AuditChain(behind: before?.digest ?? AuditChain.beginning(of: seal.lane))
            for row in rows[start..<end] {
                chain.add(bytes[row.bytes])
            }
            sealed.append((start..<end, chain.hash))
            (start, before) = (end, seal)
        }
    }

    /// What lies before the chain is not read.
    private var firstCovered: Int64 { seals.first.map { $0.number == 0 ? $0.last : 0 } ?? 0 }

    private mutating func readRows(
        _ lane: Int64, _ first: Int64, _ last: Int64, on connection: any Connection, _ queries: KnownQueries
    ) throws {
        let query = 10
        var asked: [UInt8] = []
        bytes.reserveCapacity(Int(Self.mostRows) * 160)
        try connection.rows(
            """
            SELECT \(AuditChain.columns) FROM audit WHERE lane = $1 AND seq > $2 AND seq <= $3
            ORDER BY seq LIMIT \(Self.mostRead)
            """, [.integer(lane), .integer(first), .integer(last)]
        ) { row in
            let start = bytes.count
            AuditChain.append(row, lane: lane, to: &bytes)
            // Few rows point to a text; of the others none is made.
            asked.removeAll(keepingCapacity: true)
            row.append(text: query, to: &asked)
            rows.append(
                Row(
                    sequence: row.integer(0) ?? 0, at: row.integer(1) ?? 0, bytes: start..<bytes.count,
                    isQueryMissing: queries.isMissing(asked[...])))
        }
    }
}
