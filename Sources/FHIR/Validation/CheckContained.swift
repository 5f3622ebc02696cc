/// Contained resources: rules dom-2 and dom-3. What dom-4 and dom-5 ask for is in the table of rules.
extension Validator.Walk {
    mutating func contained(in node: JSONNode, isNested: Bool) {
        guard let list = node["contained"], list.kind == .array, !isFull else { return }
        for (index, item) in list.elements.enumerated() where item["contained"] != nil {
            place.enter("contained")
            place.at(index)
            report(.invariant, "A contained resource cannot contain others. (dom-2)", below: "contained")
            place.leave()
        }
        // Each is referred to from the resource or one of the others, or refers to the resource itself.
        var named = Set<String>()
        collect(node, pointers: &named)
        for (index, item) in list.elements.enumerated() {
            guard item["resourceType"] != nil, let id = item["id"]?.string, !named.contains(id), !refersToWhole(item)
            else { continue }
            place.enter("contained")
            place.at(index)
            report(.invariant, "A contained resource has to be referred to by the one that holds it. (dom-3)")
            place.leave()
        }
    }

    /// Ids named by `#id` in references and in elements that hold an address.
    private func collect(_ node: JSONNode, pointers: inout Set<String>) {
        each(node) { _, value in
            if let text = value.string, text.utf8.first == UInt8(ascii: "#") {
                pointers.insert(String(text.dropFirst()))
            }
        }
    }

    private func refersToWhole(_ node: JSONNode) -> Bool {
        var found = false
        each(node) { name, value in
            if value.string == "#" { found = true }
        }
        return found
    }

    /// Every reference, canonical, uri and url below a resource; the definitions say what is which.
    private func each(_ node: JSONNode, _ visit: (String, JSONNode) -> Void) {
        var waiting: [PathItem] = [
            .element(PathElement(node: node, beside: nil, type: definitions.pathType(ofResource: node)))
        ]
        while let item = waiting.popLast() {
            guard case .element(let element) = item else { continue }
            switch element.type {
            case .primitive(.canonical), .primitive(.uri), .primitive(.url):
                if let value = element.node { visit("", value) }
            case .block(let number):
                if definitions.blocks[number].path == "Reference", let value = element.node?["reference"] {
                    visit("reference", value)
                }
                definitions.children(element, into: &waiting)
            default: if element.beside != nil { definitions.children(element, into: &waiting) }
            }
        }
    }
}
