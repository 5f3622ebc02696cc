import FHIR
package import Foundation
import Gzip

/// The files of an import and what stands in them.
package struct ImportSource: Sendable {
    package let file: URL
    /// As it is told to people.
    package let name: String
    package let size: Int

    /// The files at and below some paths, by name. Hidden files are passed over.
    /// - Throws: the path that does not exist.
    package static func files(at paths: [URL]) throws(Missing) -> [ImportSource] {
        var found: [ImportSource] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder) else {
                throw Missing(path: path.path)
            }
            if isFolder.boolValue {
                let names = FileManager.default.enumerator(atPath: path.path)?.compactMap { $0 as? String } ?? []
                for name in names.sorted() where !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) {
                    let file = path.appending(path: name)
                    var isInner: ObjCBool = false
                    if FileManager.default.fileExists(atPath: file.path, isDirectory: &isInner), !isInner.boolValue {
                        found.append(ImportSource(file: file, name: name))
                    }
                }
            } else {
                found.append(ImportSource(file: path, name: path.lastPathComponent))
            }
        }
        return found
    }

    package struct Missing: Error {
        package let path: String
    }

    private init(file: URL, name: String) {
        self.file = file
        self.name = name
        let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
        size = (attributes?[.size] as? Int) ?? 0
    }

    /// Whether the file holds HL7 v2 messages.
    package var holdsMessages: Bool {
        guard let handle = try? FileHandle(forReadingFrom: file) else {
            return false
        }
        defer { try? handle.close() }
        return HL7File.looksLike((try? handle.read(upToCount: 64)) ?? Data())
    }

    /// All of the file, unpacked.
    /// - Throws: what reading or unpacking it throws.
    package func bytes() throws -> [UInt8] { try unpacked() }

    /// The largest text of one resource or one bundle, and of one unpacked file.
    static let largestText = 1 << 28
    static let largestLine = 32 << 20

    /// Calls the body with each text in the file: the whole of it, or each line of NDJSON.
    /// - Parameter body: the text and its line, counting from 1.
    /// - Throws: what reading or unpacking the file throws, and what the body throws.
    func texts(_ body: (ArraySlice<UInt8>, Int) throws -> Void) throws {
        let bytes = try unpacked()
        if isLineByLine(bytes) {
            try Self.lines(of: bytes, body)
        } else if !bytes.isEmpty {
            try body(bytes[...], 1)
        }
    }

    private func unpacked() throws -> [UInt8] {
        let data = try Data(contentsOf: file, options: .alwaysMapped)
        let bytes = Array(data)
        guard Gzip.isPacked(bytes.prefix(2)) else {
            return bytes
        }
        return try Gzip.unpacked(bytes, limit: 4 << 30)
    }

    private func isLineByLine(_ bytes: [UInt8]) -> Bool {
        let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
        if plain.hasSuffix(".ndjson") || plain.hasSuffix(".jsonl") {
            return true
        }
        // By content: the first line is a whole object and another follows.
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")), end < bytes.count - 1, end < 1 << 20,
            let next = bytes[end...].first(where: { $0 > 32 }), next == UInt8(ascii: "{")
        else {
            return false
        }
        return (try? JSONDocument(Array(bytes[..<end]))) != nil
    }

    private static func lines(of bytes: [UInt8], _ body: (ArraySlice<UInt8>, Int) throws -> Void) rethrows {
        var start = 0
        var line = 1
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            if bytes[start..<end].contains(where: { $0 > 32 }) {
                try body(bytes[start..<end], line)
            }
            start = end + 1
            line += 1
        }
    }
}
