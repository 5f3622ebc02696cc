/// Finds the rows by which a resource can be searched (FHIR R4 §3.1.1.4), without evaluating FHIRPath.
///
/// `_id` and `_lastUpdated` are left to the store; ``CompositeShape`` says how composites are kept. Contained resources
/// are not indexed, and a reference into them gives no row.
package struct Indexer: Sendable {
    private let plans: [ExtractionPlan]

    package init(definitions: Definitions) {
        plans = definitions.parameters.map(ExtractionPlan.init)
    }

    /// Appends the rows of a resource, each once.
    /// - Parameters:
    ///   - resource: the resource; what has the wrong shape gives no row.
    ///   - type: the number of its type in ``Definitions/resourceTypes``.
    ///   - rows: where rows are appended; those already there stay.
    package func index(_ resource: JSONNode, type: Int, into rows: inout [IndexRow]) {
        guard plans.indices.contains(type) else { return }
        let start = rows.count
        let plan = plans[type]
        walk(resource, at: 0, of: plan, into: &rows)
        for presence in plan.presences {
            let isThere = resource.members.contains { member in
                member.name.hasPrefix(presence.element) && member.value.bool != false
            }
            rows.append(IndexRow(parameter: presence.parameter, value: .token(system: nil, code: String(isThere))))
        }
        removeRepeated(from: start, in: &rows)
    }

    private func walk(_ object: JSONNode, at place: Int, of plan: ExtractionPlan, into rows: inout [IndexRow]) {
        for (name, value) in object.members {
            guard let edges = plan.places[place].edges[name] else { continue }
            for edge in edges {
                guard value.kind == .array else {
                    visit(value, by: edge, of: plan, into: &rows)
                    continue
                }
                for element in value.elements {
                    visit(element, by: edge, of: plan, into: &rows)
                    if edge.condition == .first { break }
                }
            }
        }
    }

    private func visit(
        _ value: JSONNode, by edge: ExtractionPlan.Edge, of plan: ExtractionPlan, into rows: inout [IndexRow]
    ) {
        if case .equals(let member, let text)? = edge.condition, value[member]?.string != text { return }
        for find in plan.places[edge.place].finds {
            Extraction(parameter: find.parameter, node: value).append(find, to: &rows)
        }
        for together in plan.places[edge.place].together {
            TogetherExtraction(together: together).append(value, to: &rows)
        }
        if !plan.places[edge.place].edges.isEmpty { walk(value, at: edge.place, of: plan, into: &rows) }
    }

    private func removeRepeated(from start: Int, in rows: inout [IndexRow]) {
        // Few rows are compared with each other; only for many does a set pay.
        if rows.count - start <= 48 {
            var kept = start
            for index in start..<rows.count where !rows[start..<kept].contains(rows[index]) {
                if kept != index { rows[kept] = rows[index] }
                kept += 1
            }
            rows.removeLast(rows.count - kept)
        } else {
            var seen = Set<IndexRow>(minimumCapacity: rows.count - start)
            let unique = rows[start...].filter { seen.insert($0).inserted }
            rows.replaceSubrange(start..., with: unique)
        }
    }
}
