import CLibPQ

/// Gathers rows, by row for COPY or by column for arrays; both write a value behind its length.
private final class PostgresRowWriter: RowWriter {
    private(set) var columns: [[UInt8]]
    private(set) var kinds: [Oid]
    private(set) var holdsNull: [Bool]
    var failure: EngineFailure?
    var column = 0
    private let byRow: Bool

    init(columns: Int, byRow: Bool) {
        self.byRow = byRow
        self.columns = Array(repeating: [], count: byRow ? 1 : columns)
        kinds = Array(repeating: 0, count: columns)
        holdsNull = Array(repeating: false, count: columns)
    }

    /// A row begins; COPY wants to know how many columns it has.
    func begin() {
        column = 0
        if byRow {
            columns[0].append(big: UInt16(truncatingIfNeeded: kinds.count))
        }
    }

    func take() -> [UInt8] {
        defer { columns[0].removeAll(keepingCapacity: true) }
        return columns[0]
    }

    private func put(_ kind: Oid, _ length: UInt32, _ append: (inout [UInt8]) -> Void) {
        let place = byRow ? 0 : column
        kinds[column] = kind
        columns[place].append(big: length)
        append(&columns[place])
        column += 1
    }

    func add(_ value: Int64) {
        put(PostgresValues.int8, 8) { $0.append(big: UInt64(bitPattern: value)) }
    }

    func add(_ value: Double) {
        put(PostgresValues.float8, 8) { $0.append(big: value.bitPattern) }
    }

    func add(_ value: String) {
        put(PostgresValues.text, UInt32(truncatingIfNeeded: value.utf8.count)) { buffer in
            do {
                try buffer.append(utf8: value)
            } catch {
                failure = .nulInText
            }
        }
    }

    func add(_ value: [UInt8]?) {
        guard let value else {
            holdsNull[column] = true
            put(PostgresValues.bytes, .max) { _ in }
            return
        }
        put(PostgresValues.bytes, UInt32(truncatingIfNeeded: value.count)) { $0.append(contentsOf: value) }
    }
}

extension PostgresConnection {
    /// Below this many rows one statement with arrays costs less than leaving the pipeline for COPY.
    private static let leastForCopy = 400

    func insert(
        into table: String, columns: [String], count: Int, _ row: (Int, any RowWriter) throws -> Void
    ) throws {
        guard count > 0 else {
            return
        }
        if count < Self.leastForCopy {
            try insertArrays(into: table, columns: columns, count: count, row)
        } else {
            try copy(into: table, columns: columns, count: count, row)
        }
    }

    private func insertArrays(
        into table: String, columns: [String], count: Int, _ row: (Int, any RowWriter) throws -> Void
    ) throws {
        let writer = PostgresRowWriter(columns: columns.count, byRow: false)
        for position in 0..<count {
            writer.begin()
            try row(position, writer)
        }
        if let failure = writer.failure {
            throw failure
        }
        var values = PostgresValues()
        for (place, column) in writer.columns.enumerated() {
            values.add(array: column, of: writer.kinds[place], count: count, holdsNull: writer.holdsNull[place])
        }
        let places = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let names = columns.joined(separator: ", ")
        // An index row that an older program left behind is as good as the new one; other rows must not be there.
        let doubles = table.hasPrefix("index_") ? " ON CONFLICT DO NOTHING" : ""
        try send("INSERT INTO \(table) (\(names)) SELECT * FROM unnest(\(places))" + doubles, ready: values)
    }

    private func copy(
        into table: String, columns: [String], count: Int, _ row: (Int, any RowWriter) throws -> Void
    ) throws {
        try settle()
        try outsideOfThePipeline {
            let names = columns.joined(separator: ", ")
            try answered("COPY \(table) (\(names)) FROM STDIN (FORMAT binary)", PGRES_COPY_IN)
            var failure: (any Error)?
            do {
                try put(Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0])
                let writer = PostgresRowWriter(columns: columns.count, byRow: true)
                for position in 0..<count {
                    writer.begin()
                    try row(position, writer)
                    if let failure = writer.failure {
                        throw failure
                    }
                    if writer.columns[0].count > 128 << 10 {
                        try put(writer.take())
                    }
                }
                try put(writer.take() + [0xFF, 0xFF])
            } catch {
                failure = error
            }
            PQputCopyEnd(handle, failure == nil ? nil : "stopped")
            while let result = PQgetResult(handle).map(PostgresResult.init) {
                if failure == nil {
                    do {
                        try good(result, PGRES_COMMAND_OK)
                    } catch {
                        failure = error
                    }
                }
            }
            if let failure {
                throw failure
            }
        }
    }

    private func answered(_ sql: String, _ wanted: ExecStatusType) throws {
        guard let result = PQexec(handle, sql).map(PostgresResult.init) else {
            lose()
            throw EngineFailure.connectionLost
        }
        try good(result, wanted)
    }

    private func put(_ bytes: [UInt8]) throws {
        let sent = bytes.withUnsafeBytes {
            PQputCopyData(
                handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(truncatingIfNeeded: $0.count))
        }
        guard sent == 1 else {
            lose()
            throw EngineFailure.connectionLost
        }
    }
}
