import CLibPQ
import Foundation

/// One connection to PostgreSQL, always in pipeline mode, used on one thread at a time. What is sent waits in a queue;
/// ``settle()`` sends it off and reads the answers in their order.
final class PostgresConnection: Connection {
    typealias Handler = (PostgresResult) throws -> Void

    private enum Entry {
        case prepare(PostgresPrepared.Variant)
        case statement(Handler?)
        case sync
    }

    let kind = EngineKind.postgres
    let handle: OpaquePointer
    private var queue: [Entry] = []
    private var statements: [String: PostgresPrepared] = [:]
    private var names = 0
    /// Sent in front of the first statement: a transaction that asks nothing costs nothing.
    private var opening: String?
    private var isCommitting = false
    /// What a read leaves behind, kept before its answer.
    private var notes: [Note] = []

    private struct Note {
        let rows: [AuditRow]
        /// Told what became of them; false when nobody knows.
        let done: (_ isCertain: Bool) -> Void
    }

    private(set) var isLost = false
    private static let mostStatements = 600

    init(_ handle: OpaquePointer) {
        self.handle = handle
        PQenterPipelineMode(handle)
    }

    deinit {
        PQfinish(handle)
    }

    func prepare(_ sql: String) throws -> any PreparedStatement {
        prepared(sql)
    }

    private func prepared(_ sql: String) -> PostgresPrepared {
        if let known = statements[sql] {
            return known
        }
        let fresh = PostgresPrepared(sql, on: self)
        statements[sql] = fresh
        return fresh
    }

    func freshName() -> String {
        names += 1
        return "s\(names)"
    }

    func queue(
        _ variant: PostgresPrepared.Variant, of statement: PostgresPrepared, _ values: PostgresValues,
        _ handler: Handler?
    ) throws {
        if let begin = opening {
            opening = nil
            try send(begin)
        }
        if !variant.isPrepared {
            let sent = variant.kinds.withUnsafeBufferPointer {
                PQsendPrepare(handle, variant.name, statement.sql, Int32(truncatingIfNeeded: $0.count), $0.baseAddress)
            }
            try accepted(sent)
            variant.isPrepared = true
            queue.append(.prepare(variant))
        }
        let sent = values.pass { count, places, lengths, formats in
            PQsendQueryPrepared(handle, variant.name, count, places, lengths, formats, 1)
        }
        try accepted(sent)
        queue.append(.statement(handler))
    }

    private func accepted(_ sent: Int32) throws {
        guard sent == 1 else {
            lose()
            throw EngineFailure.connectionLost
        }
    }

    /// The connection is of no more use. Its thread makes another.
    func lose() {
        isLost = true
        queue = []
    }

    // MARK: Waiting

    func settle() throws {
        guard !queue.isEmpty else {
            return
        }
        try sync()
        try drain()
    }

    private func sync() throws {
        try accepted(PQpipelineSync(handle))
        queue.append(.sync)
    }

    /// Reads all answers that are outstanding.
    private func drain() throws {
        var first: (any Error)?
        let entries = queue
        queue = []
        for entry in entries {
            guard let result = PQgetResult(handle).map(PostgresResult.init) else {
                lose()
                break
            }
            let status = PQresultStatus(result.pointer)
            switch (entry, status) {
            case (.sync, PGRES_PIPELINE_SYNC):
                continue
            case (.statement(let handler), PGRES_COMMAND_OK), (.statement(let handler), PGRES_TUPLES_OK):
                do {
                    try handler?(result)
                } catch {
                    first = first ?? error
                }
            case (.prepare, PGRES_COMMAND_OK):
                break
            default:
                if case .prepare(let variant) = entry {
                    variant.isPrepared = false
                }
                if status != PGRES_PIPELINE_ABORTED {
                    first = first ?? result.failure
                    note(result.failure)
                }
            }
            // A statement's answer ends with nothing; a sync's does not.
            while let more = PQgetResult(handle) {
                PQclear(more)
            }
            if PQstatus(handle) == CONNECTION_BAD {
                lose()
                break
            }
        }
        if isLost {
            throw isCommitting ? EngineFailure.outcomeUnknown : .connectionLost
        }
        if let first {
            throw first
        }
    }

    /// Reasons after which the connection, or the server behind it, is not the right one any more.
    private func note(_ failure: EngineFailure) {
        if case .database(let code, _) = failure, code.hasPrefix("57P0") || code.hasPrefix("08") || code == "25006" {
            lose()
        }
    }

