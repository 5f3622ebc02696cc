import Synchronization

/// Long texts that return in many index rows (systems, canonical addresses, sources), each kept once as a small number.
final class WordTable: Sendable {
    private struct State {
        var numbers: [String: Int64] = [:]
        var next: Int64 = 1
        /// A transaction was undone that may have held words.
        var isDoubtful = false
    }

    private let state = Mutex(State())

    func load(from connection: any Connection) throws {
        var fresh = State()
        try connection.rows("SELECT id, text FROM word") { row in
            if let id = row.integer(0), let text = row.text(1) {
                fresh.numbers[text] = id
                fresh.next = max(fresh.next, id + 1)
            }
        }
        state.withLock { $0 = fresh }
    }

    /// To be called when a transaction was undone.
    func doubt() {
        state.withLock { $0.isDoubtful = true }
    }

    /// To be called on the writing connection before words are made.
    func settle(on connection: any Connection) throws {
        if state.withLock({ $0.isDoubtful }) {
            try load(from: connection)
        }
    }

    /// nil when no stored row can hold it.
    func number(of text: String) -> Int64? {
        text.isEmpty ? 0 : state.withLock { $0.numbers[text] }
    }

    /// Only on the writing connection.
    func number(of text: String, on connection: any Connection) throws -> Int64 {
        if let known = number(of: text) {
            return known
        }
        let id = state.withLock { state in
            let id = state.next
            state.next += 1
            state.numbers[text] = id
            return id
        }
        try connection.run("INSERT INTO word VALUES ($1, $2)", [.integer(id), .text(text)])
        return id
    }
}
