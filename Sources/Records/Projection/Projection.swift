import Access
package import FHIR

/// Rows that pages read instead of documents. They are derived: a pure function of one person's current resources and of
/// the time, computed again in the transaction that changes one of them, and by `almoner reindex`.
package protocol Projection: Sendable {
    var tables: [ProjectionTable] { get }
    /// The resource types whose change makes the rows stale, and which ``rows(of:asOf:)`` is given.
    var reads: Set<String> { get }
    /// Whether a resource of a type in ``reads`` can matter to the rows, told from its text without parsing it. What does
    /// not is neither given nor makes the rows stale.
    func concerns(_ type: String, _ body: [UInt8]) -> Bool
    /// Whether the rows judge people: then they are made without the records of which no score may be made.
    var isScore: Bool { get }
    /// The rows of one person, from the current resources of the types in ``reads``, at a time in milliseconds since
    /// 1970. Rows hold due times, never time left.
    func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow]
}

extension Projection {
    package func concerns(_ type: String, _ body: [UInt8]) -> Bool { true }
    package var isScore: Bool { false }
}

/// All that is stored of one person, of some types.
package struct PersonRecord: Sendable {
    /// The id of the Patient.
    package let id: String
    private let byType: [String: [Resource]]

    package init(id: String, resources: [Resource]) {
        self.id = id
        byType = Dictionary(grouping: resources, by: \.type)
    }

    /// In the order in which they came to be stored.
    package func all(_ type: String) -> [Resource] { byType[type] ?? [] }

    /// All of it, type by type.
    package var everything: [Resource] { byType.keys.sorted().flatMap { byType[$0] ?? [] } }

    /// The labels of all of them.
    func labels(of types: Set<String>) -> LabelMask {
        byType.reduce(.none) { found, entry in
            types.contains(entry.key) ? entry.value.reduce(found) { $0.union(LabelMask(bits: $1.labels)) } : found
        }
    }

    /// The record as it is to whom these labels are hidden.
    func without(_ hidden: LabelMask) -> PersonRecord {
        hidden.isEmpty
            ? self
            : PersonRecord(
                id: id, resources: byType.values.flatMap { $0.filter { $0.labels & hidden.bits == 0 } })
    }

    /// nil when resources name a Patient that is not on file.
    package var patient: Resource? { byType["Patient"]?.first }
}

/// One row of a table of a projection, in the order of its columns, without the leading person.
package struct ProjectionRow: Sendable, Equatable {
    package let table: String
    package let values: [SQLValue]

    package init(_ table: String, _ values: [SQLValue]) {
        self.table = table
        self.values = values
    }
}

/// A table of a projection. Its first columns are always the person, what is hidden in the row, its place among the person's
/// rows, the labels of the records that it could be made of, and the id of the Patient.
package struct ProjectionTable: Sendable {
    package enum Kind: String, Sendable {
        case integer = "BIGINT"
        case real = "DOUBLE PRECISION"
        case text = "TEXT"
    }

    package let name: String
    package let columns: [(name: String, kind: Kind)]
    /// The orders that pages ask for, each a list of columns.
    package let indexes: [[String]]

    package init(_ name: String, columns: KeyValuePairs<String, Kind>, indexes: [[String]] = []) {
        self.name = name
        self.columns = columns.map { ($0.key, $0.value) }
        self.indexes = indexes
    }

    func create(on connection: any Connection) throws {
        let list = columns.map { "\($0.name) \($0.kind.rawValue)" }.joined(separator: ", ")
        try connection.run(
            script: Schema.adapted(
                """
                CREATE TABLE \(name) (person BIGINT NOT NULL, hidden BIGINT NOT NULL, slot BIGINT NOT NULL,
                    labels BIGINT NOT NULL, person_id TEXT NOT NULL, \(list),
                    PRIMARY KEY (person, hidden, slot)) {clustered}
                """, for: connection.kind))
        for (number, index) in indexes.enumerated() {
            let columns = (index + ["person", "slot"]).joined(separator: ", ")
            var place = "\(name)_by_" + index.joined(separator: "_")
            if connection.kind == .postgres, place.utf8.count > 63 {
                // Longer names would be cut, and two of them be taken for one.
                place = "\(name)_by_\(number)"
            }
            try connection.run(
                script: "CREATE INDEX IF NOT EXISTS \(place) ON \(name) (\(columns))")
        }
    }
}
