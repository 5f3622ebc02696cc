import Dispatch
import Foundation
import Glibc
import Synchronization

/// The audit of reads on SQLite: a file that is only appended to. A read need not wait for the one writer nor for the
/// disk: its rows are with the system before the answer is sent, so that a killed process loses none, and on the disk
/// within ``syncMilliseconds``, which is what a power cut can lose. The writer moves them into the table `audit` later.
final class AuditJournal: ReadAudit {
    private struct State {
        var file: JournalFile
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
    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "audit journal")
    private let drain = Mutex<(@Sendable () async throws -> Void)?>(nil)

    /// - Parameter folder: holds `audit.journal`.
    /// - Throws: ``JournalFile/Failure/cannotWrite`` when the file cannot be opened.
    init(folder: URL) throws {
        current = folder.appending(path: "audit.journal").path
        draining = folder.appending(path: "audit.journal.moving").path
        state = Mutex(State(file: try JournalFile(current)))
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
            try state.file.append(bytes)
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
        // Readers go on while the disk is waited for.
        let handle = state.withLock { state in
            state.isSyncing = false
            return state.file.handle()
        }
        _ = fdatasync(handle)
        close(handle)
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
                    throw JournalFile.Failure.cannotWrite
                }
                state.file.end()
                state.file = try JournalFile(current)
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
        var line: [UInt8] = []
        line.reserveCapacity(160)
        for number in [row.lane, row.sequence, row.at, row.person, row.rid, row.version] {
            line.append(contentsOf: String(number).utf8)
            line.append(UInt8(ascii: "\t"))
        }
        for text in [row.account, row.action, row.outcome, row.detail] {
            for byte in text.utf8 {
                line.append(byte < 32 ? UInt8(ascii: " ") : byte)
            }
            line.append(UInt8(ascii: "\t"))
        }
        line[line.count - 1] = UInt8(ascii: "\n")
        return line
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
