import Dispatch

/// One connection and the thread that it is used on: libpq blocks, and the cooperative threads must not.
/// `@unchecked`: the link is only touched on the queue.
final class PostgresLane: @unchecked Sendable {
    private let link: PostgresLink
    private let queue: DispatchQueue

    /// - Parameters:
    ///   - link: the connection; nobody else may use it.
    ///   - name: names the thread.
    init(_ link: sending PostgresLink, name: String) {
        self.link = link
        queue = DispatchQueue(label: "records.\(name)")
    }

    func perform<T: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            queue.async {
                continuation.resume(with: Result { try body(self.link.connected()) })
            }
        }
    }

    func close() {
        queue.sync { link.close() }
    }
}
