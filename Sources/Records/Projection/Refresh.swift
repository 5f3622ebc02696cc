import Access
import FHIR

/// Computes the rows of the projections for persons whose resources changed.
struct ProjectionRefresh {
    let projections: [any Projection]
    let types: TypeTable
    /// What may be hidden from those who read lists.
    let hidden: Set<LabelMask>
    /// What no score may be made of.
    let unscored: LabelMask

    init(projections: [any Projection], types: TypeTable, policy: Policy) {
        self.projections = projections
        self.types = types
        hidden = policy.hiddenInLists
        unscored = policy.labels.unscored
    }

    /// Whether a resource can matter to what is derived.
    func concerns(_ type: String, _ body: [UInt8]) -> Bool {
        projections.contains { $0.reads.contains(type) && $0.concerns(type, body) }
    }

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
        for person in persons.sorted() where person != 0 {
            guard let record = try record(of: person, for: concerned, on: connection) else {
                continue
            }
            for projection in concerned {
                try replace(projection, of: record, person, asOf, connection)
            }
        }
    }

    private func record(
        of person: Int64, for concerned: [any Projection], on connection: any Connection
    ) throws -> PersonRecord? {
        let wanted = concerned.reduce(into: Set<String>()) { $0.formUnion($1.reads) }
        return try types.person(person, of: wanted, on: connection) { type, body in
            concerned.contains { $0.reads.contains(type) && $0.concerns(type, body) }
        }
    }

    /// Whether the rows of a person would be others now. Looking is free of locks, so that the nightly work changes what
    /// differs and nothing else.
    /// - Parameters:
    ///   - person: the `rid` of the Patient.
    ///   - tables: the projections that have one of these tables; nil for all.
    ///   - asOf: milliseconds since 1970.
    ///   - connection: one that reads.
    /// - Returns: the tables whose rows differ.
    /// - Throws: what the database reports.
    func stale(
        _ person: Int64, among tables: Set<String>?, asOf: Int64, on connection: any Connection
    ) throws -> Set<String> {
        let concerned = concerned(by: tables)
        guard let record = try record(of: person, for: concerned, on: connection) else {
            return []
        }
        var stale: Set<String> = []
        for projection in concerned {
            let made = rows(projection, of: record, asOf: asOf)
            for table in projection.tables {
                let wanted = made.filter { $0.table == table.name }.map(\.values)
                var stands: [[SQLValue]] = []
                try connection.rows(
                    "SELECT * FROM \(table.name) WHERE person = $1 ORDER BY hidden, slot", [.integer(person)]
                ) { row in stands.append((1..<table.columns.count + 5).map { row.value($0) }) }
                if wanted != stands {
                    stale.insert(table.name)
                }
            }
        }
        return stale
    }

    /// Computes the rows of people anew in some tables.
    func run(
        _ persons: Set<Int64>, tables: Set<String>, asOf: Int64, on connection: any Connection
    ) throws {
        let concerned = concerned(by: tables)
        for person in persons.sorted() {
            guard let record = try record(of: person, for: concerned, on: connection) else {
                continue
            }
            for projection in concerned {
                try replace(projection, of: record, person, asOf, connection)
            }
        }
    }

    private func concerned(by tables: Set<String>?) -> [any Projection] {
        projections.filter { projection in
            tables.map { tables in projection.tables.contains { tables.contains($0.name) } } ?? true
        }
    }

    /// Of whom something is labelled the rows are made once for each set of labels that somebody does not see: from the
    /// records that are left, so that what is hidden is in no figure either.
    /// - Returns: the values of each row with what leads them: what is hidden, the place, the labels and the Patient.
    private func rows(_ projection: any Projection, of record: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        let record = projection.isScore ? record.without(unscored) : record
        let labels = record.labels(of: projection.reads)
        let views = labels.isEmpty ? [.none] : Set(hidden.map { $0.intersection(labels) }).union([.none])
        var all: [ProjectionRow] = []
        for view in views.sorted(by: { $0.bits < $1.bits }) {
            var slots: [String: Int64] = [:]
            for row in projection.rows(of: record.without(view), asOf: asOf) {
                let slot = slots[row.table] ?? 0
                slots[row.table] = slot + 1
                let lead: [SQLValue] = [.integer(view.bits), .integer(slot), .integer(labels.bits), .text(record.id)]
                all.append(ProjectionRow(row.table, lead + row.values))
            }
        }
        return all
    }

    private func replace(
        _ projection: any Projection, of record: PersonRecord, _ person: Int64, _ asOf: Int64,
        _ connection: any Connection
    ) throws {
        for table in projection.tables {
            try connection.send("DELETE FROM \(table.name) WHERE person = $1", [.integer(person)])
        }
        let made = rows(projection, of: record, asOf: asOf)
        for table in projection.tables {
            let mine = made.filter { $0.table == table.name }
            guard !mine.isEmpty else {
                continue
            }
            let places = (1...table.columns.count + 5).map { "$\($0)" }.joined(separator: ", ")
            let insert = try connection.prepare("INSERT INTO \(table.name) VALUES (\(places))")
            for row in mine {
                insert.bind(all: [.integer(person)] + row.values)
                try insert.send()
            }
        }
    }
}
