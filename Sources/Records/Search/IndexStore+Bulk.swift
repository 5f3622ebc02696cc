import FHIR

extension IndexStore {
    /// Puts all rows of a batch in, a table in one go. A resource's own rows may repeat; those of two never meet.
    func bulkInsert(_ gathered: GatheredRows) throws {
        gathered.dropDoubles()
        func texts(_ table: String, _ columns: [String], _ rows: [GatheredRows.Text]) throws {
            try connection.insert(into: table, columns: columns, count: rows.count) { position, writer in
                let row = rows[position]
                writer.add(row.parameter)
                writer.add(row.text)
                writer.add(row.more)
                writer.add(row.rid)
            }
        }
        func numbers(_ table: String, _ columns: [String], _ rows: [GatheredRows.Numbers]) throws {
            let hasSecond = columns.count == 4
            try connection.insert(into: table, columns: columns, count: rows.count) { position, writer in
                let row = rows[position]
                writer.add(row.parameter)
                writer.add(row.first)
                if hasSecond {
                    writer.add(row.second)
                }
                writer.add(row.rid)
            }
        }
        try texts("index_token", ["parameter", "code", "system", "rid"], gathered.tokens)
        try texts("index_string", ["parameter", "value", "exact", "rid"], gathered.strings)
        try numbers("index_uri", ["parameter", "value", "rid"], gathered.uris)
        try numbers("index_date", ["parameter", "low", "high", "rid"], gathered.dates)
        try numbers("index_reference", ["parameter", "target", "rid"], gathered.references)
        try insert(others: gathered.others)
    }

    private func insert(others: [(row: IndexRow, rid: Int64, link: Int64)]) throws {
        var quantities: [[SQLValue]] = []
        var numbers: [[SQLValue]] = []
        var composites: [[SQLValue]] = []
        for (row, rid, link) in others {
            let parameter = SQLValue.integer(Int64(row.parameter))
            switch row.value {
            case .quantity(let low, let high, let system, let code, let unit):
                quantities.append([
                    parameter, .real(low), .real(high), .text(IndexText.kept(code ?? "")),
                    .integer(try word(system)), .text(IndexText.kept(unit ?? "")), .integer(rid),
                ])
            case .number(let low, let high):
                numbers.append([parameter, .real(low), .real(high), .integer(rid)])
            case .together(let row):
                var more = link
                if case .word(let text) = row.link {
                    more = try word(text)
                }
                composites.append([
                    parameter, .text(IndexText.kept(row.code)), .integer(try word(row.system)), .real(row.low),
                    .real(row.high), .text(IndexText.kept(row.text)), .integer(more), .integer(rid),
                ])
            default: continue
            }
        }
        try insert(into: "index_quantity", ["parameter", "low", "high", "code", "system", "unit", "rid"], quantities)
        try insert(into: "index_number", ["parameter", "low", "high", "rid"], numbers)
        try insert(
            into: "index_composite", ["parameter", "code", "system", "low", "high", "text", "more", "rid"], composites)
    }

    private func word(_ text: String?) throws -> Int64 {
        try text.map { try words.number(of: $0, on: connection) } ?? 0
    }

    private func insert(into table: String, _ columns: [String], _ rows: [[SQLValue]]) throws {
        var seen: Set<[SQLValue]> = []
        let rows = rows.filter { seen.insert($0).inserted }
        try connection.insert(into: table, columns: columns, count: rows.count) { position, writer in
            for value in rows[position] {
                switch value {
                case .integer(let number): writer.add(number)
                case .real(let number): writer.add(number)
                case .text(let text): writer.add(text)
                case .blob(let bytes): writer.add(bytes)
                case .null: writer.add(nil)
                }
            }
        }
    }
}
