package import Access
package import FHIR

/// Which of a person's records are wanted.
package struct EverythingAsk: Sendable {
    /// The id of the Patient.
    package var person: String
    /// nil: all types.
    package var types: Set<String>?
    /// Only what has changed at this moment or later; milliseconds since 1970.
    package var since: Int64?
    /// Only what happened at some time within, and what has no time of its own; milliseconds since 1970, the end apart.
    package var during: Range<Int64>?
    /// Behind this one, which the page before ended with.
    package var after: (type: String, id: String)?
    package var limit: Int

    package init(person: String, limit: Int) {
        self.person = person
        self.limit = limit
    }
}

extension Reader {
    /// A person's records: the Patient first, then type by type in the order of names, each by id.
    /// - Returns: up to the limit.
    /// - Throws: ``RecordsFailure/notFound(type:id:)`` or ``RecordsFailure/gone(type:id:)``, and what the database reports.
    package func everything(_ ask: EverythingAsk) throws -> [StoredText] {
        guard let patient = try text("Patient", ask.person) else {
            throw RecordsFailure.notFound(type: "Patient", id: ask.person)
        }
        guard !patient.isDeleted else {
            throw RecordsFailure.gone(type: "Patient", id: ask.person)
        }
        var held: [String] = []
        try connection.rows(
            "SELECT DISTINCT type FROM resource WHERE person = $1 AND person <> 0", [.integer(patient.rid)]
        ) { row in
            if let name = row.integer(0).flatMap(types.name), ask.types?.contains(name) ?? true {
                held.append(name)
            }
        }
        var found: [StoredText] = []
        for name in held.sorted(by: Self.comesBefore) where found.count < ask.limit {
            if let after = ask.after, Self.comesBefore(name, after.type) {
                continue
            }
            try add(name, of: patient.rid, ask, to: &found)
        }
        for resource in found {
            looked.note(resource)
        }
        return try shown(found)
    }

    private static func comesBefore(_ left: String, _ right: String) -> Bool {
        (left == "Patient" ? 0 : 1, left) < (right == "Patient" ? 0 : 1, right)
    }

    private func add(
        _ name: String, of person: Int64, _ ask: EverythingAsk, to found: inout [StoredText]
    ) throws {
        guard let number = types.number(of: name) else {
            return
        }
        var values: [SQLValue] = [.integer(person), .integer(Int64(number))]
        func bind(_ value: SQLValue) -> String {
            values.append(value)
            return "$\(values.count)"
        }
        // A time that is left out of a record is none by which it could be chosen.
        let moment = ask.during == nil ? nil : Self.moment(of: number, definitions)
        let condition = reach.condition(
            .read, type: name, alias: "r", touching: Set(moment.map { [$0] } ?? []), bind: bind)
        guard let condition else {
            return
        }
        var clauses = [
            "r.person = $1", "r.person <> 0", "r.type = $2", "r.deleted = 0", "r.version > 0", condition,
        ]
        if let after = ask.after, after.type == name {
            clauses.append("r.id > \(bind(.text(after.id)))")
        }
        if let since = ask.since {
            clauses.append("r.updated >= \(bind(.integer(since)))")
        }
        if let during = ask.during, let parameter = moment {
            let place = bind(.integer(Int64(parameter)))
            let end = bind(.integer(during.upperBound))
            let start = bind(.integer(during.lowerBound))
            clauses.append(
                """
                (NOT EXISTS (SELECT 1 FROM index_date d WHERE d.parameter = \(place) AND d.rid = r.rid)
                OR EXISTS (SELECT 1 FROM index_date d WHERE d.parameter = \(place) AND d.rid = r.rid
                AND d.low < \(end) AND d.high > \(start)))
                """)
        }
        let filter = clauses.joined(separator: " AND ")
        let limit = bind(.integer(Int64(ask.limit - found.count)))
        try connection.rows(
            "SELECT \(StoredText.columns("r")) FROM resource r WHERE \(filter) ORDER BY r.id LIMIT \(limit)", values
        ) { row in
            if let resource = StoredText(row, types: types) {
                found.append(resource)
            }
        }
    }

    /// The search parameter that says when a resource of a type happened, most telling first; nil for types of no time.
    private static func moment(of type: Int, _ definitions: Definitions) -> Int? {
        for code in moments {
            if let parameter = definitions.searchParameter(type, code), parameter.kind == .date {
                return parameter.number
            }
        }
        return nil
    }

    private static let moments = [
        "date", "period", "started", "effective-time", "effective", "whenhandedover", "authoredon", "authored-on",
        "authored", "occurrence", "created", "onset-date", "start-date", "sent", "identified", "datetime", "collected",
        "datewritten", "recorded", "recorded-date",
    ]
}
