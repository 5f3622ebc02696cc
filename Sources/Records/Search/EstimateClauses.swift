/// Finds out which clause is the rarest by counting each up to a limit: statistics that a database keeps by itself are
/// missing or old when they are needed.
struct EstimateClauses {
    let connection: any Connection
    var limit = 1_000

    /// Few are counted first: what is rare shows at once, and then the others need no long count.
    private static let short = 64

    func run(_ clauses: [Clause]) throws -> [Clause] {
        let first = try count(clauses, to: min(Self.short, limit))
        if limit <= Self.short || first.contains(where: { $0.estimate.count < Self.short }) {
            return first
        }
        return try count(first, to: limit)
    }

    private func count(_ clauses: [Clause], to limit: Int) throws -> [Clause] {
        var clauses = clauses
        let parts = clauses.enumerated().compactMap { index, clause -> SQLText? in
            clause.source.map { source in
                """
                SELECT \(index) AS part, count(*), min(e.rid), max(e.rid) FROM (
                SELECT s.rid AS rid FROM (\(source)) s LIMIT \(limit)) e
                """
            }
        }
        guard !parts.isEmpty else {
            return clauses
        }
        let whole = Double(try connection.first("SELECT max(rid) FROM resource") { $0.integer(0) } ?? 1)
        try connection.each(.joined(parts, by: " UNION ALL ")) { row in
            guard let index = row.integer(0).map(Int.init), clauses.indices.contains(index),
                let count = row.integer(1).map(Int.init)
            else {
                return
            }
            var likely = Double(count)
            if count >= limit {
                // A posting is in the order of rid: how far the counted rows reach tells how close together they are.
                let span = Double((row.integer(3) ?? 0) - (row.integer(2) ?? 0) + 1)
                likely = clauses[index].postings.count == 1 ? likely * max(1, whole / span) : max(likely, whole / 20)
            }
            clauses[index].estimate = .init(count: count, likely: likely)
        }
        return clauses
    }
}
