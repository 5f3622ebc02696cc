import Dispatch
package import Foundation
package import Logging
package import ServiceLifecycle

/// A folder into which other programs put files of messages. Each is taken in and then moved to `done`, or to `refused`
/// where a message of it was not taken, with the answers beside it. Files whose names begin with a dot, or end in `.tmp` or
/// `.part`, are still being written.
package struct DropFolder: Service {
    /// Takes one message in and gives the answers to it.
    package typealias Take = @Sendable (_ bytes: [UInt8]) async -> [[UInt8]]

    private let folder: URL
    private let take: Take
    private let logger: Logger
    private static let pause = Duration.seconds(2)
    /// A file that was changed a moment ago may still be written to.
    private static let quiet: TimeInterval = 1
    private static let largest = 64 << 20

    /// - Parameters:
    ///   - folder: where files are put; made when it is not there.
    ///   - logger: told of what went wrong, by the name of the file's kind alone.
    ///   - take: takes one message in.
    package init(_ folder: URL, logger: Logger, take: @escaping Take) {
        self.folder = folder
        self.take = take
        self.logger = logger
    }

    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await look()
                    try await Task.sleep(for: Self.pause)
                } catch is CancellationError {
                    return
                } catch {
                    logger.error("the folder of messages cannot be read", metadata: ["kind": "\(type(of: error))"])
                    try? await Task.sleep(for: .seconds(30))
                }
            }
        }
    }

    /// Takes in what lies there now.
    /// - Throws: why the folder cannot be read or changed.
    package func look() async throws {
        for name in try await Self.aside({ try whole() }) {
            try Task.checkCancellation()
            try await take(in: folder.appending(path: name), name)
        }
    }

    /// The names of the files that lie there whole.
    private func whole() throws -> [String] {
        let files = FileManager.default
        for name in ["", "done", "refused"] {
            try files.createDirectory(
                at: folder.appending(path: name), withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        return try files.contentsOfDirectory(atPath: folder.path).sorted().filter { name in
            guard Self.isWhole(name) else {
                return false
            }
            let attributes = try files.attributesOfItem(atPath: folder.appending(path: name).path)
            let changed = attributes[.modificationDate] as? Date ?? Date()
            return attributes[.type] as? FileAttributeType == .typeRegular
                && -changed.timeIntervalSinceNow > Self.quiet
        }
    }

    /// Work on files keeps a thread of its own waiting, none of those that answer requests.
    private static func aside<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
        }
    }

    private static func isWhole(_ name: String) -> Bool {
        !name.hasPrefix(".") && !name.hasSuffix(".tmp") && !name.hasSuffix(".part")
    }

    private func take(in file: URL, _ name: String) async throws {
        let bytes = try await Self.aside { () -> [UInt8]? in
            let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
            return size <= Self.largest ? [UInt8](try Data(contentsOf: file)) : nil
        }
        guard let bytes else {
            try await refuse(file, name, "The file is larger than 64 MiB.\n")
            return
        }
        let messages = HL7File.messages(bytes)
        guard !messages.isEmpty else {
            try await refuse(file, name, "There is no message in this file.\n")
            return
        }
        var answers: [UInt8] = []
        var isRefused = false
        for message in messages {
            for answer in await take(message.bytes) {
                answers += answer + [0x0A]
                isRefused = isRefused || !Self.isTaken(answer)
            }
        }
        let (place, words) = (isRefused ? "refused" : "done", answers)
        try await Self.aside { try move(file, name, to: place, answers: words) }
    }

    private func refuse(_ file: URL, _ name: String, _ why: String) async throws {
        try await Self.aside { try move(file, name, to: "refused", answers: Array(why.utf8)) }
    }

    /// Whether an answer says that the message was taken: MSA-1 is AA or CA.
    private static func isTaken(_ answer: [UInt8]) -> Bool {
        answer.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A }).contains { segment in
            ["MSA|AA", "MSA|CA"].contains(String(decoding: segment.prefix(6), as: UTF8.self))
        }
    }

    /// A name that is there already gets a number, so that nothing is written over.
    private func move(_ file: URL, _ name: String, to place: String, answers: [UInt8]) throws {
        let files = FileManager.default
        var target = folder.appending(path: "\(place)/\(name)")
        var number = 1
        while files.fileExists(atPath: target.path) {
            number += 1
            target = folder.appending(path: "\(place)/\(number)-\(name)")
        }
        try files.moveItem(at: file, to: target)
        try Data(answers).write(to: URL(filePath: target.path + ".ack"))
    }
}

/// Its name alone, since the service group writes each service out as text.
extension DropFolder: CustomStringConvertible {
    package var description: String { "drop folder" }
}
