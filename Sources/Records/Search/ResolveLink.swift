import Access
import FHIR

extension Clause {
    /// Any of the clauses.
    static func any(_ clauses: [Clause]) -> Clause {
        let open = clauses.filter { !$0.isNever }
        guard let first = open.first else {
            return .never
        }
        guard open.count > 1 else {
            return first
        }
        let sources = open.compactMap(\.source)
        return Clause(
            probe: { candidate in "(\(SQLText.joined(open.map { "(\($0.probe(candidate)))" }, by: " OR ")))" },
            needsRow: open.contains(where: \.needsRow), mayStray: open.contains(where: \.mayStray),
            source: sources.count == open.count ? .joined(sources, by: " UNION ALL ") : nil)
    }
}

extension ResolveTerm {
    /// All of the clauses, found from the rarest.
    func all(_ clauses: [Clause]) throws -> Clause {
        if clauses.contains(where: \.isNever) {
            return .never
        }
        guard clauses.count > 1 else {
            return clauses[0]
        }
        let estimated = try EstimateClauses(connection: connection).run(clauses)
        let order = estimated.indices.sorted { estimated[$0].estimate.likely < estimated[$1].estimate.likely }
        var source: SQLText?
        if let first = order.first, let driver = estimated[first].source {
            let others = order.dropFirst().map { estimated[$0] }
            let needsRow = others.contains(where: \.needsRow)
            let candidate = Clause.Candidate(rid: "a.rid", row: needsRow ? "b" : nil)
            let probes = SQLText.joined(others.map { $0.probe(candidate) }, by: " AND ")
            let (join, on) = connection.kind.beside("resource", "b", on: "@.rid = a.rid")
            source =
                needsRow
                ? "SELECT a.rid AS rid FROM (\(driver)) a \(join) WHERE \(on) AND \(probes)"
                : "SELECT a.rid AS rid FROM (\(driver)) a WHERE \(probes)"
        }
        return Clause(
            probe: { candidate in
                "(\(SQLText.joined(order.map { estimated[$0].probe(candidate) }, by: " AND ")))"
            },
            needsRow: clauses.contains(where: \.needsRow), mayStray: clauses.allSatisfy(\.mayStray), source: source)
    }

    /// What the other end of a reference has to satisfy, asked of its row of `resource` (with `@` for the alias); nil when nobody may see one.
    /// The parameters are those by which it is reached, besides those that are asked of it.
    private func end(_ link: SearchLink, by parameters: Set<Int> = []) throws -> (clause: Clause, row: SQLText?)? {
        let inner = try clause(link.term, of: link.type)
        let name = types.names[link.type]
        let touched = link.term.parameters.union(parameters)
        let reached = SQLText.placing {
            reach.condition(.search, type: name, alias: "@", touching: touched, bind: $0)
        }
        guard !inner.isNever, let reached else {
            return nil
        }
        guard inner.needsRow || inner.mayStray || inner.source == nil || !reach.isWhole(.search, name) else {
            return (inner, nil)
        }
        return (inner, "@.type = \(link.type) AND @.version > 0 AND @.deleted = 0 AND \(reached)")
    }

    /// FHIR R4 §3.1.1.4.3 chained parameters.
    func chain(_ parameter: Int, _ links: [SearchLink]) throws -> Clause {
        .any(
            try links.compactMap { target -> Clause? in
                guard let (inner, row) = try end(target) else {
                    return nil
                }
                let probe = link(parameter, inner, row, from: "rid", to: "target")
                let source = inner.source.map { given -> SQLText in
                    // The reference comes last, so that rows are read in this order.
                    let (join, on) = connection.kind.beside(
                        "index_reference", "l", on: "@.parameter = \(parameter) AND @.target = h.rid")
                    return "SELECT l.rid AS rid FROM (\(ends(given, row))) h \(join) WHERE \(on)"
                }
                return Clause(probe: probe, source: source)
            })
    }

    /// FHIR R4 §3.1.1.4.4 reverse chaining.
    func has(_ parameter: Int, _ link: SearchLink) throws -> Clause {
        guard let (inner, row) = try end(link, by: [parameter]) else {
            return .never
        }
        let source = inner.source.map { given -> SQLText in
            let (join, on) = connection.kind.beside(
                "index_reference", "l", on: "@.rid = h.rid AND @.parameter = \(parameter)")
            return "SELECT l.target AS rid FROM (\(ends(given, row))) h \(join) WHERE \(on)"
        }
        return Clause(
            probe: self.link(parameter, inner, row, from: "target", to: "rid"), mayStray: true, source: source)
    }

    private func ends(_ given: SQLText, _ row: SQLText?) -> SQLText {
        guard let row else {
            return given
        }
        let (join, on) = connection.kind.beside("resource", "t", on: "@.rid = g.rid")
        return "SELECT t.rid AS rid FROM (\(given)) g \(join) WHERE \(on) AND \(row.of("t"))"
    }

    /// Whether a reference leads from a candidate to something that satisfies a clause.
    private func link(
        _ parameter: Int, _ inner: Clause, _ row: SQLText?, from: String, to: String
    ) -> (Clause.Candidate) -> SQLText {
        { candidate in
            let depth = candidate.depth + 1
            let link = "l\(depth)"
            let end = "t\(depth)"
            let inside = inner.probe(.init(rid: "\(link).\(to)", row: row == nil ? nil : end, depth: depth))
            let joined: SQLText =
                row.map { "CROSS JOIN resource \(end) WHERE \(end).rid = \(link).\(to) AND \($0.of(end)) AND" }
                ?? "WHERE"
            return """
                (SELECT 1 FROM index_reference \(link) \(joined) \(link).parameter = \(parameter)
                AND \(link).\(from) = \(candidate.rid) AND \(inside) LIMIT 1) IS NOT NULL
                """
        }
    }
}
