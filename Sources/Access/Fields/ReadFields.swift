import Content

/// Reads which elements a rule shows:
///
///     fields:
///       Patient: {without: [telecom, address, contact.telecom]}
///       Encounter: {only: [subject, period]}
///       Observation: {without: [value]}       # of whatever type
struct ReadFields {
    let names: ElementNames

    /// What stays in whatever a rule says: who it is, and what FHIR lets nobody pass over.
    private static let kept: Set<String> = ["id", "meta", "implicitRules", "language", "modifierExtension"]
    /// What may repeat anything that is left out.
    private static let telling: Set<String> = ["text", "contained", "extension"]

    func callAsFunction(_ field: ContentField, of types: RoleRule.Types) throws(ContentProblem) -> [String:
        ClosedElements]
    {
        var found: [String: ClosedElements] = [:]
        for (type, field) in try field.members() {
            guard types.contains(type), !names.elements(of: type).isEmpty else {
                throw field.problem("the rule does not open this type")
            }
            guard type != "AuditEvent", type != "Bundle" else {
                throw field.problem("nothing of this type can be left out")
            }
            try field.allow(["only", "without"])
            guard field["only"].isPresent != field["without"].isPresent else {
                throw field.problem("it says either \"only\" or \"without\"")
            }
            let isOnly = field["only"].isPresent
            var named: [[String]] = []
            for path in try field[isOnly ? "only" : "without"].list() {
                named.append(try steps(path, of: type, mayBeKept: isOnly))
            }
            guard !named.isEmpty else {
                throw field.problem("no element is named")
            }
            found[type] = isOnly ? only(named, of: type) : without(named)
        }
        return found
    }

    /// A path that the type has.
    private func steps(_ field: ContentField, of type: String, mayBeKept: Bool) throws(ContentProblem) -> [String] {
        let written = try field.text()
        var steps = written.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(steps.count),
            let first = names.elements(of: type).first(where: { $0.isCalled(steps[0]) })
        else {
            throw field.problem("\"\(written)\" is no element of \(type), or more than two steps deep")
        }
        steps[0] = first.name
        var last = first
        if steps.count == 2 {
            let inner = first.blocks.count == 1 ? names.elements(of: first.blocks[0]) : []
            guard let second = inner.first(where: { $0.isCalled(steps[1]) }), !Self.kept.contains(steps[0]) else {
                throw field.problem("\"\(written)\" is no element of \(type)")
            }
            steps[1] = second.name
            last = second
        }
        if mayBeKept {
            guard steps[0] != "text" else {
                throw field.problem("the narrative tells everything, so it is left out whenever anything is")
            }
        } else {
            guard !last.isMandatory, !Self.kept.contains(last.name) else {
                throw field.problem("FHIR does not let \"\(written)\" be left out")
            }
        }
        return steps
    }

    private func without(_ named: [[String]]) -> ClosedElements {
        var closed = Self.telling.union(named.map { $0.joined(separator: ".") })
        closed.formUnion(named.filter { $0.count == 2 }.map { "\($0[0]).extension" })
        return ClosedElements(closed)
    }

    private func only(_ named: [[String]], of type: String) -> ClosedElements {
        func left(_ block: String, _ open: Set<String>) -> Set<String> {
            Set(names.elements(of: block).filter { !$0.isMandatory && !Self.kept.contains($0.name) }.map(\.name))
                .subtracting(open)
        }
        var closed = left(type, Set(named.map { $0[0] })).union(["text"])
        let whole = Set(named.filter { $0.count == 1 }.map { $0[0] })
        for (outer, paths) in Dictionary(
            grouping: named.filter { $0.count == 2 && !whole.contains($0[0]) }, by: { $0[0] })
        {
            let block = names.elements(of: type).first { $0.name == outer }?.blocks.first ?? ""
            closed.formUnion(left(block, Set(paths.map { $0[1] })).map { "\(outer).\($0)" })
        }
        return ClosedElements(closed)
    }
}
