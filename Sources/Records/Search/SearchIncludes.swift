import Access
import FHIR

/// Adds what matches point to and what points to them (FHIR R4 §3.1.1.5.4). Each resource is added once, whatever cycle
/// leads to it.
struct SearchIncludes {
    let reader: Reader
    let query: SearchQuery

    /// The most resources and bytes that one page is given.
    private static let most = 1_000
    private static let mostBytes = 16 << 20
    private static let mostRounds = 16

    func add(to page: inout SearchPage) throws {
        var known = Set(page.matches.map(\.rid))
        var added: [StoredText] = []
        var bytes = 0
        var front = page.matches
        var isCut = false
        for round in 0..<Self.mostRounds where !front.isEmpty && !isCut {
            var fresh: [Int64: StoredText] = [:]
            for include in query.includes where round == 0 || include.isIterated {
                let found = include.isReverse ? try behind(front, include) : try ahead(front, include)
                for text in found where !known.contains(text.rid) && fresh[text.rid] == nil {
                    guard added.count + fresh.count < Self.most, bytes < Self.mostBytes else {
                        isCut = true
                        break
                    }
                    fresh[text.rid] = text
                    bytes += text.body.count
                }
            }
            front = fresh.values.sorted { ($0.type, $0.id) < ($1.type, $1.id) }
            known.formUnion(fresh.keys)
            added += front
        }
        page.includes = added
        if isCut || !front.isEmpty {
            page.issues.append(
                Issue(
                    .warning, .incomplete,
                    "More resources would be included with this page than the \(Self.most) that it can hold. Ask for a "
                        + "smaller page with _count."))
        }
    }

    /// By type, and by what is left out of them.
    private func alike(_ front: [StoredText]) -> [(type: Int, closed: ClosedElements, texts: [StoredText])] {
        Dictionary(grouping: front) { reader.types.number(of: $0.type) ?? -1 }.flatMap { type, texts in
            Dictionary(grouping: texts, by: \.closed).map { (type, $0, $1) }
        }
    }

    // MARK: What they point to

    private func ahead(_ front: [StoredText], _ include: SearchInclude) throws -> [StoredText] {
        var targets: Set<Int64> = []
        // A reference that is left out of a record leads nowhere.
        for (type, closed, texts) in alike(front) {
            let parameters = include.parameters[type]?.filter { parameter in
                closed.isEmpty || !reader.definitions.pathsRead(by: parameter).contains(where: closed.touches)
            }
            guard let parameters, !parameters.isEmpty else {
                continue
            }
            for chunk in texts.chunks(of: 200) {
                try reader.connection.each(
                    """
                    SELECT l.target FROM index_reference l WHERE l.rid IN (\(SQLText.list(chunk.map(\.rid))))
                    AND l.parameter IN (\(SQLText.list(parameters.map(Int64.init))))
                    """
                ) { row in
                    if let target = row.integer(0) {
                        targets.insert(target)
                    }
                }
            }
        }
        return try reached(targets, include.target)
    }

    /// Those of the places that are on file and that the caller reaches, in the order of type and id.
    private func reached(_ places: Set<Int64>, _ only: Int?) throws -> [StoredText] {
        var byType: [Int: [Int64]] = [:]
        var addresses: [String] = []
        for chunk in places.sorted().chunks(of: 200) {
            try reader.connection.each(
                "SELECT rid, type, id FROM resource WHERE rid IN (\(SQLText.list(Array(chunk))))"
            ) { row in
                guard let rid = row.integer(0), let type = row.integer(1).map(Int.init), let id = row.text(2) else {
                    return
                }
                if type < 0 {
                    addresses.append(id)
                } else {
                    byType[type, default: []].append(rid)
                }
            }
        }
        for address in addresses.sorted() {
            for (type, rid) in try standing(address) {
                byType[type, default: []].append(rid)
            }
        }
        var found: [StoredText] = []
        for (type, rids) in byType.sorted(by: { $0.key < $1.key }) where only == nil || only == type {
            guard let condition = condition(type) else {
                continue
            }
            found += try TextsByKey(reader: reader).read(rids, where: condition).values.sorted { $0.id < $1.id }
        }
        return found
    }

