import Foundation
import Glibc
import Synchronization

/// The signed head of each lane, outside of the database: what shows that the end of a lane was cut off. A head that the
/// database has fallen behind, as after going back to a backup, is kept beside the new one and not forgotten.
final class AuditHeads: Sendable {
    private let folders: [URL]
    /// The lanes whose old head has been looked at.
    private let known = Mutex<Set<Int64>>([])

    enum Failure: Error {
        case cannotWrite(String)
    }

    init(_ folders: [URL]) throws {
        self.folders = folders
        for folder in folders {
            do {
                try FileManager.default.createDirectory(
                    at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw Failure.cannotWrite(folder.path)
            }
        }
    }

    /// Writes a lane's head into every folder, each time as a whole: it is there as it was or as it is.
    /// - Throws: ``Failure/cannotWrite(_:)`` with the folder that could not be written; the others were.
    func keep(_ seal: AuditSeal, key: String) throws {
        let isNew = known.withLock { $0.insert(seal.lane).inserted }
        let text = AuditHead(seal, key: key).text
        var failure: Failure?
        for folder in folders {
            let file = folder.appending(path: "lane-\(seal.lane).head")
            do {
                if isNew {
                    try Self.setAside(file, if: seal)
                }
                try Self.write(text, to: file, in: folder)
            } catch {
                failure = .cannotWrite(folder.path)
            }
        }
        if let failure {
            known.withLock { _ = $0.remove(seal.lane) }
            throw failure
        }
    }

    private static func setAside(_ file: URL, if seal: AuditSeal) throws {
        guard let old = AuditHead(file: file), old.number >= seal.number, old.digest != seal.digest else {
            return
        }
        let kept = file.deletingLastPathComponent()
            .appending(path: "lane-\(seal.lane).\(old.number)-\(old.at).head")
        guard rename(file.path, kept.path) == 0 else {
            throw Failure.cannotWrite(file.path)
        }
    }

    private static func write(_ text: String, to file: URL, in folder: URL) throws {
        let fresh = file.path + ".new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure.cannotWrite(folder.path)
        }
        let bytes = Array(text.utf8)
        let isWritten = Glibc.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        close(descriptor)
        guard isWritten, rename(fresh, file.path) == 0 else {
            throw Failure.cannotWrite(folder.path)
        }
        let parent = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if parent >= 0 {
            fsync(parent)
            close(parent)
        }
    }

    /// All heads of some folders, those that were set aside too, the first ones first.
    static func all(in folders: [URL]) -> [AuditHead] {
        folders.flatMap { folder in
            let files = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            return (files ?? []).filter { $0.lastPathComponent.hasSuffix(".head") }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }.map { AuditHead(file: $0) ?? .broken($0) }
        }
    }
}

extension AuditHeads.Failure: CustomStringConvertible {
    var description: String {
        switch self {
        case .cannotWrite(let path):
            "The heads of the audit cannot be written to \(path). Choose another place with --audit-heads."
        }
    }
}

/// A lane's head as its file holds it: what the seal said, and who signed it.
struct AuditHead: Sendable {
    let lane: Int64
    let number: Int64
    let last: Int64
    let total: Int64
    let at: Int64
    private let hash: [UInt8]
    private let marks: [UInt8]
    let signature: [UInt8]
    let key: String
    /// The file, for what is said of it.
    let name: String
    let isBroken: Bool

    init(_ seal: AuditSeal, key: String) {
        self.init(
            [seal.lane, seal.number, seal.last, seal.total, seal.at], hash: seal.hash,
            marks: AuditSeal.digest(seal.marks), signature: seal.signature, key: key, name: "")
    }

    private init(
        _ numbers: [Int64], hash: [UInt8], marks: [UInt8], signature: [UInt8], key: String, name: String,
        isBroken: Bool = false
    ) {
        lane = numbers[at: 0] ?? -1
        number = numbers[at: 1] ?? -1
        last = numbers[at: 2] ?? -1
        total = numbers[at: 3] ?? -1
        at = numbers[at: 4] ?? -1
        self.hash = hash
        self.marks = marks
        self.signature = signature
        self.key = key
        self.name = name
        self.isBroken = isBroken
    }

    static func broken(_ file: URL) -> AuditHead {
        AuditHead([], hash: [], marks: [], signature: [], key: "", name: file.lastPathComponent, isBroken: true)
    }

    /// - Returns: nil for a file that is not there or is no head.
    init?(file: URL) {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
            return nil
        }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        guard lines.first == ["almoner", "audit", "head", "1"], lines.count >= 10 else {
            return nil
        }
        let values = lines.dropFirst().compactMap(\.last)
        let numbers = values.prefix(5).compactMap { Int64($0) }
        let bytes = values.dropFirst(5).prefix(3).compactMap { Data(base64Encoded: $0).map(Array.init) }
        guard numbers.count == 5, bytes.count == 3, let key = values[at: 8] else {
            return nil
        }
        self.init(
            numbers, hash: bytes[0], marks: bytes[1], signature: bytes[2], key: key, name: file.lastPathComponent)
    }

    var said: [UInt8] {
        AuditSeal.said(lane: lane, number: number, last: last, total: total, at: at, hash: hash, marks: marks)
    }

    var digest: [UInt8] { AuditSeal.digest(said + signature) }

    var text: String {
        func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
        return """
            almoner audit head 1
            lane \(lane)
            seal \(number)
            last-row \(last)
            rows \(total)
            made \(at)
            hash \(base64(hash))
            marks \(base64(marks))
            signature \(base64(signature))
            key \(key)

            """
    }
}

extension Array {
    /// The element at a position, nil outside.
    subscript(at position: Int) -> Element? { indices.contains(position) ? self[position] : nil }
}
