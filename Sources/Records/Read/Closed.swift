import Access
import FHIR

/// What a caller is shown in part only. A record that several parts of the reach open shows what either of them opens; a
/// part that leaves an element out is not there for a search by that element, whatever the records hold.
extension ReachFilter {
    /// The parts that may be asked by some parameters: those that leave out nothing that these read.
    func parts(_ action: Action, _ type: String, touching parameters: Set<Int> = []) -> [Reach.Part] {
        let reach = policy.reach(of: caller, for: action, on: type)
        guard reach.closesSome, !parameters.isEmpty else {
            return reach.parts
        }
        let paths = parameters.flatMap(definitions.pathsRead)
        return reach.parts.filter { part in !paths.contains(where: part.closed.touches) }
    }

    /// Whether something of a type is left out for the caller.
    func closesSome(_ action: Action, _ type: String) -> Bool {
        policy.reach(of: caller, for: action, on: type).closesSome
    }

    /// What stays out of some records that the caller reaches.
    /// - Parameters:
    ///   - rids: of the records, all of the type.
    ///   - action: what they are shown for.
    ///   - type: theirs.
    /// - Returns: those of which anything stays out.
    /// - Throws: what the database reports.
    func closed(_ rids: [Int64], _ action: Action, _ type: String) throws -> [Int64: ClosedElements] {
        let reach = policy.reach(of: caller, for: action, on: type)
        guard reach.closesSome else {
            return [:]
        }
        let groups = Dictionary(grouping: reach.parts, by: \.closed)
        if groups.count == 1, let closed = groups.keys.first {
            return Dictionary(rids.map { ($0, closed) }, uniquingKeysWith: { first, _ in first })
        }
        // Which of the parts open a record is asked of the database once more for each way of leaving something out.
        var found: [Int64: ClosedElements] = [:]
        for (closed, parts) in groups.sorted(by: {
            $0.key.paths.sorted().lexicographicallyPrecedes($1.key.paths.sorted())
        }) {
            let open = SQLText.placing { condition(of: parts, type: type, alias: "r", bind: $0) }
            guard let open else {
                continue
            }
            for chunk in rids.chunks(of: TextsByKey.mostAtOnce) {
                try connection.each(
                    "SELECT r.rid FROM resource r WHERE r.rid IN (\(TextsByKey.list(chunk))) AND \(open)"
                ) { row in
                    if let rid = row.integer(0) {
                        found[rid] = found[rid].map { $0.both(closed) } ?? closed
                    }
                }
            }
        }
        // What no part opens any more was shown by none.
        let everything = reach.parts.reduce(into: Set<String>()) { $0.formUnion($1.closed.paths) }
        for rid in rids where found[rid] == nil {
            found[rid] = ClosedElements(everything)
        }
        return found.filter { !$0.value.isEmpty }
    }
}

extension Reader {
    /// The same texts without what stays out of them for the caller.
    func shown(_ texts: [StoredText], for action: Action = .read) throws -> [StoredText] {
        guard texts.contains(where: { reach.closesSome(action, $0.type) }) else {
            return texts
        }
        var closed: [Int64: ClosedElements] = [:]
        for (type, texts) in Dictionary(grouping: texts, by: \.type) {
            closed.merge(try reach.closed(Set(texts.map(\.rid)).sorted(), action, type)) { first, _ in first }
        }
        return try texts.map { text in
            guard let closed = closed[text.rid], !text.isDeleted else {
                return text
            }
            return try text.without(closed)
        }
    }

    func shown(_ text: StoredText?, for action: Action = .read) throws -> StoredText? {
        try text.flatMap { try shown([$0], for: action).first }
    }

    /// The same resources without what stays out of them for the caller.
    func shown(_ resources: [Resource], for action: Action = .read) throws -> [Resource] {
        guard resources.contains(where: { reach.closesSome(action, $0.type) }) else {
            return resources
        }
        var closed: [Int64: ClosedElements] = [:]
        for (type, resources) in Dictionary(grouping: resources, by: \.type) {
            closed.merge(try reach.closed(Set(resources.map(\.rid)).sorted(), action, type)) { first, _ in first }
        }
        return try resources.map { resource in
            guard let closed = closed[resource.rid] else {
                return resource
            }
            return Resource(
                type: resource.type, id: resource.id, version: resource.version, updated: resource.updated,
                document: try Reduced.document(resource.root, without: closed, id: resource.id), rid: resource.rid,
                person: resource.person, labels: resource.labels)
        }
    }

    /// Refuses a search by what the caller is not shown, whatever is stored.
    /// - Throws: `SearchRefusal`
    func refuseClosed(_ query: SearchQuery) throws {
        for branch in query.branches {
            try refuseClosed(branch.parameters, of: branch.type)
            for (type, parameters) in branch.terms.flatMap(\.elsewhere) {
                try refuseClosed(parameters, of: type)
            }
        }
    }

    private func refuseClosed(_ parameters: Set<Int>, of type: Int) throws {
        guard types.names.indices.contains(type), case let name = types.names[type], reach.closesSome(.search, name),
            reach.parts(.search, name, touching: parameters).isEmpty
        else {
            return
        }
        let codes = parameters.sorted().filter { reach.parts(.search, name, touching: [$0]).isEmpty }
            .compactMap { definitions.searchParameter(number: $0)?.code }
        throw SearchRefusal(
            .forbidden,
            "What you see of \(name) leaves out what \(codes.isEmpty ? "this search" : codes.map { "“\($0)”" }.joined(separator: ", ")) reads, so you cannot search or sort by it."
        )
    }
}

extension StoredText {
    func without(_ closed: ClosedElements) throws -> StoredText {
        var text = StoredText(
            type: type, id: id, version: version, updated: updated,
            body: try Reduced.document(document().root, without: closed, id: id).bytes, isDeleted: isDeleted, rid: rid,
            person: person)
        text.labels = labels
        text.closed = closed
        return text
    }
}

/// A resource without some of its elements, marked as one that is not whole (FHIR R4 §3.1.0.1.5.8).
enum Reduced {
    private static let mark: JSON = [
        "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "code": "SUBSETTED",
    ]

    static func document(_ root: JSONNode, without closed: ClosedElements, id: String) throws -> JSONDocument {
        var members: [JSONMember] = []
        for (name, value) in root.members where !closed.closes(name) {
            guard closed.closesSome(in: name) else {
                members.append(JSONMember(name: name, value: value.value))
                continue
            }
            if let left = part(value, of: name, without: closed) {
                members.append(JSONMember(name: name, value: left))
            }
        }
        var resource = JSON.object(members)
        var meta = resource["meta"] ?? [:]
        let tags = meta["tag"]?.array ?? []
        if !tags.contains(where: { $0["code"] == mark["code"] && $0["system"] == mark["system"] }) {
            meta["tag"] = .array(tags + [mark])
        }
        resource["meta"] = meta
        return try KeptForm.document(of: resource.document().root, id: id)
    }

    /// What is left of an element; nil when nothing is, since FHIR has no empty ones.
    private static func part(_ node: JSONNode, of outer: String, without closed: ClosedElements) -> JSON? {
        switch node.kind {
        case .object:
            let left = node.members.filter { !closed.closes($0.0, in: outer) }
                .map { JSONMember(name: $0.0, value: $0.1.value) }
            return left.isEmpty ? nil : .object(left)
        case .array:
            let left = node.elements.compactMap { part($0, of: outer, without: closed) }
            return left.isEmpty ? nil : .array(left)
        default: return node.value
        }
    }
}
