import FHIR

/// The elements that a dynamic value of a protocol may fill in, and the filling in.
enum DynamicPath {
    /// What says whose it is, what it comes from and where it stands is not a protocol's to change.
    private static let closed: Set<String> = [
        "resourceType", "id", "meta", "text", "contained", "identifier", "subject", "for", "patient",
        "instantiatesCanonical", "instantiatesUri", "basedOn", "status", "lifecycleStatus", "implicitRules",
    ]
    private static let longest = 6

    static func isOpen(_ path: String) -> Bool {
        let steps = steps(path)
        guard let first = steps.first, steps.count <= longest, !closed.contains(first.name) else {
            return false
        }
        return steps.allSatisfy { step in
            !step.name.isEmpty
                && step.name.utf8.allSatisfy { (65...90).contains($0) || (97...122).contains($0) }
                && (0...20).contains(step.place)
        }
    }

    /// `restriction.period.end`, `note[0].text`; a place that cannot be read is -1.
    private static func steps(_ path: String) -> [(name: String, place: Int)] {
        path.split(separator: ".", omittingEmptySubsequences: false).map { part in
            guard let open = part.firstIndex(of: "[") else {
                return (String(part), 0)
            }
            let inner = part[part.index(after: open)...]
            let place = inner.hasSuffix("]") ? Int(inner.dropLast()) : nil
            return (String(part[..<open]), place ?? -1)
        }
    }

    /// - Parameters:
    ///   - path: as a dynamicValue has it, below the resource.
    ///   - value: what comes there.
    ///   - resource: a resource.
    ///   - definitions: say which elements are lists, and of which types they may be.
    /// - Throws: ``ProtocolRefusal`` when the resource has no such element.
    static func set(
        _ path: String, _ value: FHIRPathValue, in resource: inout JSON, _ definitions: Definitions
    ) throws(ProtocolRefusal) {
        guard let type = resource["resourceType"]?.string, isOpen(path) else {
            throw ProtocolRefusal("dynamicValue.path", "\(path) cannot be filled in.")
        }
        try put(steps(path)[...], value, in: &resource, at: type, definitions)
    }

    private static func put(
        _ steps: ArraySlice<(name: String, place: Int)>, _ value: FHIRPathValue, in parent: inout JSON,
        at place: String,
        _ definitions: Definitions
    ) throws(ProtocolRefusal) {
        guard let step = steps.first else {
            return
        }
        let here = "\(place).\(step.name)"
        guard let element = definitions.element(here) else {
            throw ProtocolRefusal(here, "There is no such element.")
        }
        let name = element.jsonNames.contains(step.name) ? step.name : try choice(element, value, here)
        let rest = steps.dropFirst()
        var list = element.isList ? parent[name]?.array ?? [] : [parent[name]].compactMap(\.self)
        guard step.place <= list.count, element.isList || step.place == 0 else {
            throw ProtocolRefusal(here, "There is no place \(step.place) in it.")
        }
        var inner: JSON = step.place < list.count ? list[step.place] : [:]
        if rest.isEmpty {
            inner = shaped(value.json, for: element)
        } else {
            if case .object = inner {} else { inner = [:] }
            try put(rest, value, in: &inner, at: here, definitions)
        }
        if step.place < list.count { list[step.place] = inner } else { list.append(inner) }
        parent[name] = element.isList ? .array(list) : list.first
    }

    /// `occurrence` of a value that is a dateTime is `occurrenceDateTime`.
    private static func choice(
        _ element: ElementDefinition, _ value: FHIRPathValue, _ place: String
    ) throws(ProtocolRefusal) -> String {
        if element.isChoice, let type = element.types.first(where: { $0.name == value.type }) {
            return element.jsonName(type)
        }
        throw ProtocolRefusal(place, "It cannot be a \(value.type).")
    }

    /// A plain text where a concept or an annotation is wanted becomes its words; a code stays as it is.
    private static func shaped(_ json: JSON, for element: ElementDefinition) -> JSON {
        guard let text = json.string, let type = element.types.first?.name, element.types.count == 1 else {
            return json
        }
        switch type {
        case "CodeableConcept": return ["text": .string(text)]
        case "Annotation": return ["text": .string(text)]
        case "Reference": return ["reference": .string(text)]
        default: return json
        }
    }
}
