import FHIR

/// Computes the rows of the projections for persons whose resources changed.
struct ProjectionRefresh {
    let projections: [any Projection]
    let types: TypeTable

    /// Computes the rows of people anew, in the tables that a change concerns.
    /// - Parameters:
    ///   - persons: the `rid` of each Patient to compute anew.
    ///   - changed: the types that changed, or nil for all.
    ///   - asOf: milliseconds since 1970.
    ///   - connection: the one that writes.
    /// - Throws: what the database reports.
    func run(_ persons: Set<Int64>, changed: Set<String>?, asOf: Int64, on connection: any Connection) throws {
        let concerned = projections.filter { projection in
            changed.map { !projection.reads.isDisjoint(with: $0) } ?? true
        }
        guard !concerned.isEmpty else {
            return
        }
        let wanted = concerned.reduce(into: Set<String>()) { $0.formUnion($1.reads) }
        for person in persons.sorted() where person != 0 {
            guard let record = try types.person(person, of: wanted, on: connection) else {
                continue
            }
            for projection in concerned {
                try replace(
                    rows: projection.rows(of: record, asOf: asOf), of: projection, person, record.id, connection)
            }
        }
    }

    private func replace(
        rows: [ProjectionRow], of projection: any Projection, _ person: Int64, _ id: String,
        _ connection: any Connection
    ) throws {
        for table in projection.tables {
            try connection.send("DELETE FROM \(table.name) WHERE person = $1", [.integer(person)])
            let places = (1...table.columns.count + 3).map { "$\($0)" }.joined(separator: ", ")
            let insert = try connection.prepare("INSERT INTO \(table.name) VALUES (\(places))")
            for (slot, row) in rows.lazy.filter({ $0.table == table.name }).enumerated() {
                insert.bind(all: [.integer(person), .integer(Int64(slot)), .text(id)] + row.values)
                try insert.send()
            }
        }
    }
}
