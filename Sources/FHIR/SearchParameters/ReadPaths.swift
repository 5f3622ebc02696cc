extension Definitions {
    /// Which elements of a resource a search parameter reads, as paths in the names of JSON. One empty path stands for
    /// all of them: nobody knows better.
    package func pathsRead(by number: Int) -> [[String]] {
        // Rows of another sort under the same parameter read no other elements.
        let own = number % SearchParameter.perType
        let plain = own >= SearchParameter.second ? number - SearchParameter.second : number
        guard let parameter = searchParameter(number: plain) else {
            return [[]]
        }
        guard parameter.kind == .composite else {
            let read = parameter.paths.flatMap(Self.steps)
            return read.isEmpty ? [[]] : read
        }
        var read = parameter.owners.filter { $0 != "." }.flatMap(Self.steps)
        for component in parameter.components {
            guard let part = searchParameter(parameter.type, component.code), part.kind != .composite else {
                return [[]]
            }
            read += pathsRead(by: part.number)
        }
        return read.isEmpty ? [[]] : read
    }

    /// The elements on a path such as `telecom[system=phone]:ContactPoint`: itself, and what its filters look at.
    private static func steps(_ path: String) -> [[String]] {
        var read: [[String]] = []
        var steps: [String] = []
        var name = ""
        var filter: String?
        for letter in path {
            switch (letter, filter) {
            case ("]", let text?):
                if let equals = text.firstIndex(of: "=") {
                    read.append(steps + [name, String(text[..<equals])])
                }
                filter = nil
            case (_, let text?): filter = text + String(letter)
            case ("[", nil): filter = ""
            case (".", nil):
                steps.append(name)
                name = ""
            case (":", nil): return read + [steps + [name]]
            default: name.append(letter)
            }
        }
        return read + [steps + [name]]
    }
}

extension SearchTerm {
    /// The parameters by which the resource itself is asked; what stands behind a reference is not among them.
    package var parameters: Set<Int> {
        switch self {
        case .ids, .updated, .nothing, .has: []
        case .token(let number, _, _), .date(let number, _), .number(let number, _), .quantity(let number, _),
            .uri(let number, _), .near(let number, _), .missing(let number, _), .chain(let number, _):
            [number]
        case .string(let numbers, _), .reference(let numbers, _): Set(numbers)
        case .together(let test): [test.parameter]
        case .any(let terms), .all(let terms): terms.reduce(into: []) { $0.formUnion($1.parameters) }
        }
    }

    /// What is asked of others: the type and the parameters that are read there, the reference that leads here among them.
    package var elsewhere: [(type: Int, parameters: Set<Int>)] {
        switch self {
        case .chain(_, let links): links.flatMap { [($0.type, $0.term.parameters)] + $0.term.elsewhere }
        case .has(let number, let link): [(link.type, link.term.parameters.union([number]))] + link.term.elsewhere
        case .any(let terms), .all(let terms): terms.flatMap(\.elsewhere)
        default: []
        }
    }
}

extension SearchBranch {
    /// The parameters by which its resources are found and sorted.
    package var parameters: Set<Int> {
        var found = terms.reduce(into: Set<Int>()) { $0.formUnion($1.parameters) }
        for sort in sort {
            if case .parameter(let number, _) = sort.key {
                found.insert(number)
            }
        }
        return found
    }
}
