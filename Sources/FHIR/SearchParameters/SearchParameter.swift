/// A search parameter of FHIR R4 for one resource type.
package struct SearchParameter: Sendable {
    package enum Kind: String, Sendable {
        case token, date, reference, string, quantity, number, uri, composite, special
    }

    /// One part of a composite: the parameter that it compares as, and where its value stands in the element.
    package struct Component: Sendable, Equatable {
        package let code: String
        /// The published expression, from the composite's element: `value.as(Quantity)`.
        package let expression: String
    }

    /// Number of the resource type.
    package let type: Int
    /// Stable, and different for every parameter of every type; `number / 128` is the type.
    package let number: Int
    package let code: String
    package let kind: Kind
    /// The code system of a plain `code` element, which the resource itself does not state.
    package let impliedSystem: String?
    /// Where values stand: JSON names, filters and datatype, for example `telecom[system=phone]:ContactPoint`.
    package let paths: [String]
    /// The resource types that a reference may point to; `["Resource"]` for any.
    package let targets: [String]
    /// Composite: the elements that hold the pairs, `.` for the resource itself.
    package let owners: [String]
    package let components: [Component]

    /// Parameters that a type can have.
    package static let perType = 128
    /// Added to a parameter's number for rows of another sort: the identifiers that a reference states, and identifiers
    /// with their type. No type has more than 64 parameters.
    package static let second = 64
    /// Numbers below this within a type are those of all types, such as `_tag`.
    static let firstOwn = 16
}

extension Definitions {
    /// The parameter of a type by its code, those of all types (`_tag`, `_id`, …) among them.
    package func searchParameter(_ type: Int, _ code: String) -> SearchParameter? {
        guard parameters.indices.contains(type), let offset = parameterOffsets[type][code] else { return nil }
        return parameters[type][offset]
    }

    /// The parameter with that number.
    package func searchParameter(number: Int) -> SearchParameter? {
        guard number >= 0, parameters.indices.contains(number / SearchParameter.perType) else { return nil }
        return parameters[number / SearchParameter.perType].first { $0.number == number }
    }

    /// The numbers of all parameters that may point to another resource.
    package var referenceParameters: [Int] {
        parameters.joined().filter { $0.kind == .reference }.map(\.number)
    }

    /// All parameters of a type: those of every type first, then its own by code.
    package func searchParameters(_ type: Int) -> [SearchParameter] {
        parameters.indices.contains(type) ? parameters[type] : []
    }
}

/// Reads `searchparameters.tsv`.
struct SearchParameterTable {
    private(set) var parameters: [[SearchParameter]]
    private(set) var offsets: [[String: Int]]

    init(_ bytes: [UInt8], types: [String: Int]) throws(Definitions.Malformed) {
        parameters = Array(repeating: [], count: types.count)
        offsets = Array(repeating: [:], count: types.count)
        for line in Table(bytes) {
            guard line.count == 8, let number = Int(line[1].text),
                let kind = SearchParameter.Kind(rawValue: line[3].text)
            else { throw .init(table: "searchParameters", entry: line[0].text) }
            let isCommon = line[0].elementsEqual("Resource".utf8)
            let wanted = isCommon ? Array(0..<types.count) : types[line[0].text].map { [$0] } ?? []
            guard !wanted.isEmpty else { throw .init(table: "searchParameters", entry: line[0].text) }
            let composite = line[7].words
            for type in wanted {
                let parameter = SearchParameter(
                    type: type, number: isCommon ? type * SearchParameter.perType + number : number, code: line[2].text,
                    kind: kind, impliedSystem: line[4].isEmpty ? nil : line[4].text, paths: line[5].words,
                    targets: line[6].words,
                    owners: composite.first?.split(separator: ",").map(String.init) ?? [],
                    components: composite.dropFirst().compactMap(SearchParameterTable.component))
                guard parameter.number / SearchParameter.perType == type else {
                    throw .init(table: "searchParameters", entry: line[0].text + "." + parameter.code)
                }
                offsets[type][parameter.code] = parameters[type].count
                parameters[type].append(parameter)
            }
        }
    }

    private static func component(_ text: String) -> SearchParameter.Component? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        return .init(code: String(text[..<equals]), expression: String(text[text.index(after: equals)...]))
    }
}
