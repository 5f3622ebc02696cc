import Foundation

/// The chunks of a lane, in their order. While one is looked at, the next ones are read and hashed, as many side by side
/// as there are processors.
struct LaneReader {
    let lane: Int64
    let engine: any Engine
    let queries: KnownQueries
    /// How many are made side by side.
    static let width = min(4, max(2, ProcessInfo.processInfo.activeProcessorCount))

    private var making: [Task<LaneChunk, any Error>] = []
    /// The last seal that a chunk is made of.
    private var last: AuditSeal?
    private var isAtEnd = false

    init(lane: Int64, engine: any Engine, queries: KnownQueries) {
        self.lane = lane
        self.engine = engine
        self.queries = queries
    }

    /// - Returns: nil at the end.
    /// - Throws: what the database reports.
    mutating func next() async throws -> LaneChunk? {
        while !isAtEnd, making.count <= Self.width {
            let seals = try await LaneChunk.seals(of: lane, behind: last, from: engine)
            guard let newest = seals.last else {
                isAtEnd = true
                break
            }
            making.append(
                Task { [last, engine, queries] in
                    try await LaneChunk.read(seals, behind: last, from: engine, queries: queries)
                })
            last = newest
        }
        return making.isEmpty ? nil : try await making.removeFirst().value
    }

    /// Nothing of it goes on when the database is closed.
    mutating func end() async {
        for task in making {
            task.cancel()
            _ = await task.result
        }
        making = []
    }
}
