import FHIR

extension SearchPlan {
    /// The next matches in their order.
    func run(from start: Start, limit: Int) throws -> [Found] {
        switch way {
        case .gather(let source):
            if sort.isEmpty, followsArrival {
                return try gathered(source, start, limit)
            }
            let (join, on) = beside
            return try read(
                sorted("FROM (SELECT DISTINCT s.rid AS rid FROM (\(source)) s) d \(join)", on: on, start, limit))
        case .stream(let postings): return try read(stream(postings, start, limit))
        case .walk:
            if sort.isEmpty, followsArrival, connection.kind == .postgres {
                return try read(arrival(start, limit))
            }
            return try read(sorted("FROM resource r", on: "1 = 1", start, limit))
        case .walkValues(let table, let column, let parameter):
            return try walkValues(table, column, parameter, start, limit)
        }
    }

    /// How many match.
    func count() throws -> Int {
        if case .stream(let postings) = way, postings.count == 1, let posting = postings.first, probes.isEmpty {
            // Index rows stand only for what is on file.
            return try number("SELECT count(*) FROM \(posting.table) d WHERE \(posting.key.of("d"))")
        }
        let from: SQLText
        let (join, on) = beside
        switch way {
        case .gather(let source):
            from = "FROM (SELECT DISTINCT s.rid AS rid FROM (\(source)) s) d \(join) WHERE \(on) AND"
        case .stream(let postings):
            let source = SQLText.joined(
                postings.map { "SELECT k.rid AS rid FROM \($0.table) k WHERE \($0.key.of("k"))" }, by: " UNION ")
            from = "FROM (\(source)) d \(join) WHERE \(on) AND"
        case .walk, .walkValues: from = "FROM resource r WHERE"
        }
        return try number("SELECT count(*) \(from) \(standing)")
    }

    private func number(_ statement: SQLText) throws -> Int {
        var found = 0
        try connection.each(statement) { found = $0.integer(0).map(Int.init) ?? 0 }
        return found
    }

    /// The row `r` of each candidate `d`.
    private var beside: (join: SQLText, condition: SQLText) {
        connection.kind.beside("resource", "r", on: "@.rid = d.rid")
    }

    /// That the row `r` is on file and satisfies what has not been asked yet.
    private var standing: SQLText { "r.type = \(type) AND \(asked)" }

    private var asked: SQLText {
        let asked = probes.map { $0.probe(.init(rid: "r.rid", row: "r")) }
        return .joined(["r.version > 0", "r.deleted = 0"] + asked, by: " AND ")
    }

    // MARK: In the order of arrival

    /// Candidates by their numbers alone, and only as many of their rows as the page needs: a source may give hundreds for
    /// the twenty that are shown.
    private func gathered(_ source: SQLText, _ start: Start, _ limit: Int) throws -> [Found] {
        var last = SQLValue.integer(0)
        if case .after(_, let tie) = start {
            last = tie
        }
        var found: [Found] = []
        // What has nothing more to satisfy stands, but for what was removed.
        var size = probes.isEmpty ? limit : limit * 4
        while found.count < limit {
            var rids: [Int64] = []
            try connection.each(
                """
                SELECT DISTINCT s.rid AS rid FROM (\(source)) s WHERE s.rid > \(last) ORDER BY rid LIMIT \(size)
                """
            ) { row in
                if let rid = row.integer(0) {
                    rids.append(rid)
                }
            }
            for chunk in rids.chunks(of: TextsByKey.mostAtOnce) where found.count < limit {
                found += try read(
                    """
                    SELECT r.rid AS rid, r.id AS id FROM resource r WHERE r.rid IN (\(TextsByKey.list(chunk)))
                    AND \(standing) ORDER BY r.rid LIMIT \(limit - found.count)
                    """)
            }
            guard rids.count == size, let rid = rids.last else {
                break
            }
            last = .integer(rid)
            size *= 4
        }
        return found
    }

    private func stream(_ postings: [Clause.Posting], _ start: Start, _ limit: Int) -> SQLText {
        var after: SQLText = ""
        if case .after(_, let tie) = start {
            after = " AND d.rid > \(tie)"
        }
        let each = postings.map { posting -> SQLText in
            """
            SELECT r.rid AS rid, r.id AS id FROM \(posting.table) d \(beside.join)
            WHERE \(posting.key.of("d"))\(after) AND \(beside.condition) AND \(standing) ORDER BY d.rid LIMIT \(limit)
            """
        }
        guard each.count > 1 else {
            return each.first ?? "SELECT rid, id FROM resource WHERE 1 = 0"
        }
        let parts = each.enumerated().map { "SELECT * FROM (\($1)) m\(String($0))" as SQLText }
        return "SELECT rid, id FROM (\(SQLText.joined(parts, by: " UNION "))) u ORDER BY rid LIMIT \(limit)"
    }

    /// All of a type on PostgreSQL: compared as a pair, so that only the index of type and rid gives the order. Walking the
    /// primary key instead would pass through all that lies between two of the type.
    private func arrival(_ start: Start, _ limit: Int) -> SQLText {
        var after = SQLValue.integer(0)
        if case .after(_, let tie) = start {
            after = tie
        }
        return """
            SELECT w.rid AS rid, w.id AS id FROM (SELECT r.* FROM resource r WHERE (r.type, r.rid) > (\(type), \(after))
            AND (r.type, r.rid) < (\(type + 1), 0) AND \(asked) ORDER BY r.type, r.rid LIMIT \(limit)) w
            """
    }

    // MARK: Sorted

