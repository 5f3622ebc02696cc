package import Access
package import FHIR

/// A look at the records inside one stable view. What it shows of whom is noted for the audit.
package struct Reader {
    let connection: any Connection
    let caller: Caller
    let policy: Policy
    let types: TypeTable
    package let definitions: Definitions
    let words: WordTable
    let looked: Looked

    /// The persons whose records were shown, and the single resource when there was but one.
    final class Looked {
        var persons: Set<Int64> = []
        private(set) var single: (rid: Int64, version: Int64)?
        private var count = 0

        func note(_ found: StoredText) {
            if found.person != 0 {
                persons.insert(found.person)
            }
            count += single?.rid == found.rid ? 0 : 1
            single = count == 1 ? (found.rid, Int64(found.version)) : nil
        }

        /// The audit of the look: a row for each person, one row when none was shown.
        func rows(
            by caller: Caller, at now: Int64, for purpose: String, asking query: String, succeeded: Bool = true
        ) -> [AuditRow] {
            (persons.isEmpty ? [0] : persons.sorted()).map { person in
                AuditLog.row(
                    .read, by: caller, at: now, person: person, rid: single?.rid ?? 0, version: single?.version ?? 0,
                    succeeded: succeeded, detail: purpose, query: query)
            }
        }
    }

    /// The same reader, noting somewhere else what it shows.
    func noting(in looked: Looked) -> Reader {
        Reader(
            connection: connection, caller: caller, policy: policy, types: types, definitions: definitions,
            words: words,
            looked: looked)
    }

    /// The same reader without what no score may be made of.
    package var forScores: Reader {
        var caller = caller
        caller.hidden = caller.hidden.union(policy.labels.unscored)
        return Reader(
            connection: connection, caller: caller, policy: policy, types: types, definitions: definitions,
            words: words, looked: looked)
    }

    /// Reads as somebody else would, for what depends on what they see; what it reads is shown to nobody.
    /// - Parameter caller: whose reach it has.
    /// - Returns: a reader of the same view that notes nothing for the audit.
    package func seeing(as caller: Caller) -> Reader {
        Reader(
            connection: connection, caller: caller, policy: policy, types: types, definitions: definitions,
            words: words, looked: Looked())
    }

    /// The caller's reach as conditions of SQL.
    var reach: ReachFilter {
        ReachFilter(
            caller: caller, policy: policy, types: types, definitions: definitions, words: words, connection: connection
        )
    }

    /// The reach as it stands in statements, for measuring what making it costs.
    package func reachText(_ action: Action, on type: String) -> String? {
        var place = 0
        return reach.condition(action, type: type, alias: "r") { _ in
            place += 1
            return "$\(place)"
        }
    }

    /// - Returns: nil when it does not exist, was deleted, or is hidden from the caller.
    package func find(_ type: String, _ id: String) throws -> Resource? {
        guard let text = try text(type, id), !text.isDeleted else {
            return nil
        }
        return Resource(
            type: type, id: id, version: text.version, updated: text.updated, document: try text.document(),
            rid: text.rid, person: text.person, labels: text.labels)
    }

    /// - Throws: ``RecordsFailure/notFound(type:id:)`` also when it is hidden: the two look the same.
    package func get(_ type: String, _ id: String) throws -> Resource {
        guard let found = try find(type, id) else {
            throw RecordsFailure.notFound(type: type, id: id)
        }
        return found
    }

    /// What a reference such as `Patient/17` points to.
    package func find(reference: String?) throws -> Resource? {
        guard let reference, let slash = reference.firstIndex(of: "/") else {
            return nil
        }
        return try find(String(reference[..<slash]), String(reference[reference.index(after: slash)...]))
    }

    /// A person's current resources of some types.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``
    package func person(_ id: String, _ wanted: Set<String>) throws -> PersonRecord {
        let patient = try get("Patient", id)
        // The Patient itself was asked for above; types that are open in the same way are asked for in one round trip.
        var resources = wanted.contains("Patient") ? [] : [patient]
        let open = Dictionary(grouping: wanted.sorted()) { policy.reach(of: caller, for: .read, on: $0) }
        var one = OnePerson(patient.rid, in: reach)
        for names in open.values.sorted(by: { $0[0] < $1[0] }) {
            let numbers = names.compactMap(types.number(of:)).map { Int64($0) }
            var bound: [SQLValue] = []
            let condition = try one.condition(.read, type: names[0], alias: "resource") { value in
                bound.append(value)
                return "$\(bound.count + 2)"
            }
            guard let condition else {
                continue
            }
            try connection.pipelined(
                """
                SELECT \(Stored.columns) FROM resource
                WHERE person = $1 AND type = $2 AND person <> 0 AND deleted = 0 AND version > 0 AND \(condition)
                ORDER BY rid
                """, numbers.map { [.integer(patient.rid), .integer($0)] + bound }
            ) { _, row in
                if let resource = try Stored.resource(row, types: types) {
                    resources.append(resource)
                }
            }
        }
        try connection.settle()
        return PersonRecord(id: id, resources: try shown(resources))
    }

    /// Every version of a resource, newest first.
    package func history(_ type: String, _ id: String) throws -> [Resource] {
        let current = try get(type, id)
        var versions = [current]
        try connection.rows(
            "SELECT version, updated, body FROM history WHERE rid = $1 AND body IS NOT NULL ORDER BY version DESC",
            [.integer(current.rid)]
        ) { row in
            if let version = row.integer(0), let updated = row.integer(1), let body = row.bytes(2) {
                versions.append(
                    Resource(
                        type: type, id: id, version: Int(version), updated: updated, document: try JSONDocument(body),
                        rid: current.rid, person: current.person))
            }
        }
        return try shown(versions)
    }

    /// Current resources that match, in the order in which they came to be stored.
    package func search(_ query: Query) throws -> [Resource] {
        let asked = try query.sql(types: types, definitions: definitions, words: words, connection: connection) {
            reach.condition(
                .search, type: query.type, alias: "resource", touching: query.parameters(definitions), bind: $0)
        }
        guard let (sql, values) = asked else {
            return []
        }
        var found: [Resource] = []
        try connection.rows(sql, values) { row in
            if let resource = try Stored.resource(row, types: types) {
                found.append(resource)
            }
        }
        for resource in found where resource.person != 0 {
            looked.persons.insert(resource.person)
        }
        return try shown(found, for: .search)
    }

    /// Rows of a projection for a page. Callers who may not see people get none.
    package func rows(_ query: RowQuery, _ columns: [String]) throws -> [FoundRow] {
        let asked = query.sql(columns: columns) { reach.listCondition(query, bind: $0) }
        guard let (sql, values) = asked else {
            return []
        }
        let places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
        var found: [FoundRow] = []
        try connection.rows(sql, values) { row in
            found.append(
                FoundRow(
                    person: row.text(0) ?? "", rid: row.integer(1) ?? 0, slot: row.integer(2) ?? 0, columns: places,
                    values: columns.indices.map { row.value($0 + 3) }))
        }
        looked.persons.formUnion(found.map(\.rid))
        return found
    }

    /// How many rows match, counted up to the query's limit.
    package func count(_ query: RowQuery) throws -> Int {
        let asked = query.sql(columns: [], counting: true) { reach.listCondition(query, bind: $0) }
        guard let (sql, values) = asked else {
            return 0
        }
        return Int(try connection.first(sql, values) { $0.integer(0) } ?? 0)
    }

    /// Counts the rows that have the same values in some columns, up to the query's limit of different ones. Nobody is looked
    /// at by it: it tells numbers, as ``count(_:)`` does.
    package func tally(_ query: RowQuery, by columns: [String]) throws -> [Tally] {
        let asked = query.sql(columns: columns, grouping: true) { reach.listCondition(query, bind: $0) }
        guard let (sql, values) = asked else {
            return []
        }
        var found: [Tally] = []
        try connection.rows(sql, values) { row in
            found.append(
                Tally(
                    values: columns.indices.map { row.value($0) },
                    count: Int(row.integer(columns.count) ?? 0)))
        }
        return found
    }

    /// Calls the body with the text of every current resource of a type that the caller reaches, by id. They are read in
    /// chunks of one view, so that no more than a chunk is in memory, whatever the engine.
    package func each(_ type: String, _ body: (StoredText) throws -> Void) throws {
        guard let number = types.number(of: type) else {
            return
        }
        var last = ""
        while true {
            var values: [SQLValue] = [.integer(Int64(number)), .text(last)]
            let condition = reach.condition(.search, type: type, alias: "r") { value in
                values.append(value)
                return "$\(values.count)"
            }
            guard let condition else {
                return
            }
            var count = 0
            // What is shown in part is asked for once more, which cannot be done while rows come in.
            let isPartly = reach.closesSome(.search, type)
            var held: [StoredText] = []
            try connection.rows(
                """
                SELECT \(StoredText.columns("r")) FROM resource r WHERE r.type = $1 AND r.id > $2
                AND r.deleted = 0 AND r.version > 0 AND \(condition) ORDER BY r.id LIMIT \(Self.chunk)
                """, values
            ) { row in
                if let text = StoredText(row, types: types) {
                    last = text.id
                    count += 1
                    if isPartly {
                        held.append(text)
                    } else {
                        try body(text)
                    }
                }
            }
            for text in try shown(held, for: .search) {
                try body(text)
            }
            guard count == Self.chunk else {
                return
            }
        }
    }

    private static let chunk = 500
}
