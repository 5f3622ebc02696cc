package import Access
package import FHIR

/// Which versions a history shows, newest first. FHIR R4 §3.1.0.11
package struct HistoryAsk: Sendable {
    /// nil: all types.
    package var type: String?
    /// nil: all resources of the type.
    package var id: String?
    /// Only versions that came to be at this moment or later; milliseconds since 1970.
    package var since: Int64?
    /// Only versions that were current at some time within; milliseconds since 1970, the end apart.
    package var at: Range<Int64>?
    /// Behind this version of a resource, which the page before ended with.
    package var after: Place?
    package var limit: Int

    package struct Place: Sendable {
        package let updated: Int64
        package let type: String
        package let id: String
        package let version: Int

        package init(updated: Int64, type: String, id: String, version: Int) {
            self.updated = updated
            self.type = type
            self.id = id
            self.version = version
        }
    }

    package init(type: String? = nil, id: String? = nil, limit: Int) {
        self.type = type
        self.id = id
        self.limit = limit
    }
}

extension Reader {
    /// Versions of resources, newest first; of one moment in the order of type, id and version, so that a caller cannot
    /// tell from the order what is hidden.
    /// - Returns: up to the limit; deletions are among them.
    /// - Throws: ``RecordsFailure/notFound(type:id:)`` for one resource that never was or is hidden, and what the
    ///   database reports.
    package func history(_ ask: HistoryAsk) throws -> [StoredText] {
        if let type = ask.type, let id = ask.id {
            guard let current = try text(type, id) else {
                throw RecordsFailure.notFound(type: type, id: id)
            }
            return try shown(versions(of: current, ask))
        }
        var found: [StoredText] = []
        for name in ask.type.map({ [$0] }) ?? types.names {
            found += try page(ofType: name, ask)
        }
        found.sort(by: Self.isNewer)
        found.removeLast(max(0, found.count - ask.limit))
        for version in found {
            looked.note(version)
        }
        return try shown(found)
    }

    private static func isNewer(_ left: StoredText, _ right: StoredText) -> Bool {
        guard left.updated == right.updated else {
            return left.updated > right.updated
        }
        return (left.type, left.id) == (right.type, right.id)
            ? left.version > right.version : (left.type, left.id) < (right.type, right.id)
    }

    private func versions(of current: StoredText, _ ask: HistoryAsk) throws -> [StoredText] {
        var all = [current]
        try connection.rows(
            """
            SELECT version, updated, deleted, body FROM history WHERE rid = $1 AND version < $2
            ORDER BY version DESC LIMIT $3
            """,
            [
                .integer(current.rid), .integer(Int64(ask.at == nil ? ask.after?.version ?? Int.max : Int.max)),
                // One more than is shown: the version above tells how long one was current.
                .integer(Int64(ask.at == nil ? ask.limit + 1 : 10_000)),
            ]
        ) { row in
            let body = row.bytes(3)
            all.append(
                StoredText(
                    type: current.type, id: current.id, version: Int(row.integer(0) ?? 0), updated: row.integer(1) ?? 0,
                    body: body ?? [], isDeleted: row.integer(2) == 1 || body == nil, rid: current.rid,
                    person: current.person))
        }
        var shown: [StoredText] = []
        var end = Int64.max
        for version in all {
            let lasted = version.updated..<max(end, version.updated)
            end = version.updated
            if let after = ask.after, version.version >= after.version {
                continue
            }
            if let since = ask.since, version.updated < since {
                continue
            }
            if let at = ask.at,
                lasted.isEmpty || !(lasted.lowerBound < at.upperBound && at.lowerBound < lasted.upperBound)
            {
                continue
            }
            shown.append(version)
        }
        return Array(shown.prefix(ask.limit))
    }

    /// The newest versions of a type: those that stand and those that stood, each in the order of their index.
    private func page(ofType name: String, _ ask: HistoryAsk) throws -> [StoredText] {
        guard let number = types.number(of: name) else {
            return []
        }
        var found: [StoredText] = []
        for isPast in [false, true] {
            var values: [SQLValue] = [.integer(Int64(number))]
            func bind(_ value: SQLValue) -> String {
                values.append(value)
                return "$\(values.count)"
            }
            guard let condition = reach.condition(.read, type: name, alias: "r", bind: bind) else {
                return []
            }
            // Whoever is narrow goes from the people of the panel to their versions: along the versions of all, the time
            // would grow with what is hidden. The plus keeps SQLite from doing so for the sake of the order.
            let isWhole = reach.isOfEveryone(.read, name)
            let version = isPast ? "h" : isWhole ? "r" : "+r"
            var clauses = ["r.type = $1", "r.version > 0", condition]
            if let since = ask.since {
                clauses.append("\(version).updated >= \(bind(.integer(since)))")
            }
            if let after = ask.after {
                clauses.append(Self.behind(after, type: name, version: version, bind: bind))
            }
            if let at = ask.at {
                clauses.append("\(version).updated < \(bind(.integer(at.upperBound)))")
                if isPast {
                    let low = bind(.integer(at.lowerBound))
                    clauses.append(
                        """
                        (CASE WHEN r.version = h.version + 1 THEN r.updated ELSE
                        (SELECT n.updated FROM history n WHERE n.rid = h.rid AND n.version = h.version + 1) END) > \(low)
                        """)
                }
            }
            let past = isWhole ? "history h JOIN resource r ON TRUE" : "resource r CROSS JOIN history h"
            if isPast {
                clauses.append("h.rid = r.rid")
            }
            let filter = clauses.joined(separator: " AND ")
            let from = isPast ? past : "resource r"
            let columns =
                isPast
                ? "r.rid, r.type, r.id, r.person, h.version, h.updated, h.deleted, h.body, r.labels"
                : StoredText.columns("r")
            let limit = bind(.integer(Int64(ask.limit)))
            try connection.rows(
                """
                SELECT \(columns) FROM \(from) WHERE \(filter)
                ORDER BY \(version).updated DESC, r.id, \(version).version DESC LIMIT \(limit)
                """, values
            ) { row in
                if let text = StoredText(row, types: types) {
                    found.append(text)
                }
            }
        }
        return found
    }

    /// Of the moment at which the page before ended, the types before its last are done and those behind it are not.
    private static func behind(
        _ place: HistoryAsk.Place, type: String, version: String, bind: (SQLValue) -> String
    ) -> String {
        let moment = bind(.integer(place.updated))
        guard type == place.type else {
            return "\(version).updated \(type < place.type ? "<" : "<=") \(moment)"
        }
        let id = bind(.text(place.id))
        let number = bind(.integer(Int64(place.version)))
        return """
            \(version).updated <= \(moment) AND (\(version).updated < \(moment) OR r.id > \(id)
            OR (r.id = \(id) AND \(version).version < \(number)))
            """
    }
}
