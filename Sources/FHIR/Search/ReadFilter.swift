/// Reads one parameter that filters: its name with chain and modifier, and its values.
struct ReadFilter {
    let parser: SearchParser
    let base: String?
    let now: Int64

    private var definitions: Definitions { parser.definitions }

    /// - Returns: nil for what every resource satisfies.
    func term(_ type: Int, _ name: Substring, value: String, depth: Int) throws(SearchRefusal) -> SearchTerm? {
        guard depth <= SearchParser.deepest else {
            throw SearchRefusal(.tooCostly, "A parameter may follow \(SearchParser.deepest) references.")
        }
        if name.hasPrefix("_has:") { return try has(type, name, value: value, depth: depth) }
        if let dot = name.firstIndex(of: ".") {
            let rest = name[name.index(after: dot)...]
            return try chain(type, name[..<dot], rest, value: value, depth: depth)
        }
        let parts = name.split(separator: ":", omittingEmptySubsequences: false)
        guard let code = parts.first, parts.count <= 2 else {
            throw SearchRefusal(.invalid, "The parameter \(SearchRefusal.shown(name)) has more than one modifier.")
        }
        let parameter = try parameter(type, code)
        return try values(parameter, parts.count == 2 ? String(parts[1]) : nil, value)
    }

    private func parameter(_ type: Int, _ code: Substring) throws(SearchRefusal) -> SearchParameter {
        if let reason = Self.unsupported[String(code)] {
            throw SearchRefusal(.notSupported, "The parameter \(code) is not supported: \(reason).")
        }
        guard let found = definitions.searchParameter(type, String(code)) else {
            let known = definitions.searchParameters(type).map(\.code).filter { Self.unsupported[$0] == nil }
            throw SearchRefusal(
                .notSupported,
                "\(parser.name(type)) has no search parameter \(SearchRefusal.shown(code))."
                    + NearSpelling.hint(code, among: known + SearchParser.resultParameters))
        }
        return found
    }

    private static let unsupported = [
        "_text": "there is no index of whole narratives", "_content": "there is no index of whole contents",
        "_query": "no named queries are defined", "_filter": "write the conditions as parameters of their own",
        "_list": "search the List and include its items",
        "_contained": "contained resources are not found by themselves",
        "_containedType": "contained resources are not found by themselves", "_score": "matches are not weighed",
    ]

    // MARK: Chains

    private func chain(
        _ type: Int, _ head: Substring, _ rest: Substring, value: String, depth: Int
    ) throws(SearchRefusal) -> SearchTerm {
        let parts = head.split(separator: ":", omittingEmptySubsequences: false)
        guard let code = parts.first, parts.count <= 2 else {
            throw SearchRefusal(.invalid, "The chain \(SearchRefusal.shown(head)) has more than one type.")
        }
        let parameter = try parameter(type, code)
        guard parameter.kind == .reference else {
            throw SearchRefusal(.invalid, "\(parameter.code) of \(parser.name(type)) is no reference to follow.")
        }
        var targets = parameter.targets == ["Resource"] ? definitions.resourceTypes : parameter.targets
        if parts.count == 2 {
            let wanted = String(parts[1])
            _ = try parser.number(wanted)
            guard targets.contains(wanted) else {
                throw SearchRefusal(.invalid, "\(parameter.code) does not point to a \(wanted).")
            }
            targets = [wanted]
        }
        var links: [SearchLink] = []
        var refusal: SearchRefusal?
        for target in targets {
            let number = try parser.number(target)
            do throws(SearchRefusal) {
                // What every resource satisfies says here that the reference points to one.
                let term = try term(number, rest, value: value, depth: depth + 1) ?? .all([])
                links.append(SearchLink(type: number, term: term))
            } catch {
                // Types without such a parameter cannot match; a fault of the value is told.
                if refusal == nil || error.issues.first?.code != .notSupported { refusal = error }
                if error.issues.first?.code == .tooCostly { throw error }
            }
        }
        guard !links.isEmpty else {
            throw refusal ?? SearchRefusal(.invalid, "\(parameter.code) points to nothing.")
        }
        return .chain(parameter.number, to: links)
    }

