import FHIR

/// Puts index rows into their tables and takes them out again. Rows are found by recomputing them from the body, so that
/// no index by resource is needed.
struct IndexStore {
    let words: WordTable
    let connection: any Connection
    private let token: [any PreparedStatement]
    private let string: [any PreparedStatement]
    private let uri: [any PreparedStatement]
    private let date: [any PreparedStatement]
    private let reference: [any PreparedStatement]
    private let quantity: [any PreparedStatement]
    private let number: [any PreparedStatement]
    private let composite: [any PreparedStatement]

    init(words: WordTable, connection: any Connection) throws {
        self.words = words
        self.connection = connection
        func pair(_ table: String, _ columns: [String]) throws -> [any PreparedStatement] {
            let names = columns.joined(separator: ", ")
            let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            let match = columns.enumerated().map { "\($1) = $\($0 + 1)" }.joined(separator: " AND ")
            return [
                try connection.prepare("INSERT INTO \(table) (\(names)) VALUES (\(places)) ON CONFLICT DO NOTHING"),
                try connection.prepare("DELETE FROM \(table) WHERE \(match)"),
            ]
        }
        token = try pair("index_token", ["parameter", "code", "system", "rid"])
        string = try pair("index_string", ["parameter", "value", "exact", "rid"])
        uri = try pair("index_uri", ["parameter", "value", "rid"])
        date = try pair("index_date", ["parameter", "low", "high", "rid"])
        reference = try pair("index_reference", ["parameter", "target", "rid"])
        quantity = try pair("index_quantity", ["parameter", "low", "high", "code", "system", "unit", "rid"])
        number = try pair("index_number", ["parameter", "low", "high", "rid"])
        composite = try pair(
            "index_composite", ["parameter", "code", "system", "low", "high", "text", "more", "rid"])
    }

    /// Notes rows of a batch that ``insert(gathered:)`` then puts in; the target gives the `rid` of a place that a
    /// reference points to.
    func gather(
        _ rows: [IndexRow], rid: Int64, into gathered: GatheredRows,
        target: (_ type: String, _ id: String) throws -> Int64
    ) throws {
        for row in rows {
            let parameter = Int64(row.parameter)
            switch row.value {
            case .token(let system, let code):
                let system = try system.map { try words.number(of: $0, on: connection) } ?? 0
                gathered.tokens.append(.init(parameter: parameter, text: IndexText.kept(code), more: system, rid: rid))
            case .string(let value, let exact):
                gathered.strings.append(
                    .init(parameter: parameter, text: IndexText.kept(value), more: exact, rid: rid))
            case .uri(let value):
                let word = try words.number(of: value, on: connection)
                gathered.uris.append(.init(parameter: parameter, first: word, second: 0, rid: rid))
            case .date(let low, let high):
                gathered.dates.append(.init(parameter: parameter, first: low, second: high, rid: rid))
            case .reference(let type, let id):
                gathered.references.append(
                    .init(parameter: parameter, first: try target(type, id), second: 0, rid: rid))
            case .url(let address):
                gathered.references.append(
                    .init(parameter: parameter, first: try target("", address), second: 0, rid: rid))
            case .quantity, .number, .together:
                gathered.others.append((row, rid, try link(of: row, target: target)))
            }
        }
    }

    /// Puts the rows of a batch in, each table in the order of its key: neighbours go to the same page.
    func insert(gathered: GatheredRows) throws {
        gathered.sort()
        guard connection.kind == .sqlite else {
            try bulkInsert(gathered)
            return
        }
        for row in gathered.tokens {
            try put(row, by: token[0])
        }
        for row in gathered.strings {
            try put(row, by: string[0])
        }
        for row in gathered.uris {
            try put(row, hasSecond: false, by: uri[0])
        }
        for row in gathered.dates {
            try put(row, hasSecond: true, by: date[0])
        }
        for row in gathered.references {
            try put(row, hasSecond: false, by: reference[0])
        }
        for (row, rid, link) in gathered.others {
            try apply([row], rid: rid, kind: 0) { _, _ in link }
        }
    }

