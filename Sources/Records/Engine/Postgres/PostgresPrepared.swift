import CLibPQ
import Foundation

/// A statement of one connection. It is prepared when it first runs, once for each set of kinds that its values have:
/// PostgreSQL takes values in their binary form and must know what they are.
final class PostgresPrepared: PreparedStatement {
    /// Prepared for these kinds of values; 0 where a NULL left it to the server.
    final class Variant {
        let name: String
        let kinds: [Oid]
        var isPrepared = false

        init(name: String, kinds: [Oid]) {
            self.name = name
            self.kinds = kinds
        }
    }

    let sql: String
    private(set) var variants: [Variant] = []
    private var values: [SQLValue] = []
    private unowned let connection: PostgresConnection

    init(_ sql: String, on connection: PostgresConnection) {
        self.sql = sql
        self.connection = connection
    }

    func bind(_ parameter: Int, _ value: Int64) { set(parameter, .integer(value)) }
    func bind(_ parameter: Int, _ value: Double) { set(parameter, .real(value)) }
    func bind(_ parameter: Int, _ value: String) { set(parameter, .text(value)) }
    func bind(_ parameter: Int, _ value: [UInt8]) { set(parameter, .blob(value)) }
    func bindNull(_ parameter: Int) { set(parameter, .null) }

    private func set(_ parameter: Int, _ value: SQLValue) {
        while values.count < parameter {
            values.append(.null)
        }
        values[parameter - 1] = value
    }

    @discardableResult
    func run() throws -> Int {
        var changed = 0
        try queue { changed = $0.changed }
        try connection.settle()
        return changed
    }

    func send() throws {
        try queue(nil)
    }

    func rows(_ each: (any SQLRow) throws -> Void) throws {
        // The result is held until all is in: the closure may use the connection again.
        var found: PostgresResult?
        try queue { found = $0 }
        try connection.settle()
        try found?.rows(each)
    }

    /// Puts it in the pipeline.
    /// - Throws: ``EngineFailure/nulInText`` before anything is sent.
    func queue(_ handler: PostgresConnection.Handler?) throws {
        var coder = PostgresValues()
        for value in values {
            try coder.add(value)
        }
        try queue(coder, handler)
    }

    func queue(_ ready: PostgresValues, _ handler: PostgresConnection.Handler?) throws {
        try connection.queue(variant(ready.kinds), of: self, ready, handler)
    }

    private func variant(_ kinds: [Oid]) -> Variant {
        for variant in variants
        where variant.kinds.count == kinds.count && zip(variant.kinds, kinds).allSatisfy({ $1 == 0 || $0 == $1 }) {
            return variant
        }
        let fresh = Variant(name: connection.freshName(), kinds: kinds)
        variants.append(fresh)
        return fresh
    }
}

/// Values in PostgreSQL's binary form, one behind the other.
struct PostgresValues {
    static let int8: Oid = 20
    static let float8: Oid = 701
    static let text: Oid = 25
    static let bytes: Oid = 17

    private(set) var kinds: [Oid] = []
    private var buffer: [UInt8] = []
    private var starts: [Int] = []
    private var lengths: [Int32] = []

    mutating func add(_ value: SQLValue) throws(EngineFailure) {
        starts.append(buffer.count)
        switch value {
        case .null:
            kinds.append(0)
            lengths.append(-1)
            return
        case .integer(let number):
            kinds.append(Self.int8)
            buffer.append(big: UInt64(bitPattern: number))
        case .real(let number):
            kinds.append(Self.float8)
            buffer.append(big: number.bitPattern)
        case .text(let text):
            kinds.append(Self.text)
            try buffer.append(utf8: text)
        case .blob(let bytes):
            kinds.append(Self.bytes)
            buffer.append(contentsOf: bytes)
        }
        lengths.append(Int32(truncatingIfNeeded: buffer.count - starts[starts.count - 1]))
    }

    /// An array of one dimension, its elements each behind their length, as ``PostgresRowWriter`` makes them.
    mutating func add(array: [UInt8], of kind: Oid, count: Int, holdsNull: Bool) {
        starts.append(buffer.count)
        let arrays: [Oid: Oid] = [Self.int8: 1016, Self.float8: 1022, Self.text: 1009, Self.bytes: 1001]
        kinds.append(arrays[kind] ?? 0)
        buffer.append(big: UInt32(1))
        buffer.append(big: UInt32(holdsNull ? 1 : 0))
        buffer.append(big: UInt32(kind))
        buffer.append(big: UInt32(truncatingIfNeeded: count))
        buffer.append(big: UInt32(1))
        buffer.append(contentsOf: array)
        lengths.append(Int32(truncatingIfNeeded: buffer.count - starts[starts.count - 1]))
    }

    /// Calls with what libpq wants: where each value is, its length, and that all are binary.
    func pass(
        _ body: (_ count: Int32, [UnsafePointer<CChar>?], [Int32], _ formats: [Int32]) -> Int32
    ) -> Int32 {
        // One byte more, so that an empty value still has an address.
        (buffer + [0]).withUnsafeBytes { all in
            let places = zip(starts, lengths).map { start, length -> UnsafePointer<CChar>? in
                length < 0 ? nil : all.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
            }
            return body(
                Int32(truncatingIfNeeded: starts.count), places, lengths, Array(repeating: 1, count: starts.count))
        }
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(big number: Number) {
        Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
    }

    /// - Throws: ``EngineFailure/nulInText``
    mutating func append(utf8 text: String) throws(EngineFailure) {
        var text = text
        let isWhole = text.withUTF8 { utf8 -> Bool in
            guard let start = utf8.baseAddress, !utf8.isEmpty else {
                return true
            }
            append(contentsOf: utf8)
            return memchr(start, 0, utf8.count) == nil
        }
        guard isWhole else {
            throw .nulInText
        }
    }
}