    // MARK: Asking

    func ask(_ sql: String, _ values: [SQLValue], _ each: @escaping (any SQLRow) throws -> Void) throws {
        let statement = prepared(sql)
        statement.bind(all: values)
        try statement.queue { try $0.rows(each) }
    }

    /// Puts a statement in the pipeline whose values are in their binary form already.
    func send(_ sql: String, ready values: PostgresValues) throws {
        try prepared(sql).queue(values, nil)
    }

    func pipelined(_ sql: String, _ bindings: [[SQLValue]], _ each: (Int, any SQLRow) throws -> Void) throws {
        guard !bindings.isEmpty else {
            return
        }
        let statement = prepared(sql)
        try withoutActuallyEscaping(each) { each in
            do {
                for (position, values) in bindings.enumerated() {
                    statement.bind(all: values)
                    try statement.queue { result in try result.rows { try each(position, $0) } }
                }
            } catch {
                // What was queued holds the closure, which ends with this call.
                try? settle()
                throw error
            }
            try settle()
        }
    }

    func run(script: String) throws {
        try settle()
        if let begin = opening {
            opening = nil
            try run(begin)
        }
        try outsideOfThePipeline {
            guard let result = PQexec(handle, script).map(PostgresResult.init) else {
                lose()
                throw EngineFailure.connectionLost
            }
            try good(result, PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY)
        }
    }

    /// Some things libpq does only one at a time. Everything sent must have been settled.
    func outsideOfThePipeline(_ body: () throws -> Void) throws {
        PQexitPipelineMode(handle)
        defer { PQenterPipelineMode(handle) }
        try body()
    }

    func good(_ result: PostgresResult, _ wanted: ExecStatusType...) throws {
        guard wanted.contains(PQresultStatus(result.pointer)) else {
            note(result.failure)
            if PQstatus(handle) == CONNECTION_BAD {
                lose()
            }
            throw isLost ? EngineFailure.connectionLost : result.failure
        }
    }

    // MARK: Transactions

    /// Reads on one stable view. The view begins with the first question and is let go without waiting for the answer,
    /// unless the read leaves notes: they are committed behind it, in the same round trip.
    func reading<T>(_ body: (any Connection) throws -> T) throws -> T {
        try settleEarlier()
        opening = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        do {
            let answer = try body(self)
            try endReading()
            return answer
        } catch {
            forgetNotes(isCertain: !isLost)
            if !isLost {
                try? endReading()
            }
            throw error
        }
    }

    private func endReading() throws {
        if opening == nil {
            try send("COMMIT")
        }
        opening = nil
        if notes.isEmpty {
            if !queue.isEmpty {
                try sync()
            }
        } else {
            try AuditLog.insert(notes.flatMap(\.rows), on: self)
            try settle()
            forgetNotes(isCertain: true)
        }
    }

    private func forgetNotes(isCertain: Bool) {
        for note in notes {
            note.done(isCertain)
        }
        notes = []
    }

    func note(_ rows: [AuditRow], _ done: @escaping (_ isCertain: Bool) -> Void) {
        notes.append(Note(rows: rows, done: done))
    }

    /// What the last one left behind. An error of it is nobody's any more, unless the connection is gone.
    func settleEarlier() throws {
        if !queue.isEmpty {
            try drain()
        }
        if statements.count > Self.mostStatements {
            statements = [:]
            try run(script: "DEALLOCATE ALL")
        }
    }

    func begin() throws {
        try settleEarlier()
        // Each statement sees what was committed before it: the lock is waited for first, then the world is looked at.
        try send("BEGIN ISOLATION LEVEL READ COMMITTED")
        try send("SELECT pg_advisory_xact_lock(\(PostgresLocks.writer), hashtext(current_schema()))")
    }

    func commit() throws {
        var isDone = false
        let statement = prepared("COMMIT")
        try statement.queue { isDone = String(cString: PQcmdStatus($0.pointer)) == "COMMIT" }
        isCommitting = true
        defer { isCommitting = false }
        try settle()
        guard isDone else {
            // PostgreSQL answers the commit of a transaction that has failed with a polite rollback.
            throw EngineFailure.database(code: "25P02", message: "The transaction had failed before.")
        }
    }
}

/// Numbers that tell the product's advisory locks apart; the second half is the schema.
enum PostgresLocks {
    static let writer = 7_301_001
}
