/// A value as both databases know it.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// One row that a query gave. Columns count from 0; reading another kind than is stored gives nil.
protocol SQLRow {
    func integer(_ column: Int) -> Int64?
    func real(_ column: Int) -> Double?
    func text(_ column: Int) -> String?
    func bytes(_ column: Int) -> [UInt8]?
    func value(_ column: Int) -> SQLValue
}

/// A statement that is prepared once and run many times with other values. Parameters are `$1`, `$2`, … in the order of
/// their first appearance.
protocol PreparedStatement: AnyObject {
    func bind(_ parameter: Int, _ value: Int64)
    func bind(_ parameter: Int, _ value: Double)
    func bind(_ parameter: Int, _ value: String)
    func bind(_ parameter: Int, _ value: [UInt8])
    func bindNull(_ parameter: Int)
    /// Runs the statement and makes it ready for the next values.
    /// - Returns: how many rows it changed.
    @discardableResult func run() throws -> Int
    func rows(_ each: (any SQLRow) throws -> Void) throws
}

extension PreparedStatement {
    func bind(all values: [SQLValue]) {
        for (position, value) in values.enumerated() {
            switch value {
            case .null: bindNull(position + 1)
            case .integer(let number): bind(position + 1, number)
            case .real(let number): bind(position + 1, number)
            case .text(let text): bind(position + 1, text)
            case .blob(let bytes): bind(position + 1, bytes)
            }
        }
    }
}

/// One connection inside a transaction. The SQL is the same for every engine.
protocol Connection {
    func prepare(_ sql: String) throws -> any PreparedStatement
    func run(script: String) throws
}

extension Connection {
    @discardableResult
    func run(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        let statement = try prepare(sql)
        statement.bind(all: values)
        return try statement.run()
    }

    func rows(_ sql: String, _ values: [SQLValue] = [], _ each: (any SQLRow) throws -> Void) throws {
        let statement = try prepare(sql)
        statement.bind(all: values)
        try statement.rows(each)
    }

    func first<T>(_ sql: String, _ values: [SQLValue] = [], _ read: (any SQLRow) throws -> T?) throws -> T? {
        var result: T?
        try rows(sql, values) { row in
            if result == nil {
                result = try read(row)
            }
        }
        return result
    }
}

/// A database. Reads run side by side, each on a stable view; writes one after another in a durable transaction.
protocol Engine: Sendable {
    func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T
    /// Runs the body outside of any transaction on the one writing connection; the body begins and commits.
    func write<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T
    func close() throws
}
