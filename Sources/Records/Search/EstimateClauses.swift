/// Finds out which clause is the rarest by counting each up to a limit: statistics that a database keeps by itself are
/// missing or old when they are needed.
struct EstimateClauses {
    let connection: any Connection
    var limit = 1_000

    /// Few are counted first: what is rare shows at once, and then the others need no long count.
    private static let short = 64

    func run(_ clauses: [Clause]) throws -> [Clause] {
        let short = min(Self.short, limit)
        var first = try count(clauses, to: short) { !$0.isDear }
        if first.contains(where: { $0.estimate.count < short }) {
            return first
        }
        if first.contains(where: { $0.isDear && $0.source != nil }) {
            first = try count(first, to: short) { $0.isDear }
        }
        if limit <= Self.short || first.contains(where: { $0.estimate.count < Self.short }) {
            return first
        }
        return try count(first, to: limit) { _ in true }
    }

    private func count(_ clauses: [Clause], to limit: Int, where isCounted: (Clause) -> Bool) throws -> [Clause] {
        var clauses = clauses
        let parts = clauses.enumerated().compactMap { index, clause -> SQLText? in
            guard isCounted(clause) else {
                return nil
            }
            return clause.source.map { source in
                """
                SELECT \(index) AS part, count(*), min(e.rid), max(e.rid) FROM (
                SELECT s.rid AS rid FROM (\(source)) s LIMIT \(limit)) e
                """
            }
        }
        guard !parts.isEmpty else {
            return clauses
        }
        var spans: [Int: Double] = [:]
        try connection.each(.joined(parts, by: " UNION ALL ")) { row in
            guard let index = row.integer(0).map(Int.init), clauses.indices.contains(index),
                let count = row.integer(1).map(Int.init)
            else {
                return
            }
            clauses[index].estimate = .init(count: count, likely: Double(count))
            if count >= limit {
                spans[index] = Double((row.integer(3) ?? 0) - (row.integer(2) ?? 0) + 1)
            }
        }
        guard !spans.isEmpty, spans.count == parts.count else {
            // What is certain is rarer than what was not counted to its end.
            for index in spans.keys {
                clauses[index].estimate.likely = .greatestFiniteMagnitude
            }
            return clauses
        }
        let whole = Double(try connection.first("SELECT max(rid) FROM resource") { $0.integer(0) } ?? 1)
        for (index, span) in spans {
            let counted = Double(clauses[index].estimate.count)
            // A posting is in the order of rid: how far the counted rows reach tells how close together they are.
            clauses[index].estimate.likely =
                clauses[index].postings.count == 1 ? counted * max(1, whole / span) : max(counted, whole / 20)
        }
        return clauses
    }
}