    private func link(of row: IndexRow, target: (_ type: String, _ id: String) throws -> Int64) throws -> Int64 {
        guard case .together(let together) = row.value, case .place(let type, let id) = together.link else {
            return 0
        }
        return try target(type, id)
    }

    private func put(_ row: GatheredRows.Text, by statement: any PreparedStatement) throws {
        statement.bind(1, row.parameter)
        statement.bind(2, row.text)
        statement.bind(3, row.more)
        statement.bind(4, row.rid)
        try statement.run()
    }

    private func put(_ row: GatheredRows.Numbers, hasSecond: Bool, by statement: any PreparedStatement) throws {
        statement.bind(1, row.parameter)
        statement.bind(2, row.first)
        if hasSecond {
            statement.bind(3, row.second)
        }
        statement.bind(hasSecond ? 4 : 3, row.rid)
        try statement.run()
    }

    /// Puts the index rows of a resource into their tables; the target gives the `rid` of a place that a reference
    /// points to.
    func insert(_ rows: [IndexRow], rid: Int64, target: (_ type: String, _ id: String) throws -> Int64) throws {
        guard connection.kind == .sqlite else {
            let gathered = GatheredRows()
            try gather(rows, rid: rid, into: gathered, target: target)
            try insert(gathered: gathered)
            return
        }
        try apply(rows, rid: rid, kind: 0, target: target)
    }

    func remove(_ rows: [IndexRow], rid: Int64, target: (_ type: String, _ id: String) throws -> Int64) throws {
        try apply(rows, rid: rid, kind: 1, target: target)
    }

    private func apply(
        _ rows: [IndexRow], rid: Int64, kind: Int, target: (_ type: String, _ id: String) throws -> Int64
    ) throws {
        for row in rows {
            let statement: any PreparedStatement
            let last: Int
            switch row.value {
            case .token(let system, let code):
                statement = token[kind]
                statement.bind(2, IndexText.kept(code))
                statement.bind(3, try system.map { try words.number(of: $0, on: connection) } ?? 0)
                last = 4
            case .string(let value, let exact):
                statement = string[kind]
                statement.bind(2, IndexText.kept(value))
                statement.bind(3, exact)
                last = 4
            case .uri(let value):
                statement = uri[kind]
                statement.bind(2, try words.number(of: value, on: connection))
                last = 3
            case .date(let low, let high):
                statement = date[kind]
                statement.bind(2, low)
                statement.bind(3, high)
                last = 4
            case .reference(let type, let id):
                statement = reference[kind]
                statement.bind(2, try target(type, id))
                last = 3
            case .url(let address):
                statement = reference[kind]
                statement.bind(2, try target("", address))
                last = 3
            case .quantity(let low, let high, let system, let code, let unit):
                statement = quantity[kind]
                statement.bind(2, low)
                statement.bind(3, high)
                statement.bind(4, IndexText.kept(code ?? ""))
                statement.bind(5, try system.map { try words.number(of: $0, on: connection) } ?? 0)
                statement.bind(6, IndexText.kept(unit ?? ""))
                last = 7
            case .together(let row):
                statement = composite[kind]
                statement.bind(2, IndexText.kept(row.code))
                statement.bind(3, try row.system.map { try words.number(of: $0, on: connection) } ?? 0)
                statement.bind(4, row.low)
                statement.bind(5, row.high)
                statement.bind(6, IndexText.kept(row.text))
                switch row.link {
                case .none: statement.bind(7, Int64(0))
                case .word(let word): statement.bind(7, try words.number(of: word, on: connection))
                case .place(let type, let id): statement.bind(7, try target(type, id))
                }
                last = 8
            case .number(let low, let high):
                statement = number[kind]
                statement.bind(2, low)
                statement.bind(3, high)
                last = 4
            }
            statement.bind(1, Int64(row.parameter))
            statement.bind(last, rid)
            try statement.send()
        }
    }
}
