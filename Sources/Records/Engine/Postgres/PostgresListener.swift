import CLibPQ
import Foundation
import Glibc
import Synchronization

/// Hears from PostgreSQL that a process has stored something, on a thread and a connection of its own.
final class PostgresListener: Sendable {
    private enum Stage {
        case idle
        case running
        case stopped
    }

    private let address: PostgresAddress
    private let heard: @Sendable () -> Void
    private let stage = Mutex(Stage.idle)
    /// The same in the statement that tells: a channel a schema.
    static let channel = "'almoner_' || abs(hashtext(current_schema())::bigint)"

    init(_ address: PostgresAddress, heard: @escaping @Sendable () -> Void) {
        self.address = address
        self.heard = heard
    }

    /// Begins to listen; a second call changes nothing.
    func start() {
        let isFirst = stage.withLock { stage in
            guard stage == .idle else {
                return false
            }
            stage = .running
            return true
        }
        guard isFirst else {
            return
        }
        let thread = Thread { [self] in
            while isRunning {
                listen()
                // What was said meanwhile is not heard any more.
                heard()
                Thread.sleep(forTimeInterval: 1)
            }
        }
        thread.name = "listener"
        thread.start()
    }

    func stop() {
        stage.withLock { $0 = .stopped }
    }

    private var isRunning: Bool { stage.withLock { $0 == .running } }

    /// Until the connection is lost.
    private func listen() {
        let begin = "DO $do$ BEGIN EXECUTE 'LISTEN ' || quote_ident(\(Self.channel)); END $do$"
        guard let handle = try? address.open(begin) else {
            return
        }
        defer { PQfinish(handle) }
        heard()
        while isRunning {
            var socket = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
            // The pause is short enough for the thread to end with the process's other work.
            guard poll(&socket, 1, 500) > 0 else {
                continue
            }
            guard PQconsumeInput(handle) == 1 else {
                return
            }
            var isTold = false
            while let notice = PQnotifies(handle) {
                PQfreemem(notice)
                isTold = true
            }
            if isTold {
                heard()
            }
        }
    }
}
