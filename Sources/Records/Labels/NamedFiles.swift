import Access
import FHIR

/// Which Binaries a record names, wherever in it: by a reference, or by the address of an attachment.
enum NamedFiles {
    private static let mark = Array("Binary/".utf8)

    /// - Parameter body: the text of a record.
    /// - Returns: their ids. A text that only looks like one harms nobody: a file more is kept from those who may not read
    ///   the record.
    static func of(_ body: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        var rest = body[...]
        while let start = rest.firstRange(of: mark) {
            rest = rest[start.upperBound...]
            let id = rest.prefix(while: isPart)
            if !id.isEmpty, id.count <= 64 {
                found.insert(String(decoding: id, as: UTF8.self))
            }
        }
        return found
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// A file carries the labels of what speaks of it: who may not read a letter may not read its Binary either, whichever of
/// the two is stored first. Beside the file there is no person whose consent could be asked: what needs one stays closed.
extension Storage {
    /// Gives files the labels of a record that names them.
    /// - Parameter labels: of the record, by the id of the Binary.
    /// - Throws: what the database reports.
    func label(files labels: [String: LabelMask]) throws {
        for (id, mask) in labels.sorted(by: { $0.key < $1.key }) {
            try connection.send(
                "UPDATE resource SET labels = labels | $1 WHERE type = $2 AND id = $3",
                [.integer(closed(mask).bits), .integer(Int64(binary)), .text(id)])
        }
    }

    /// Gives files that were stored the labels of what spoke of them before, and of what they say they are to be treated as
    /// (`Binary.securityContext`).
    /// - Parameter files: the ids of the Binaries, with the reference that each names.
    /// - Throws: what the database reports.
    func labelStored(files: [String: String?]) throws {
        guard let location = labeller.location else {
            return
        }
        var labels: [String: LabelMask] = [:]
        for (id, context) in files {
            var mask = LabelMask.none
            try connection.rows(
                """
                SELECT r.labels FROM word w JOIN index_uri i ON i.parameter = $1 AND i.value = w.id
                JOIN resource r ON r.rid = i.rid WHERE w.text = $2
                """, [.integer(Int64(location)), .text("Binary/\(id)")]
            ) { mask = mask.union(LabelMask(bits: $0.integer(0) ?? 0)) }
            let parts = context?.split(separator: "/") ?? []
            if parts.count > 1, let type = types.number(of: String(parts[0])) {
                try connection.rows(
                    "SELECT labels FROM resource WHERE type = $1 AND id = $2",
                    [.integer(Int64(type)), .text(String(parts[1]))]
                ) { mask = mask.union(LabelMask(bits: $0.integer(0) ?? 0)) }
            }
            if !mask.isEmpty {
                labels[id] = mask
            }
        }
        try label(files: labels)
    }

    private func closed(_ mask: LabelMask) -> LabelMask {
        let carried = mask.carried
        return carried.union(carried.intersection(consented).undisclosed)
    }
}
