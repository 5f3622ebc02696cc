import FHIR
import Records

/// Who stands behind references, each looked up once.
struct SourceNames {
    private let reader: Reader
    private var known: [String: String?] = [:]

    init(_ reader: Reader) {
        self.reader = reader
    }

    /// The name of what a Reference names: as written in it, else of the person or organisation on file.
    mutating func name(_ reference: JSONNode?) throws -> String? {
        if let display = reference?["display"]?.string, !display.isEmpty {
            return display
        }
        return try name(of: reference?["reference"]?.string)
    }

    mutating func name(of reference: String?) throws -> String? {
        guard let reference, !reference.hasPrefix("#") else {
            return nil
        }
        if let known = known[reference] {
            return known
        }
        let root = try reader.find(reference: reference)?.root
        let name = root.flatMap { root in
            root["name"]?.string ?? root.list("name").first.flatMap(Self.spoken)
        }
        known.updateValue(name, forKey: reference)
        return name
    }

    /// "Dr. Lena Patel, MD".
    private static func spoken(_ name: JSONNode) -> String? {
        if let text = name["text"]?.string, !text.isEmpty {
            return text
        }
        let prefixes = name.list("prefix").compactMap(\.string)
        let parts = prefixes + name.list("given").compactMap(\.string) + [name["family"]?.string].compactMap { $0 }
        let suffix = name.list("suffix").compactMap(\.string)
        return parts.isEmpty ? nil : ([parts.joined(separator: " ")] + suffix).joined(separator: ", ")
    }
}
