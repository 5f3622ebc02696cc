/// Which parameter keeps the rows of a path. Parameters of one type overlap: `combo-code` finds what `code` and
/// `component-code` find, so it needs no rows of its own.
extension Definitions {
    /// Under which numbers the rows of a parameter are kept: for each of its paths those of the smallest parameter that
    /// looks at that path and nowhere else than this one does.
    package func rowOwners(of parameter: SearchParameter) -> [Int] {
        let among = searchParameters(parameter.type)
        var owners: [Int] = []
        for path in parameter.paths {
            let owner = Self.rowOwner(of: path, for: parameter, among: among)
            if !owners.contains(owner) { owners.append(owner) }
        }
        return owners.isEmpty ? [parameter.number] : owners
    }

    /// As ``rowOwners(of:)-(SearchParameter)``; of a number that is none, the number itself.
    package func rowOwners(of number: Int) -> [Int] {
        searchParameter(number: number).map { rowOwners(of: $0) } ?? [number]
    }

    static func rowOwner(of path: String, for parameter: SearchParameter, among all: [SearchParameter]) -> Int {
        // References stay apart: people and includes are found by them.
        guard parameter.kind != .reference, parameter.kind != .composite, parameter.kind != .special else {
            return parameter.number
        }
        let within = all.filter { other in
            other.kind == parameter.kind && other.impliedSystem == parameter.impliedSystem
                && other.paths.contains(path) && other.paths.allSatisfy(parameter.paths.contains)
        }
        return within.min { ($0.paths.count, $0.number) < ($1.paths.count, $1.number) }?.number ?? parameter.number
    }

    /// Whether a parameter keeps the rows of one of its paths.
    static func keeps(_ parameter: SearchParameter, _ path: String, among all: [SearchParameter]) -> Bool {
        // The path of `near` stands in no table, and nobody shares it.
        guard parameter.kind != .special else { return true }
        return all.contains { other in
            other.kind == parameter.kind && other.paths.contains(path)
                && rowOwner(of: path, for: other, among: all) == parameter.number
        }
    }
}
