/// What FHIR R4 (4.0.1) says of every resource and datatype, read once from the tables of `Content/fhir`.
///
/// The tables come from HL7's published definitions (CC0) through `bin/generate-definitions`.
package struct Definitions: Sendable {
    /// A table that cannot be read: which, and at which entry. The tables are the project's own, so this is a fault
    /// of the build or of a site's replacement.
    package struct Malformed: Error, Sendable, Equatable {
        package let table: String
        package let entry: String
    }

    /// All concrete resource types in alphabetical order. The position is the type's number; R4 is frozen, so the
    /// numbers are stable.
    package let resourceTypes: [String]

    let blocks: [ElementBlock]
    let blockNumbers: [String: Int]
    let typeNumbers: [String: Int]
    let typeBlocks: [Int]
    let parameters: [[SearchParameter]]
    let parameterOffsets: [[String: Int]]
    /// By owner, then by type.
    let compartments: [String: [[String]]]
    /// The rules of each block, inherited ones first, without those that are left out or checked by hand.
    let rules: [[Invariant]]
    /// All rules of R4, in the order of the table.
    package let invariants: [Invariant]

    /// Reads the five tables.
    /// - Parameters:
    ///   - elements: `elements.tsv`, the elements of every type.
    ///   - codes: `codes.tsv`, the closed value sets.
    ///   - searchParameters: `searchparameters.tsv`.
    ///   - compartment: `compartment.tsv`, whose records they are.
    ///   - invariants: `invariants.tsv`, the rules in FHIRPath.
    /// - Throws: which table is malformed, and where.
    package init(
        elements: [UInt8], codes: [UInt8], searchParameters: [UInt8], compartment: [UInt8], invariants: [UInt8]
    ) throws(Malformed) {
        let built = try ElementTables(elements: elements, codes: codes)
        blocks = built.blocks
        blockNumbers = built.numbers
        // The table is sorted by path, so these are alphabetical.
        resourceTypes = blocks.filter { $0.kind == .resource }.map(\.path)
        typeBlocks = resourceTypes.compactMap { [blockNumbers] in blockNumbers[$0] }
        typeNumbers = Dictionary(
            resourceTypes.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let search = try SearchParameterTable(searchParameters, types: typeNumbers)
        parameters = search.parameters
        parameterOffsets = search.offsets
        var owners: [String: [[String]]] = [:]
        for line in Table(compartment) {
            guard line.count == 3, let type = typeNumbers[line[1].text] else {
                throw Malformed(table: "compartment", entry: line[0].text)
            }
            owners[line[0].text, default: Array(repeating: [], count: resourceTypes.count)][type] = line[2].words
        }
        compartments = owners
        let table = try InvariantTable(invariants, blocks: blocks, numbers: blockNumbers)
        rules = table.rules
        self.invariants = table.all
    }

    /// The number of a resource type; nil when R4 has no such type.
    package func number(ofType name: String) -> Int? { typeNumbers[name] }

    /// The name of a resource type by its number; nil outside 0 ..< `resourceTypes.count`.
    package func name(ofType number: Int) -> String? {
        resourceTypes.indices.contains(number) ? resourceTypes[number] : nil
    }

    /// The elements of a resource, datatype or nested block: `Patient`, `HumanName`, `Patient.contact`.
    package func block(_ path: String) -> ElementBlock? {
        blockNumbers[path].map { blocks[$0] }
    }

    /// The element at a path from a type, through nested blocks and datatypes: `Patient.contact.name.family`,
    /// `Observation.value` (a choice) or `Observation.valueQuantity`; nil when there is none.
    package func element(_ path: String) -> ElementDefinition? {
        var steps = path.split(separator: ".").map(String.init)[...]
        guard let root = steps.popFirst(), var current = block(root) else { return nil }
        var found: ElementDefinition?
        while let step = steps.popFirst() {
            let slot = current.slots[step]
            guard
                let element = slot.map({ current.elements[$0.element] })
                    ?? current.elements.first(where: { $0.name == step })
            else { return nil }
            found = element
            if steps.isEmpty { break }
            guard let type = slot.map({ element.types[$0.type] }) ?? element.types.first,
                case .block(let next) = type.content
            else { return nil }
            current = blocks[next]
        }
        return found
    }

    /// The codes of the search parameters that place a resource of this type in a patient's compartment (FHIR R4
    /// CompartmentDefinition/patient); empty for types that are never in one.
    package func patientCompartment(_ type: Int) -> [String] { compartment(of: "Patient", type) }

    /// The codes of the search parameters that place a resource of this type in the compartment of an owner such as
    /// `Encounter`; empty for types that are never in one.
    package func compartment(of owner: String, _ type: Int) -> [String] {
        guard let types = compartments[owner], types.indices.contains(type) else { return [] }
        return types[type]
    }

    /// Whether FHIR R4 defines a compartment of this type.
    package func hasCompartment(_ owner: String) -> Bool { compartments[owner] != nil }
}