    /// `_has:Observation:patient:code`: FHIR R4 §3.1.1.4.4.
    private func has(_ type: Int, _ name: Substring, value: String, depth: Int) throws(SearchRefusal) -> SearchTerm {
        let parts = name.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, !parts[3].isEmpty else {
            throw SearchRefusal(.invalid, "_has is written _has:Type:reference:parameter.")
        }
        let number = try parser.number(String(parts[1]))
        let reference = try parameter(number, parts[2])
        guard reference.kind == .reference else {
            throw SearchRefusal(.invalid, "\(reference.code) of \(parts[1]) is no reference.")
        }
        guard reference.targets == ["Resource"] || reference.targets.contains(parser.name(type)) else {
            throw SearchRefusal(.invalid, "\(reference.code) of \(parts[1]) does not point to a \(parser.name(type)).")
        }
        let term = try term(number, parts[3], value: value, depth: depth + 1) ?? .all([])
        return .has(reference.number, SearchLink(type: number, term: term))
    }

    // MARK: Values

    private func values(
        _ parameter: SearchParameter, _ modifier: String?, _ text: String
    ) throws(SearchRefusal) -> SearchTerm? {
        guard !text.isEmpty else {
            throw SearchRefusal(.notSupported, "The parameter \(parameter.code) has no value.")
        }
        let texts = ValueSplitter.split(text, at: ",")
        guard texts.count <= SearchParser.mostValues else {
            throw SearchRefusal(.tooCostly, "A parameter may have \(SearchParser.mostValues) values.")
        }
        guard texts.allSatisfy({ !$0.isEmpty }) else {
            throw SearchRefusal(.value, "A value of \(parameter.code) between commas is empty.")
        }
        if modifier == "missing" { return try missing(parameter, text) }
        let read = ReadValue(parameter: parameter, definitions: definitions, base: base, now: now)
        let number = parameter.number
        func each<T>(_ one: (Substring) throws(SearchRefusal) -> T) throws(SearchRefusal) -> [T] {
            var all: [T] = []
            for text in texts { all.append(try one(text)) }
            return all
        }
        if parameter.code == "_id" {
            try allow(modifier, [], parameter)
            return .ids(texts.map(ValueSplitter.plain))
        }
        if parameter.code == "_lastUpdated" {
            try allow(modifier, [], parameter)
            return .updated(try each(read.date))
        }
        switch parameter.kind {
        case .token:
            try allow(modifier, ["text", "not", "of-type"], parameter)
            switch modifier {
            case "text":
                let tests = try each { text throws(SearchRefusal) in try read.string(text, nil) }
                return .string([number], any: tests)
            case "of-type":
                guard parameter.paths.contains(where: { $0.hasSuffix(":Identifier") }) else {
                    throw SearchRefusal(.invalid, ":of-type is for identifiers; \(parameter.code) is none.")
                }
                return .token(number + SearchParameter.second, any: try each(read.ofType), negated: false)
            default: return .token(number, any: try each(read.token), negated: modifier == "not")
            }
        case .string:
            try allow(modifier, ["exact", "contains"], parameter)
            return .string([number], any: try each { text throws(SearchRefusal) in try read.string(text, modifier) })
        case .date:
            try allow(modifier, [], parameter)
            return .date(number, any: try each(read.date))
        case .number:
            try allow(modifier, [], parameter)
            return .number(number, any: try each(read.number))
        case .quantity:
            try allow(modifier, [], parameter)
            return .quantity(number, any: try each(read.quantity))
        case .uri:
            try allow(modifier, ["below", "above"], parameter)
            return .uri(number, any: texts.map { read.uri($0, modifier) })
        case .reference:
            if modifier == "identifier" {
                return .token(number + SearchParameter.second, any: try each(read.token), negated: false)
            }
            let isType = modifier.map { definitions.number(ofType: $0) != nil } ?? false
            try allow(isType ? nil : modifier, ["identifier", "[type]"], parameter)
            return .reference(
                [number], any: try each { text throws(SearchRefusal) in try read.reference(text, type: modifier) })
        case .composite:
            try allow(modifier, [], parameter)
            let ways = try each { text throws(SearchRefusal) in try composite(parameter, text) }
            return ways.count == 1 ? ways[0] : .any(ways)
        case .special:
            try allow(modifier, [], parameter)
            guard parameter.code == "near" else {
                throw SearchRefusal(.notSupported, "The parameter \(parameter.code) is not supported.")
            }
            return .near(number, any: try each(read.near))
        }
    }

