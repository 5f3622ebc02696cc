import Access
import FHIR

/// Computes the rows of the projections for persons whose resources changed.
struct ProjectionRefresh {
    let projections: [any Projection]
    let types: TypeTable
    /// What may be hidden from those who read lists.
    let hidden: Set<LabelMask>

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
                try replace(projection, of: record, person, asOf, connection)
            }
        }
    }

    /// Of whom something is labelled the rows are made once for each set of labels that somebody does not see: from the
    /// records that are left, so that what is hidden is in no figure either.
    private func replace(
        _ projection: any Projection, of record: PersonRecord, _ person: Int64, _ asOf: Int64,
        _ connection: any Connection
    ) throws {
        let labels = record.labels(of: projection.reads)
        let views = labels.isEmpty ? [.none] : Set(hidden.map { $0.intersection(labels) }).union([.none])
        for table in projection.tables {
            try connection.send("DELETE FROM \(table.name) WHERE person = $1", [.integer(person)])
        }
        for view in views.sorted(by: { $0.bits < $1.bits }) {
            let rows = projection.rows(of: record.without(view), asOf: asOf)
            for table in projection.tables {
                let places = (1...table.columns.count + 5).map { "$\($0)" }.joined(separator: ", ")
                let insert = try connection.prepare("INSERT INTO \(table.name) VALUES (\(places))")
                for (slot, row) in rows.lazy.filter({ $0.table == table.name }).enumerated() {
                    insert.bind(
                        all: [
                            .integer(person), .integer(view.bits), .integer(Int64(slot)), .integer(labels.bits),
                            .text(record.id),
                        ] + row.values)
                    try insert.send()
                }
            }
        }
    }
}
