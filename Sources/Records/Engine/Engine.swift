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
    /// Appends a text's bytes without making a text of them; nothing for NULL.
    func append(text column: Int, to bytes: inout [UInt8])
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
    /// Runs the statement when nobody needs to know what came of it. PostgreSQL puts it in the pipeline: it costs no
    /// round trip, and its error comes out of the next call that waits.
    func send() throws
    func rows(_ each: (any SQLRow) throws -> Void) throws
}

extension PreparedStatement {
    func send() throws {
        try run()
    }

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

/// Takes the values of one row, column by column in their order.
protocol RowWriter: AnyObject {
    func add(_ value: Int64)
    func add(_ value: Double)
    func add(_ value: String)
    func add(_ value: [UInt8]?)
}

/// Which database a connection speaks to. Asked only where the way to do something must differ.
enum EngineKind: Sendable {
    case sqlite
    case postgres
}

/// One connection inside a transaction. The SQL is the same for every engine.
protocol Connection {
    var kind: EngineKind { get }
    func prepare(_ sql: String) throws -> any PreparedStatement
    /// Several statements without values; also what is run only once, such as the making of tables.
    func run(script: String) throws
    /// Asks without waiting: on PostgreSQL the rows come with the next call that waits, on SQLite at once. The closure
    /// must not use the connection.
    func ask(_ sql: String, _ values: [SQLValue], _ each: @escaping (any SQLRow) throws -> Void) throws
    /// Runs one statement for many values: one round trip on PostgreSQL. The closure is told which of the bindings a
    /// row belongs to, in their order, and must not use the connection.
    func pipelined(_ sql: String, _ bindings: [[SQLValue]], _ each: (Int, any SQLRow) throws -> Void) throws
    /// Puts many rows into a table, on PostgreSQL by COPY. Rows that are there already, or come twice, are an error of
    /// the caller.
    func insert(
        into table: String, columns: [String], count: Int, _ row: (Int, any RowWriter) throws -> Void) throws
    /// Waits until everything sent is done, and throws the first error of it.
    func settle() throws
    /// Begins the one transaction that may write now.
    func begin() throws
    /// Makes the transaction durable, everything sent before included.
    func commit() throws
}

extension Connection {
    @discardableResult
    func run(_ sql: String, _ values: [SQLValue] = []) throws -> Int {
        let statement = try prepare(sql)
        statement.bind(all: values)
        return try statement.run()
    }

    func send(_ sql: String, _ values: [SQLValue] = []) throws {
        let statement = try prepare(sql)
        statement.bind(all: values)
        try statement.send()
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
    var kind: EngineKind { get }
    /// Where tasks run that read often: there a read is not handed to another thread.
    var threads: any TaskExecutor { get }
    func read<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T
    /// Runs the body outside of any transaction on the one writing connection; the body begins and commits.
    func write<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T
    func close() throws
}

/// Why a database did not do what it was asked. Never holds values of a patient.
enum EngineFailure: Error, Equatable {
    /// A text with the character U+0000, which no database here keeps.
    case nulInText
    /// The connection broke; nothing of the transaction was done.
    case connectionLost
    /// The connection broke while the commit was on its way: it may or may not have been done.
    case outcomeUnknown
    /// The five characters of SQLSTATE, and the plain message.
    case database(code: String, message: String)
}