    private func sorted(_ from: SQLText, on joined: SQLText, _ start: Start, _ limit: Int) -> SQLText {
        let keys = sort.enumerated().map { ", \($1.value) AS k\(String($0))" as SQLText }
        let tie = "\(tie)\(tieDescends ? " DESC" : "")"
        if sort.allSatisfy(\.isOwn) {
            // Columns of the row itself: an index gives the order, and the walk stops at the limit.
            let order = sort.map { "\($0.value.text)\($0.direction)" } + ["r.\(tie)"]
            return """
                SELECT r.rid AS rid, r.id AS id\(SQLText.joined(keys, by: "")) \(from) WHERE \(joined) AND \(standing)
                AND \(after(start, sort.map(\.value), "r.")) ORDER BY \(order.joined(separator: ", ")) LIMIT \(limit)
                """
        }
        let order = sort.indices.map { "k\($0)\(sort[$0].direction) NULLS LAST" } + [tie]
        return """
            SELECT * FROM (SELECT r.rid AS rid, r.id AS id\(SQLText.joined(keys, by: "")) \(from)
            WHERE \(joined) AND \(standing)) q
            WHERE \(after(start, sort.indices.map { SQLText(stringLiteral: "k\($0)") }, ""))
            ORDER BY \(order.joined(separator: ", ")) LIMIT \(limit)
            """
    }

    /// Keyset condition: what comes after the keys, nulls last in either direction.
    private func after(_ start: Start, _ names: [SQLText], _ prefix: String) -> SQLText {
        let values: [SQLValue]
        let last: SQLText
        switch start {
        case .beginning: return "1 = 1"
        case .after(let keys, let tie):
            values = keys
            last = "\(prefix)\(self.tie) \(tieDescends ? "<" : ">") \(tie)"
        case .at(let keys, let including):
            values = keys
            last = including ? "1 = 1" : "1 = 0"
        }
        var condition = last
        for (index, value) in values.enumerated().reversed() where index < names.count {
            let name = names[index]
            if case .null = value {
                condition = "(\(name) IS NULL AND \(condition))"
            } else {
                let beyond = sort[index].isDescending ? "<" : ">"
                let missing: SQLText = sort[index].isOwn ? "" : " OR \(name) IS NULL"
                condition = "(\(name) \(beyond) \(value)\(missing) OR (\(name) = \(value) AND \(condition)))"
            }
        }
        // A bound that an index can use.
        if let value = values.first, value != .null, let name = names.first, sort[0].isOwn {
            condition = "\(name) \(sort[0].isDescending ? "<=" : ">=") \(value) AND \(condition)"
        }
        return condition
    }

    // MARK: Along the values of a sort key

    private func walkValues(
        _ table: String, _ column: String, _ parameter: Int, _ start: Start, _ limit: Int
    ) throws -> [Found] {
        let isDown = sort[0].isDescending
        let first: SQLValue? =
            switch start {
            case .beginning: nil
            case .after(let keys, _), .at(let keys, _): keys.first
            }
        let others = sort.dropFirst()
        let keys = SQLText.joined(others.enumerated().map { ", \($1.value) AS k\(String($0 + 1))" }, by: "")
        let order =
            others.enumerated().map { ", k\($0 + 1)\($1.direction) NULLS LAST" }.joined()
            + ", r.\(tie)\(tieDescends ? " DESC" : "")"
        var found: [Found] = []
        if first != .null {
            let rest = ["index_date": "high", "index_string": "exact", "index_token": "system"][table] ?? "rid"
            let beyond = isDown ? ">" : "<"
            var bound: SQLText = ""
            if let first {
                let names = ["d.\(column)"] + others.map(\.value)
                bound = " AND d.\(column) \(isDown ? "<=" : ">=") \(first) AND \(after(start, names, "r."))"
            }
            // A resource with several values stands at the one that comes first.
            found = try read(
                """
                SELECT r.rid AS rid, r.id AS id, d.\(column) AS k0\(keys) FROM \(table) d \(beside.join)
                WHERE d.parameter = \(parameter)\(bound) AND \(beside.condition) AND \(standing)
                AND NOT EXISTS (SELECT 1 FROM \(table) o WHERE o.rid = d.rid AND o.parameter = \(parameter)
                AND (o.\(column) \(beyond) d.\(column) OR (o.\(column) = d.\(column) AND o.\(rest) < d.\(rest))))
                ORDER BY d.\(column)\(isDown ? " DESC" : "")\(order) LIMIT \(limit)
                """)
        }
        guard found.count < limit else {
            return found
        }
        var bound: SQLText = ""
        if first == .null {
            bound = " AND \(after(start, ["NULL"] + others.map(\.value), "r."))"
        }
        let bit = Int64(bitPattern: 1 << UInt64(parameter % SearchParameter.second))
        // A code may have a text and no code: then the bit is set, and the rows decide.
        let none: SQLText =
            table == "index_token"
            ? "NOT EXISTS (SELECT 1 FROM index_token o WHERE o.rid = r.rid AND o.parameter = \(parameter))"
            : "(r.present & \(bit)) = 0"
        return try found
            + read(
                """
                SELECT r.rid AS rid, r.id AS id, NULL AS k0\(keys) FROM resource r WHERE \(standing)
                AND \(none)\(bound) ORDER BY \(String(order.dropFirst(2))) LIMIT \(limit - found.count)
                """)
    }

    private func read(_ statement: SQLText) throws -> [Found] {
        var found: [Found] = []
        try connection.each(statement) { row in
            if let rid = row.integer(0), let id = row.text(1) {
                found.append(
                    Found(rid: rid, id: id, type: type, keys: sort.indices.map { row.value($0 + 2) }))
            }
        }
        return found
    }
}
