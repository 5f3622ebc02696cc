import Foundation
import Glibc

/// A file that is only appended to, through memory that the system keeps: a line is there for good, however the process
/// ends, as soon as it has been copied, and costs no call. Behind the last line stand zeros. Not safe for threads.
final class JournalFile {
    enum Failure: Error {
        case cannotWrite
    }

    private let descriptor: Int32
    private var start: UnsafeMutableRawPointer?
    private var room = 0
    private(set) var count = 0

    /// Room is taken from the disk before it is written to, in pieces of this many bytes: a full disk is an error then,
    /// and not a fault in the middle of a line.
    private static let piece = 1 << 20

    /// Opens a file, or makes it; whole lines that are in it stay.
    /// - Throws: ``Failure/cannotWrite``
    init(_ path: String) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure.cannotWrite
        }
        let found = lseek(descriptor, 0, SEEK_END)
        if found > 0 {
            try makeRoom(Int(found))
            // A process that was killed in the middle of a line had not answered yet.
            count = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            start.map { _ = memset($0 + count, 0, room - count) }
        }
    }

    deinit {
        start.map { _ = munmap($0, room) }
        close(descriptor)
    }

    private var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: room) }

    func append(_ line: [UInt8]) throws {
        if count + line.count > room {
            try makeRoom(count + line.count)
        }
        guard let start else {
            throw Failure.cannotWrite
        }
        line.withUnsafeBytes { from in
            UnsafeMutableRawBufferPointer(start: start + count, count: line.count).copyMemory(from: from)
        }
        count += line.count
    }

    private func makeRoom(_ needed: Int) throws {
        let more = (needed / Self.piece + 1) * Self.piece
        guard posix_fallocate(descriptor, 0, off_t(more)) == 0,
            let mapped = mmap(nil, more, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED
        else {
            throw Failure.cannotWrite
        }
        start.map { _ = munmap($0, room) }
        start = mapped
        room = more
    }

    /// Cuts off the room that is left. Nothing may be appended after it.
    func end() {
        start.map { _ = munmap($0, room) }
        start = nil
        room = 0
        ftruncate(descriptor, off_t(count))
        fdatasync(descriptor)
    }

    /// Another hand on the same file, to bring to the disk what stands in it now while others go on appending.
    func handle() -> Int32 { dup(descriptor) }
}
