import CLibPQ

/// What a statement gave, freed with the last who holds it. Values come in PostgreSQL's binary form.
final class PostgresResult {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQclear(pointer)
    }

    var count: Int32 { PQntuples(pointer) }

    /// How many rows a statement changed.
    var changed: Int { Int(String(cString: PQcmdTuples(pointer))) ?? 0 }

    var failure: EngineFailure {
        let code = PQresultErrorField(pointer, 67).map { String(cString: $0) } ?? "XX000"
        // The detail would name values; the primary message does not.
        let message = PQresultErrorField(pointer, 77).map { String(cString: $0) } ?? "PostgreSQL gave no reason."
        return .database(code: code, message: message)
    }

    func rows(_ each: (any SQLRow) throws -> Void) throws {
        var row = PostgresRow(result: self, row: 0)
        for position in 0..<count {
            row.row = position
            try each(row)
        }
    }
}

/// One row of a result. The types are the few that the tables have, and what counting and comparing gives.
struct PostgresRow: SQLRow {
    let result: PostgresResult
    var row: Int32

    private enum Kind {
        static let bool: Oid = 16
        static let bytes: Oid = 17
        static let int8: Oid = 20
        static let int2: Oid = 21
        static let int4: Oid = 23
        static let float4: Oid = 700
        static let float8: Oid = 701
        static let numeric: Oid = 1700
    }

    private func raw(_ column: Int) -> UnsafeRawBufferPointer? {
        let column = Int32(truncatingIfNeeded: column)
        guard PQgetisnull(result.pointer, row, column) == 0, let start = PQgetvalue(result.pointer, row, column) else {
            return nil
        }
        return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result.pointer, row, column)))
    }

    private func kind(_ column: Int) -> Oid { PQftype(result.pointer, Int32(truncatingIfNeeded: column)) }

    func integer(_ column: Int) -> Int64? {
        guard let raw = raw(column) else {
            return nil
        }
        switch kind(column) {
        case Kind.int8: return Int64(bitPattern: Self.big(raw, UInt64.self))
        case Kind.int4: return Int64(Int32(bitPattern: Self.big(raw, UInt32.self)))
        case Kind.int2: return Int64(Int16(bitPattern: Self.big(raw, UInt16.self)))
        case Kind.bool: return raw.first == 1 ? 1 : 0
        case Kind.float8, Kind.float4, Kind.numeric: return real(column).flatMap { Int64(exactly: $0.rounded()) }
        default: return nil
        }
    }

    func real(_ column: Int) -> Double? {
        guard let raw = raw(column) else {
            return nil
        }
        switch kind(column) {
        case Kind.float8: return Double(bitPattern: Self.big(raw, UInt64.self))
        case Kind.float4: return Double(Float(bitPattern: Self.big(raw, UInt32.self)))
        case Kind.numeric: return Self.numeric(raw)
        default: return integer(column).map(Double.init)
        }
    }

    func text(_ column: Int) -> String? {
        raw(column).map { String(decoding: $0, as: UTF8.self) }
    }

    func bytes(_ column: Int) -> [UInt8]? {
        raw(column).map(Array.init)
    }

    func append(text column: Int, to bytes: inout [UInt8]) {
        if let raw = raw(column) {
            bytes.append(contentsOf: raw)
        }
    }

    func value(_ column: Int) -> SQLValue {
        guard let raw = raw(column) else {
            return .null
        }
        switch kind(column) {
        case Kind.int8, Kind.int4, Kind.int2, Kind.bool: return integer(column).map { .integer($0) } ?? .null
        case Kind.float8, Kind.float4, Kind.numeric: return real(column).map { .real($0) } ?? .null
        case Kind.bytes: return .blob(Array(raw))
        default: return .text(String(decoding: raw, as: UTF8.self))
        }
    }

    private static func big<Number: FixedWidthInteger>(_ raw: UnsafeRawBufferPointer, _: Number.Type) -> Number {
        guard raw.count >= MemoryLayout<Number>.size else {
            return 0
        }
        return Number(bigEndian: raw.loadUnaligned(as: Number.self))
    }

    /// What `sum` gives: groups of four digits behind a head of four numbers.
    private static func numeric(_ raw: UnsafeRawBufferPointer) -> Double? {
        func number(_ place: Int) -> UInt16 {
            raw.count >= place + 2 ? UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt16.self)) : 0
        }
        var power = Int(Int16(bitPattern: number(2)))
        let sign = number(4)
        guard sign == 0 || sign == 0x4000 else {
            return nil
        }
        var value = 0.0
        for group in 0..<Int(number(0)) {
            var part = Double(number(8 + 2 * group))
            for _ in 0..<abs(power) {
                part = power > 0 ? part * 10_000 : part / 10_000
            }
            value += part
            power -= 1
        }
        return sign == 0 ? value : -value
    }
}
