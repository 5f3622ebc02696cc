import FHIR
package import Foundation

/// Where what could not be read is kept, each with its file, its line and the reason: nothing is lost.
package final class Quarantine {
    package struct Entry: Sendable {
        package let file: String
        /// Counts from 1.
        package let line: Int
        package let reason: String

        package init(file: String, line: Int, reason: String) {
            self.file = file
            self.line = line
            self.reason = reason
        }
    }

    package private(set) var count = 0
    /// The first ones, for showing.
    package private(set) var first: [Entry] = []
    /// Made when the first entry comes.
    package let place: URL
    private var handle: FileHandle?
    /// A larger text stays in its own file, which the entry names.
    private let largestText = 1 << 20

    /// - Parameter place: the NDJSON file that will hold the entries.
    package init(_ place: URL) {
        self.place = place
    }

    deinit {
        try? handle?.close()
    }

    /// Appends an entry and the text that could not be read; a text above 1 MiB is left out and counted in bytes only.
    /// Throws when the file cannot be written.
    package func add(_ entry: Entry, text: some Collection<UInt8>) throws {
        count += 1
        if first.count < 20 {
            first.append(entry)
        }
        let handle = try handle ?? open()
        let kept: JSON? = text.count <= largestText ? .string(String(decoding: text, as: UTF8.self)) : nil
        let line = JSON.compact([
            "file": .string(entry.file), "line": .int(entry.line), "reason": .string(entry.reason),
            "bytes": .int(text.count), "text": kept,
        ])
        try handle.write(contentsOf: line.serialized() + [UInt8(ascii: "\n")])
    }

    private func open() throws -> FileHandle {
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        FileManager.default.createFile(atPath: place.path, contents: nil, attributes: [.posixPermissions: 0o600])
        let handle = try FileHandle(forWritingTo: place)
        self.handle = handle
        return handle
    }
}
