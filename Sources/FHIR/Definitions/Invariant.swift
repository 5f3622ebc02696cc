/// A rule of FHIR R4 about an element and what is below it (ElementDefinition.constraint).
package struct Invariant: Sendable {
    /// Where it is defined: `Patient.contact`.
    package let path: String
    package let key: String
    package let severity: Issue.Severity
    /// What it asks for, in HL7's words.
    package let human: String
    /// In FHIRPath; nil when it is left out.
    package let expression: String?
    /// Why it is left out, or is not R4's own text; nil when it is.
    package let note: String?

    /// Whether a result that is neither true nor false is taken for true.
    let emptyHolds: Bool
    let node: PathNode?
    let presence: Presence
    /// The element of the block that it is about; nil for the block itself.
    let element: Int?
}

/// The rules by block.
struct InvariantTable {
    /// By number of the block: its own and those of what it is based on.
    private(set) var rules: [[Invariant]]
    private(set) var all: [Invariant] = []

    /// Rules that are checked by hand, in `Validation`, because they concern nearly every element.
    static let native: Set<String> = ["ele-1", "ext-1", "dom-2", "dom-3", "ref-1", "txt-1"]

    init(_ bytes: [UInt8], blocks: [ElementBlock], numbers: [String: Int]) throws(Definitions.Malformed) {
        var own = [[Invariant]](repeating: [], count: blocks.count)
        for line in Table(bytes) {
            guard line.count == 7 else { throw .init(table: "invariants", entry: line[0].text) }
            let path = line[0].text
            let fault = Definitions.Malformed(table: "invariants", entry: line[1].text)
            // The path of a block, or of an element of one.
            var element: Int?
            var number = numbers[path]
            if number == nil, let dot = path.lastIndex(of: ".") {
                number = numbers[String(path[..<dot])]
                element = number.flatMap { blocks[$0].names[String(path[path.index(after: dot)...])] }
                guard element != nil else { throw fault }
            }
            guard let number, let severity = Issue.Severity(rawValue: line[2].text) else { throw fault }
            let expression = line[5].isEmpty ? nil : line[5].text
            var node: PathNode?
            if let expression {
                do throws(FHIRPathError) { node = try PathParser.parse(expression) } catch { throw fault }
            }
            let rule = Invariant(
                path: path, key: line[1].text, severity: severity, human: line[4].text, expression: expression,
                note: line[6].isEmpty ? nil : line[6].text, emptyHolds: line[3].text == "holds", node: node,
                presence: node.map { Presence($0, in: blocks[number]) } ?? .answer(.yes), element: element)
            all.append(rule)
            if node != nil, !Self.native.contains(rule.key) { own[number].append(rule) }
        }
        rules = own
        for number in blocks.indices {
            var base = numbers[blocks[number].base]
            var inherited: [Invariant] = []
            for _ in 0..<8 {
                guard let found = base else { break }
                inherited = own[found] + inherited
                base = numbers[blocks[found].base]
            }
            rules[number] = inherited + own[number]
        }
    }
}
