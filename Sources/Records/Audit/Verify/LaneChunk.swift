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

    var seals: [AuditSeal] = []
    var bytes: [UInt8] = []
    var rows: [Row] = []

    private static let mostSeals = 200
    private static let mostRows: Int64 = 20_000
    /// More than the seals speak of only where somebody put rows in.
    private static let mostRead = 1_000_000

    /// - Parameters:
    ///   - lane: the lane.
    ///   - seal: the last one that was read; nil for the first chunk.
    ///   - engine: where they are.
    ///   - queries: the hashes of the texts of searches.
    /// - Returns: no seals at the end.
    /// - Throws: what the database reports.
    static func read(
        _ lane: Int64, behind seal: AuditSeal?, from engine: any Engine, queries: Set<String>
    ) async throws -> LaneChunk {
        try await engine.read { connection in
            var chunk = LaneChunk()
            try chunk.readSeals(lane, behind: seal, on: connection)
            if let last = chunk.seals.last?.last {
                try chunk.readRows(lane, seal?.last ?? chunk.firstCovered, last, on: connection, queries)
            }
            return chunk
        }
    }

    /// What lies before the chain is not read.
    private var firstCovered: Int64 { seals.first.map { $0.number == 0 ? $0.last : 0 } ?? 0 }

    private mutating func readSeals(_ lane: Int64, behind seal: AuditSeal?, on connection: any Connection) throws {
        let base = seal?.total ?? 0
        var isFull = false
        try connection.rows(
            """
            SELECT \(AuditSeal.columns) FROM audit_seal WHERE lane = $1 AND number > $2
            ORDER BY number LIMIT \(Self.mostSeals)
            """, [.integer(lane), .integer(seal?.number ?? -1)]
        ) { row in
            guard !isFull, let seal = AuditSeal(row, lane: lane) else {
                return
            }
            seals.append(seal)
            isFull = seal.total &- base >= Self.mostRows
        }
    }

    private mutating func readRows(
        _ lane: Int64, _ first: Int64, _ last: Int64, on connection: any Connection, _ queries: Set<String>
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
            let pointed = asked.isEmpty ? nil : AuditQueryText.pointed(String(decoding: asked, as: UTF8.self))
            rows.append(
                Row(
                    sequence: row.integer(0) ?? 0, at: row.integer(1) ?? 0, bytes: start..<bytes.count,
                    isQueryMissing: pointed.map { !queries.contains($0) } ?? false))
        }
    }
}
