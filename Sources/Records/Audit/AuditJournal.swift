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
        /// The number of the first row in the file, while it has one: they stand in it in their order.
        var first: Int64?
        var isSyncing = false
        /// Counts how often the file was taken aside.
        var turn = 0
    }

    /// What was taken aside, to be moved into the table.
    struct Waiting {
        let rows: [AuditRow]
        /// No read will keep a row with this number or a lower one any more.
        let mark: Int64
        let turn: Int
        /// Whether these are all rows that there were. They are not while another is still moving what he took aside.
        let isAll: Bool
    }

    static let syncMilliseconds = 100

    private let current: String
    private let draining: String
    private let counters: Counters
    private let state: Mutex<State>
    private let queue = DispatchQueue(label: "audit journal")
    private let wake: @Sendable () -> Void

    /// - Parameters:
    ///   - folder: holds `audit.journal`.
    ///   - counters: give the rows their places.
    ///   - wake: told that rows wait to be moved.
    /// - Throws: ``JournalFile/Failure/cannotWrite`` when the file cannot be opened.
    init(folder: URL, counters: Counters, wake: @escaping @Sendable () -> Void = {}) throws {
        self.counters = counters
        self.wake = wake
        current = folder.appending(path: "audit.journal").path
        draining = folder.appending(path: "audit.journal.moving").path
        state = Mutex(State(file: try JournalFile(current)))
    }

    func keep(_ rows: [AuditRow], on connection: any Connection) throws {
        let lane = counters.lane
        let lines = rows.map { Self.line($0) }
        let startSync = try state.withLock { state in
            // Numbered here, so that they stand in the file in their order.
            var bytes: [UInt8] = []
            var first = state.first
            for line in lines {
                let sequence = counters.nextAudit()
                first = first ?? sequence
                bytes.append(contentsOf: "\(lane)\t\(sequence)\t".utf8)
                bytes.append(contentsOf: line)
            }
            try state.file.append(bytes)
            state.first = first
            defer { state.isSyncing = true }
            return !state.isSyncing
        }
        if startSync {
            queue.asyncAfter(deadline: .now() + .milliseconds(Self.syncMilliseconds)) { [weak self] in self?.sync() }
        }
        wake()
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

    /// The rows that wait, oldest first. They stay until ``drained(_:)``.
    func take() throws -> Waiting {
        let (mark, turn, isAll) = try state.withLock { state in
            // What an earlier turn left is moved first.
            let isAll = access(draining, F_OK) != 0
            if isAll {
                guard rename(current, draining) == 0 else {
                    throw JournalFile.Failure.cannotWrite
                }
                state.file.end()
                state.file = try JournalFile(current)
                state.first = nil
                state.turn += 1
            }
            return (state.first.map { $0 - 1 } ?? counters.lastAudit, state.turn, isAll)
        }
        return Waiting(rows: try Self.rows(of: draining), mark: mark, turn: turn, isAll: isAll)
    }

    /// What an earlier process left, when it was killed while it moved rows in two files. To be read before the first row
    /// of this one gets its number.
    func left() throws -> [AuditRow] {
        let files: [String] = [draining, current]
        return try files.filter { FileManager.default.fileExists(atPath: $0) }.flatMap { try Self.rows(of: $0) }
    }

    private static func rows(of path: String) throws -> [AuditRow] {
        // The last piece is empty, or a line that a power cut tore.
        try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .dropLast().compactMap(row)
    }

    /// To be called when the rows are durable in the table.
    func drained(_ waiting: Waiting) {
        state.withLock { state in
            // Another turn's rows are not there yet.
            if state.turn == waiting.turn {
                unlink(draining)
            }
        }
    }

    var isEmpty: Bool {
        state.withLock { $0.first == nil } && access(draining, F_OK) != 0
    }

    /// What follows the row's place.
    private static func line(_ row: AuditRow) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(160)
        for number in [row.at, row.person, row.rid, row.version] {
            line.append(contentsOf: String(number).utf8)
            line.append(UInt8(ascii: "\t"))
        }
        for text in [row.account, row.action, row.outcome, row.detail, row.purpose, row.query, row.address] {
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
        // The lines of older versions end with the detail, or with the search.
        guard [10, 12, 13].contains(parts.count) else {
            return nil
        }
        func later(_ place: Int) -> String { parts.indices.contains(place) ? parts[place] : "" }
        let numbers = parts[..<6].compactMap { Int64($0) }
        guard numbers.count == 6 else {
            return nil
        }
        return AuditRow(
            lane: numbers[0], sequence: numbers[1], at: numbers[2], account: parts[6], action: parts[7],
            person: numbers[3], rid: numbers[4], version: numbers[5], outcome: parts[8], detail: parts[9],
            purpose: later(10), query: later(11), address: later(12))
    }
}
