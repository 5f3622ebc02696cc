import Synchronization

/// Tells those who wait that something was stored: they sleep until there is work.
final class News: Sendable {
    private struct State {
        var next = 0
        var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    func signal() {
        for listener in state.withLock({ Array($0.listeners.values) }) {
            listener.yield()
        }
    }

    /// Gives an element at once, then whenever something was stored, and every so often even when nothing was: a word
    /// may be lost with a connection, and what failed waits for its time.
    func stream(every pause: Duration) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        let ticking = Task {
            while !Task.isCancelled {
                continuation.yield()
                try? await Task.sleep(for: pause)
            }
        }
        continuation.onTermination = { [weak self] _ in
            ticking.cancel()
            self?.state.withLock { $0.listeners[number] = nil }
        }
        return stream
    }
}

extension Records {
    /// An element at once, then whenever something was stored, by whatever process, and at least every `pause`.
    package func news(every pause: Duration) -> AsyncStream<Void> {
        listener?.start()
        return told.stream(every: pause)
    }
}
