import Synchronization

/// Long texts that return in many index rows (systems, canonical addresses, sources), each kept once as a small number.
/// What is known here is on file; on PostgreSQL other processes make words too, so what is not known is asked for.
final class WordTable: Sendable {
    private struct State {
        var numbers: [String: Int64] = [:]
        /// Made by the transaction that stands open, which may still be undone.
        var fresh: [String] = []
    }

    private let state = Mutex(State())
    private let counters: Counters

    init(counters: Counters) {
        self.counters = counters
    }

    func load(from connection: any Connection) throws {
        var numbers: [String: Int64] = [:]
        try connection.rows("SELECT id, text FROM word") { row in
            if let id = row.integer(0), let text = row.text(1) {
                numbers[text] = id
            }
        }
        let all = numbers
        state.withLock { $0 = State(numbers: all) }
    }

    /// To be called when a writing transaction begins.
    func open() {
        state.withLock { $0.fresh = [] }
    }

    /// A point to come back to with ``forget(from:)``.
    var mark: Int { state.withLock { $0.fresh.count } }

    /// To be called when what came after a mark was undone.
    func forget(from mark: Int = 0) {
        state.withLock { state in
            for text in state.fresh.dropFirst(mark) {
                state.numbers[text] = nil
            }
            state.fresh.removeLast(max(0, state.fresh.count - mark))
        }
    }

    /// nil when no stored row can hold it.
    func find(_ text: String, on connection: any Connection) throws -> Int64? {
        if text.isEmpty {
            return 0
        }
        let text = IndexText.kept(text)
        if let known = state.withLock({ $0.numbers[text] }) {
            return known
        }
        guard connection.kind == .postgres else {
            return nil
        }
        let found = try connection.first("SELECT id FROM word WHERE text = $1", [.text(text)]) { $0.integer(0) }
        if let found {
            state.withLock { $0.numbers[text] = found }
        }
        return found
    }

    /// Only on the writing connection.
    func number(of text: String, on connection: any Connection) throws -> Int64 {
        if let known = try find(text, on: connection) {
            return known
        }
        let text = IndexText.kept(text)
        let id = try counters.nextWord(on: connection)
        try connection.send("INSERT INTO word VALUES ($1, $2)", [.integer(id), .text(text)])
        state.withLock { state in
            state.numbers[text] = id
            state.fresh.append(text)
        }
        return id
    }
}
