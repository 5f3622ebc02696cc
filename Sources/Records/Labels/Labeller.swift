import Access
package import FHIR

/// Puts security labels on what is about to be stored, by the codes in it (FHIR R4 §6.1.3, DS4P). A label that is there
/// already stays as it was written; one that the labeller adds says by `userSelected: false` that nobody chose it.
package struct Labeller: Sendable {
    let library: LabelLibrary
    let indexer: Indexer
    /// The number of the search parameter by which a DocumentReference names its file.
    var location: Int?

    /// Finds the index rows and the labels of a resource.
    /// - Parameters:
    ///   - document: in ``KeptForm``.
    ///   - name: its type.
    ///   - number: the number of the type.
    ///   - id: its id.
    /// - Returns: the resource with its labels in `meta.security`, ready to be stored.
    /// - Throws: why its text with labels would be no JSON.
    func prepared(_ document: JSONDocument, _ name: String, _ number: Int, id: String) throws(JSONError) -> Prepared {
        var rows: [IndexRow] = []
        indexer.index(document.root, type: number, into: &rows)
        let found = mask(document.root)
        guard !found.isEmpty, case let labelled = try adding(found, to: document, id: id),
            labelled.bytes != document.bytes
        else {
            return Prepared(type: name, id: id, number: number, body: document.bytes, rows: rows, labels: found)
        }
        rows = []
        indexer.index(labelled.root, type: number, into: &rows)
        return Prepared(type: name, id: id, number: number, body: labelled.bytes, rows: rows, labels: found)
    }

    /// The same with labels besides those that its codes ask for.
    func adding(_ labels: LabelMask, to prepared: Prepared) throws -> Prepared {
        let document = try adding(labels, to: JSONDocument(prepared.body), id: prepared.id)
        var rows: [IndexRow] = []
        indexer.index(document.root, type: prepared.number, into: &rows)
        return Prepared(
            type: prepared.type, id: prepared.id, number: prepared.number, body: document.bytes, rows: rows,
            labels: prepared.labels.union(labels.carried))
    }

    /// Which labels a resource needs, the stated ones included: wherever in it a code stands, in what is contained too, and
    /// whether a search parameter looks there or not.
    func mask(_ root: JSONNode) -> LabelMask { library.labels.isEmpty ? .none : walk(root) }

    private func walk(_ node: JSONNode) -> LabelMask {
        var found = LabelMask.none
        switch node.kind {
        case .object:
            if let system = node["system"]?.string, let code = node["code"]?.string {
                found = library.mask(system: system, code: code)
            }
            for (_, value) in node.members where value.kind == .object || value.kind == .array {
                found = found.union(walk(value))
            }
        case .array:
            for element in node.elements where element.kind == .object || element.kind == .array {
                found = found.union(walk(element))
            }
        default: break
        }
        return found
    }

    private func adding(_ labels: LabelMask, to document: JSONDocument, id: String) throws(JSONError) -> JSONDocument {
        var stated = LabelMask.none
        for coding in document.root["meta"]?.list("security") ?? [] {
            stated = stated.union(
                library.mask(system: coding["system"]?.string ?? "", code: coding["code"]?.string ?? ""))
        }
        let missing = library.labels(of: labels.carried.subtracting(stated))
        guard !missing.isEmpty else {
            return document
        }
        var resource = document.root.value
        var meta = resource["meta"] ?? [:]
        meta["security"] = .array(
            (meta["security"]?.array ?? [])
                + missing.map { label in
                    [
                        "system": .string(label.system), "code": .string(label.code), "display": .string(label.title),
                        "userSelected": false,
                    ]
                })
        resource["meta"] = meta
        return try KeptForm.document(of: resource.document().root, id: id)
    }
}