    private func condition(_ type: Int, touching parameters: Set<Int> = []) -> SQLText? {
        SQLText.placing {
            reader.reach.condition(
                .search, type: reader.types.names[type], alias: "r", touching: parameters, bind: $0)
        }
    }

    /// What an absolute address leads to here: a resource of this server, or one with that canonical URL.
    private func standing(_ address: String) throws -> [(type: Int, rid: Int64)] {
        if let base = query.base, address.hasPrefix(base + "/"),
            case .resource(let name, let id)? = ReferenceTarget(String(address.dropFirst(base.count + 1)))
        {
            let type = reader.types.number(of: name) ?? -1
            let rid = try reader.connection.first(
                "SELECT rid FROM resource WHERE type = $1 AND id = $2", [.integer(Int64(type)), .text(id)],
                { $0.integer(0) })
            return rid.map { [(type, $0)] } ?? []
        }
        let halves = address.split(separator: "|", maxSplits: 1)
        guard let url = halves.first, let word = try reader.words.find(String(url), on: reader.connection) else {
            return []
        }
        let definitions = reader.definitions
        // What has a canonical URL is about nobody: its type is open to the caller as a whole or hidden, but for what is
        // labelled. Of hidden ones not even the number must count.
        let parameters = definitions.resourceTypes.enumerated()
            .filter { reader.reach.isOfEveryone(.search, $1) && !reader.reach.closesSome(.search, $1) }
            .compactMap { definitions.searchParameter($0.offset, "url") }.filter { $0.kind == .uri }
        guard !parameters.isEmpty else {
            return []
        }
        var found: [(type: Int, rid: Int64)] = []
        try reader.connection.each(
            """
            SELECT u.parameter, u.rid FROM index_uri u
            WHERE u.parameter IN (\(SQLText.list(parameters.flatMap(definitions.rowOwners(of:)).map(Int64.init))))
            AND u.value = \(word) LIMIT 50
            """
        ) { row in
            if let parameter = row.integer(0).map(Int.init), let rid = row.integer(1) {
                found.append((parameter / SearchParameter.perType, rid))
            }
        }
        guard halves.count == 2 else {
            return found
        }
        return try found.filter { type, rid in
            guard let version = definitions.searchParameter(type, "version").map(definitions.rowOwners(of:))?.first
            else {
                return true
            }
            return try reader.connection.first(
                "SELECT 1 FROM index_token WHERE parameter = $1 AND code = $2 AND system = 0 AND rid = $3",
                [.integer(Int64(version)), .text(String(halves[1])), .integer(rid)], { $0.integer(0) }) != nil
        }
    }

    // MARK: What points to them

    private func behind(_ front: [StoredText], _ include: SearchInclude) throws -> [StoredText] {
        let targets = front.filter { include.target == nil || reader.types.number(of: $0.type) == include.target }
        guard !targets.isEmpty else {
            return []
        }
        let order = reader.reach.followsArrival ? "r.rid" : "r.id"
        var found: [StoredText] = []
        let ways = include.parameters.sorted { $0.key < $1.key }.flatMap { type, parameters in
            // Where something is left out each reference has a reach of its own.
            reader.reach.closesSome(.search, reader.types.names[type])
                ? parameters.map { (type, [$0]) } : [(type, parameters)]
        }
        for (type, parameters) in ways {
            guard let condition = condition(type, touching: Set(parameters)), found.count <= Self.most else {
                continue
            }
            for chunk in targets.chunks(of: 200) {
                var rids: [Int64] = []
                try reader.connection.each(
                    """
                    SELECT DISTINCT r.rid, r.id FROM index_reference l CROSS JOIN resource r
                    WHERE l.parameter IN (\(SQLText.list(parameters.map(Int64.init))))
                    AND l.target IN (\(SQLText.list(chunk.map(\.rid)))) AND r.rid = l.rid AND \(condition)
                    ORDER BY \(order) LIMIT \(Self.most + 1)
                    """
                ) { row in
                    if let rid = row.integer(0) {
                        rids.append(rid)
                    }
                }
                found += try TextsByKey(reader: reader).read(rids).values.sorted { $0.id < $1.id }
            }
        }
        return found
    }
}
