import Content

/// The names of elements that FHIR gives its types, read from the table as far as a rule speaks of them.
struct ElementNames {
    struct Element {
        /// With `[x]` where it may be of several types.
        let name: String
        let isMandatory: Bool
        /// The blocks that hold its own elements.
        let blocks: [String]

        /// A choice is written with its brackets or, as in FHIRPath, without.
        func isCalled(_ written: String) -> Bool { name == written || name == written + "[x]" }
    }

    private static let file = "fhir/elements.tsv"
    private let lines: [Substring]
    /// Where the lines of each type begin.
    private let starts: [Substring: Int]

    init(content: Content) {
        let text = String(decoding: content.file(Self.file) ?? [], as: UTF8.self)
        lines = text.split(separator: "\n")
        var starts: [Substring: Int] = [:]
        for (number, line) in lines.enumerated() where line.utf8.first == UInt8(ascii: "@") {
            starts[line.dropFirst().prefix { $0 != "\t" }] = number
        }
        self.starts = starts
    }

    /// The elements of a type, those of what it is made from among them.
    func elements(of block: String) -> [Element] {
        guard let start = starts[block[...]] else {
            return []
        }
        let head = lines[start].split(separator: "\t", omittingEmptySubsequences: false)
        var found = head.count > 2 && !head[2].isEmpty ? elements(of: String(head[2])) : []
        for line in lines[(start + 1)...].prefix(while: { $0.utf8.first != UInt8(ascii: "@") }) {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count > 2 else {
                continue
            }
            let blocks = columns[2].split(separator: ",").map { type in
                String((type.hasPrefix("@") ? type.dropFirst() : type).prefix { $0 != "(" })
            }
            found.append(
                Element(name: String(columns[0]), isMandatory: columns[1].first == "1", blocks: blocks))
        }
        return found
    }
}
