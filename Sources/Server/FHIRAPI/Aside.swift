import Dispatch

/// Work that keeps a core busy, away from the threads on which everybody's requests take turns.
enum Aside {
    /// Runs the body on a thread of its own.
    static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try body() })
            }
        }
    }

    /// Runs the body here when it is about so few bytes that changing the thread costs more.
    static func run<T: Sendable>(ifLarge bytes: Int, _ body: @escaping @Sendable () throws -> T) async throws -> T {
        bytes < 1 << 16 ? try body() : try await run(body)
    }
}
