package import Access
import FHIR
package import Foundation
package import Records

/// `almoner export`: one NDJSON file a type, sorted by id, server-made meta left out, so that the same data gives the same
/// bytes.
package struct Exporter: Sendable {
    private let records: Records
    private let caller: Caller
    /// Whether labels that the product has set go along: for a receiver that does not find them by itself.
    private let keepsLabels: Bool
    /// Who gets the files, for the accounting of disclosures; nil where nobody said.
    private let recipient: String?

    package init(records: Records, caller: Caller, keepsLabels: Bool = false, recipient: String? = nil) {
        self.records = records
        self.caller = caller
        self.recipient = recipient
        self.keepsLabels = keepsLabels
    }

    /// Writes every type into a file of NDJSON of its own.
    /// - Parameters:
    ///   - folder: made when it is missing; files of the same name are replaced.
    ///   - now: milliseconds since 1970.
    /// - Returns: how many resources of each type were written.
    /// - Throws: what the file system and reading the records throw; files that are written by then stay.
    package func run(to folder: URL, at now: Int64) async throws -> [String: Int] {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try await records.noteExport(
            by: caller, at: now, for: Reader.everything, asking: recipient.map(Reader.asking) ?? "")
        var counts: [String: Int] = [:]
        var notices: Set<String> = []
        for type in records.definitions.resourceTypes {
            let place = folder.appending(path: "\(type).ndjson")
            let count = try await records.read(as: caller, at: now, for: "export \(type)") { [keepsLabels] reader in
                try Self.write(type, of: reader, to: place, keepsLabels: keepsLabels)
            }
            if count.resources > 0 {
                counts[type] = count.resources
            }
            notices.formUnion(count.notices)
        }
        try write(notices, to: folder.appending(path: "NOTICE.txt"))
        return counts
    }

    private static func write(
        _ type: String, of reader: Reader, to place: URL, keepsLabels: Bool
    ) throws -> (resources: Int, notices: Set<String>) {
        var count = 0
        var buffer: [UInt8] = []
        var handle: FileHandle?
        func flush() throws {
            if handle == nil {
                FileManager.default.createFile(
                    atPath: place.path, contents: nil, attributes: [.posixPermissions: 0o600])
                handle = try FileHandle(forWritingTo: place)
            }
            try handle?.write(contentsOf: buffer)
            buffer.removeAll(keepingCapacity: true)
        }
        var notices: Set<String> = []
        try reader.each(type) { resource in
            notices.formUnion(reader.notices(on: resource))
            buffer.append(contentsOf: keepsLabels ? resource.body : resource.withoutMadeLabels)
            buffer.append(UInt8(ascii: "\n"))
            count += 1
            if buffer.count > 1 << 20 {
                try flush()
            }
        }
        if count > 0 {
            try flush()
            try handle?.synchronize()
            try handle?.close()
        }
        return (count, notices)
    }

    /// What the law wants to go with some of the records, beside them (42 CFR 2.32).
    private func write(_ notices: Set<String>, to place: URL) throws {
        guard !notices.isEmpty else {
            return
        }
        try Data((notices.sorted().joined(separator: "\n") + "\n").utf8).write(to: place)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.path)
    }
}
