import Dispatch
import Foundation
import Glibc
import Synchronization

/// The audit of reads on SQLite: a file that is only appended to. A read need not wait for the one writer nor for the
/// disk: its rows are with the system before the answer is sent, so that a killed process loses none, and on the disk
/// within ``syncMilliseconds``, which is what a power cut can lose. The writer moves them into the table `audit` later.
final class AuditJournal: ReadAudit {
    private struct State {
        var descriptor: Int32 = -1
        var waiting = 0
        var isSyncing = false
        var isDraining = false
    }

    static let syncMilliseconds = 100
    /// Rows that are moved into the table at a time.
    private static let mostWaiting = 4_000
    private static let longestWait: DispatchTimeInterval = .seconds(2)

    private let current: String
    private let draining: String
    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "audit journal")
    private let drain = Mutex<(@Sendable () async throws -> Void)?>(nil)

    enum Failure: Error {
        case cannotWrite
    }

    /// - Parameter folder: holds `audit.journal`.
    /// - Throws: ``Failure/cannotWrite`` when the file cannot be opened.
    init(folder: URL) throws {
        current = folder.appending(path: "audit.journal").path
        draining = folder.appending(path: "audit.journal.moving").path
        try state.withLock { $0.descriptor = try Self.open(current) }
    }

    deinit {
        let descriptor = state.withLock { $0.descriptor }
        Glibc.close(descriptor)
    }

    private static func open(_ path: String) throws -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure.cannotWrite
        }
        return descriptor
    }

    /// - Parameter work: moves the rows into the table; it is called when enough have gathered or waited for long.
    func whenGathered(_ work: @escaping @Sendable () async throws -> Void) {
        drain.withLock { $0 = work }
    }

    func keep(_ rows: [AuditRow], on connection: any Connection) throws {
        var bytes: [UInt8] = []
        for row in rows {
            bytes.append(contentsOf: Self.line(row))
        }
        let (startSync, startDrain) = try state.withLock { state in
            // One call, so that rows of two readers never mix.
            let written = bytes.withUnsafeBytes { Glibc.write(state.descriptor, $0.baseAddress, $0.count) }
            guard written == bytes.count else {
                throw Failure.cannotWrite
            }
            state.waiting += rows.count
            let startSync = !state.isSyncing
            let startDrain = !state.isDraining
            state.isSyncing = true
            state.isDraining = true
            return (startSync, startDrain)
        }
        if startSync {
            queue.asyncAfter(deadline: .now() + .milliseconds(Self.syncMilliseconds)) { [weak self] in self?.sync() }
        }
        if startDrain {
            queue.asyncAfter(deadline: .now() + Self.longestWait) { [weak self] in self?.startDrain() }
        }
    }

    private func sync() {
        state.withLock { state in
            state.isSyncing = false
            _ = fdatasync(state.descriptor)
        }
    }

    private func startDrain() {
        let work = drain.withLock { $0 }
        state.withLock { $0.isDraining = false }
        guard let work else {
            return
        }
        Task {
            // What cannot be moved now stays in the file and is moved with the next.
            try? await work()
        }
    }

    /// The rows that wait, oldest first. They stay until ``drained()``.
    func rows() throws -> [AuditRow] {
        try state.withLock { state in
            // What an earlier drain left is moved first.
            if access(draining, F_OK) != 0 {
                guard rename(current, draining) == 0 else {
                    throw Failure.cannotWrite
                }
                _ = fdatasync(state.descriptor)
                Glibc.close(state.descriptor)
                state.descriptor = try Self.open(current)
                state.waiting = 0
            }
        }
        let bytes = try Data(contentsOf: URL(filePath: draining))
        // The last piece is empty, or a line that a power cut tore.
        return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
            .compactMap(Self.row)
    }

    /// To be called when the rows are durable in the table.
    func drained() {
        unlink(draining)
    }

    var isEmpty: Bool {
        state.withLock { $0.waiting == 0 } && access(draining, F_OK) != 0
    }

    private static func line(_ row: AuditRow) -> [UInt8] {
        let numbers = [row.lane, row.sequence, row.at, row.person, row.rid, row.version].map { String($0) }
        let texts = [row.account, row.action, row.outcome, row.detail].map { text in
            String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 32 ? " " : $0 }))
        }
        return Array((numbers + texts).joined(separator: "\t").utf8) + [UInt8(ascii: "\n")]
    }

    private static func row(_ line: Data) -> AuditRow? {
        let parts = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard parts.count == 10 else {
            return nil
        }
        let numbers = parts[..<6].compactMap { Int64($0) }
        guard numbers.count == 6 else {
            return nil
        }
        return AuditRow(
            lane: numbers[0], sequence: numbers[1], at: numbers[2], account: parts[6], action: parts[7],
            person: numbers[3], rid: numbers[4], version: numbers[5], outcome: parts[8], detail: parts[9])
    }
}

extension Records {
    /// Moves what reads have left in the journal into the table of the audit.
    func drainJournal() async throws {
        guard let journal, !journal.isEmpty else {
            return
        }
        try await writer.run { connection in
            for row in try journal.rows() {
                try AuditLog.insert(row, on: connection)
            }
        }
        journal.drained()
    }
}