    private func allow(
        _ modifier: String?, _ allowed: [String], _ parameter: SearchParameter
    ) throws(SearchRefusal) {
        guard let modifier, !allowed.contains(modifier) else { return }
        let reason =
            switch modifier {
            case "in", "not-in", "above", "below": " There is no terminology service to ask."
            default:
                allowed.isEmpty
                    ? "" : " It takes " + (allowed + ["missing"]).map { ":" + $0 }.joined(separator: " ") + "."
            }
        throw SearchRefusal(
            .invalid, "\(parameter.code) does not take the modifier \(SearchRefusal.shown(":" + modifier)).\(reason)")
    }

    private func missing(_ parameter: SearchParameter, _ text: String) throws(SearchRefusal) -> SearchTerm? {
        guard text == "true" || text == "false" else {
            throw SearchRefusal(.value, ":missing of \(parameter.code) is either true or false.")
        }
        guard parameter.kind != .composite else {
            throw SearchRefusal(.invalid, "A composite parameter does not take the modifier :missing.")
        }
        if parameter.code == "_id" || parameter.code == "_lastUpdated" { return text == "true" ? .nothing : nil }
        return .missing(parameter.number, text == "true")
    }

    // MARK: Composite

    private func composite(_ parameter: SearchParameter, _ text: Substring) throws(SearchRefusal) -> SearchTerm {
        let texts = ValueSplitter.split(text, at: "$")
        guard let shape = definitions.composite(parameter) else {
            throw SearchRefusal(.notSupported, "The parameter \(parameter.code) is not supported.")
        }
        guard texts.count == shape.kinds.count, texts.allSatisfy({ !$0.isEmpty }) else {
            throw SearchRefusal(
                .value,
                "\(parameter.code) has \(shape.kinds.count) parts, written with $ between them: "
                    + parameter.components.map(\.code).joined(separator: "$") + ".")
        }
        var ways: [SearchTerm] = []
        for way in shape.ways {
            var wholes: [SearchTerm] = []
            var together: [TogetherTest.Part] = []
            for (part, text) in zip(way.parts, texts) {
                switch part {
                case .parameter(let number):
                    guard let whole = definitions.searchParameter(number: number),
                        let term = try values(whole, nil, String(text))
                    else { continue }
                    wholes.append(term)
                case .slot(let slot, let kind):
                    let component = parameter.components[together.count + wholes.count].code
                    let owner = definitions.searchParameter(parameter.type, component) ?? parameter
                    together.append(try self.part(slot, kind, owner, text))
                }
            }
            if let rows = way.rows, !together.isEmpty {
                wholes.append(.together(TogetherTest(parameter: rows, parts: together)))
            }
            ways.append(wholes.count == 1 ? wholes[0] : .all(wholes))
        }
        return ways.count == 1 ? ways[0] : .any(ways)
    }

    private func part(
        _ slot: CompositeShape.Slot, _ kind: SearchParameter.Kind, _ parameter: SearchParameter, _ text: Substring
    ) throws(SearchRefusal) -> TogetherTest.Part {
        let read = ReadValue(parameter: parameter, definitions: definitions, base: base, now: now)
        switch slot {
        case .code: return .code(try read.token(text))
        case .otherCode: return .otherCode(try read.token(text))
        case .reference: return .reference(try read.reference(text, type: nil))
        case .amount: return .amount(try read.quantity(text))
        case .interval: return kind == .date ? .date(try read.date(text)) : .number(try read.number(text))
        case .first: return .first(try read.number(text))
        case .second: return .second(try read.number(text))
        case .text: return .text(try read.string(text, nil))
        }
    }
}
