/// Builds the blocks of elements from the two tables that describe them.
struct ElementTables {
    private(set) var blocks: [ElementBlock] = []
    private(set) var numbers: [String: Int] = [:]

    private var codeSets: [String: CodeSet] = [:]
    private var own: [[[ArraySlice<UInt8>]]] = []
    private var bases: [String] = []
    private var primitives: [String: PrimitiveType] = [:]

    init(elements: [UInt8], codes: [UInt8]) throws(Definitions.Malformed) {
        try readCodes(codes)
        try readBlocks(elements)
        for primitive in PrimitiveType.allCases { primitives[primitive.rawValue] = primitive }
        var finished = Set<Int>()
        for number in blocks.indices { try fill(number, finished: &finished, depth: 0) }
    }

    private mutating func readCodes(_ bytes: [UInt8]) throws(Definitions.Malformed) {
        var name: String?
        var codes = Set<String>()
        func finished() -> CodeSet? { name.map { CodeSet(name: $0, codes: codes) } }
        for line in Table(bytes) {
            if line[0].first == UInt8(ascii: "@") {
                if let set = finished() { codeSets[set.name] = set }
                name = line[0].dropFirst().text
                codes = []
            } else {
                guard line.count == 2, name != nil else { throw .init(table: "codes", entry: line[0].text) }
                codes.formUnion(line[1].words)
            }
        }
        if let set = finished() { codeSets[set.name] = set }
    }

    private mutating func readBlocks(_ bytes: [UInt8]) throws(Definitions.Malformed) {
        for line in Table(bytes) {
            guard line[0].first == UInt8(ascii: "@") else {
                guard line.count == 5, !own.isEmpty else { throw .init(table: "elements", entry: line[0].text) }
                own[own.count - 1].append(line)
                continue
            }
            let path = line[0].dropFirst().text
            guard line.count == 3, let kind = ElementBlock.Kind(rawValue: line[1].text), numbers[path] == nil else {
                throw .init(table: "elements", entry: path)
            }
            if kind == .primitive { continue }
            numbers[path] = blocks.count
            blocks.append(ElementBlock(path: path, kind: kind, base: line[2].text))
            bases.append(line[2].text)
            own.append([])
        }
    }

    /// Gives a block the elements of its base and its own, the base's first.
    private mutating func fill(_ number: Int, finished: inout Set<Int>, depth: Int) throws(Definitions.Malformed) {
        guard finished.insert(number).inserted else { return }
        var elements: [ElementDefinition] = []
        if !bases[number].isEmpty {
            guard let base = numbers[bases[number]], depth < 8 else {
                throw .init(table: "elements", entry: blocks[number].path)
            }
            try fill(base, finished: &finished, depth: depth + 1)
            elements = blocks[base].elements
        }
        for line in own[number] {
            let element = try element(line, in: blocks[number].path)
            if let same = elements.firstIndex(where: { $0.name == element.name }) {
                elements[same] = element
            } else {
                elements.append(element)
            }
        }
        for (index, element) in elements.enumerated() {
            for (type, name) in element.jsonNames.enumerated() {
                blocks[number].slots[name] = .init(element: index, type: type)
            }
            blocks[number].names[element.name] = index
            if element.min > 0 { blocks[number].required.append(index) }
        }
        blocks[number].elements = elements
    }

    private func element(
        _ line: [ArraySlice<UInt8>], in path: String
    ) throws(Definitions.Malformed) -> ElementDefinition {
        let fault = Definitions.Malformed(table: "elements", entry: path + "." + line[0].text)
        let isChoice = line[0].last == UInt8(ascii: "]")
        let name = (isChoice ? line[0].dropLast(3) : line[0]).text
        let bounds = line[1].split(separator: UInt8(ascii: "."))
        guard bounds.count == 2, let low = Int(bounds[0].text) else { throw fault }
        let max = Int(bounds[1].text)
        guard max != nil || bounds[1].text == "*" else { throw fault }
        let valueSet = line[3].text
        var types: [ElementType] = []
        for field in line[2].split(separator: UInt8(ascii: ",")) {
            guard let type = type(field, codes: codeSets[valueSet]) else { throw fault }
            types.append(type)
        }
        return ElementDefinition(
            name: name, min: low, max: max, isChoice: isChoice, types: types, isSummary: !line[4].isEmpty)
    }

    private func type(_ field: ArraySlice<UInt8>, codes: CodeSet?) -> ElementType? {
        let parts = field.split(separator: UInt8(ascii: "("))
        guard let first = parts.first else { return nil }
        let targets = parts.count > 1 ? parts[1].dropLast().words : []
        let name = (first.first == UInt8(ascii: "@") ? first.dropFirst() : first).text
        if let primitive = primitives[name] {
            return ElementType(name: name, content: .primitive(primitive), targets: targets, codes: codes)
        }
        guard name != "Resource" else {
            return ElementType(name: name, content: .resource, targets: targets, codes: nil)
        }
        return numbers[name].map { ElementType(name: name, content: .block($0), targets: targets, codes: nil) }
    }
}
