/// References: what the element may point to (FHIR R4 §2.3.0.1). That `#id` names a contained resource is rule ref-1.
extension Validator.Walk {
    mutating func reference(_ node: JSONNode, targets: [String]) {
        let stated = node["type"]?.string
        if let stated { type(stated, among: targets, below: "type") }
        guard let text = node["reference"]?.string else { return }
        switch ReferenceTarget(text) {
        case .resource(let name, _)?, .conditional(let name)?:
            type(name, among: targets, below: "reference")
            if let stated, stated != name, definitions.number(ofType: stated) != nil {
                report(.value, "The reference is to a \(Self.shown(name)), its type says \(stated).", below: "type")
            }
        case .contained(let id)?: contained(id, targets: targets)
        case .absolute?: break
        case nil:
            // A name of a resource type alone would be caught by its missing id; anything else is no address.
            report(.value, "This is not a reference: Type/id, an absolute address or #id.", below: "reference")
        }
    }

    private mutating func type(_ name: String, among targets: [String], below member: String) {
        // A logical model may be named by its full address, which is not checked.
        guard !name.contains(":") else { return }
        guard definitions.number(ofType: name) != nil else {
            return report(.value, "FHIR R4 has no resource type '\(Self.shown(name))' to refer to.", below: member)
        }
        if !targets.isEmpty, !targets.contains(name) {
            // A warning: R4's own examples break its definitions here.
            report(
                .value, "This should not refer to a \(name), only to \(targets.joined(separator: ", ")).",
                below: member,
                severity: .warning)
        }
    }

    private mutating func contained(_ id: String, targets: [String]) {
        // `#` alone is the containing resource.
        guard !id.isEmpty else { return }
        guard let found = root["contained"]?.elements.first(where: { $0["id"]?.string == id }) else {
            return report(.value, "No contained resource has the id that this refers to.", below: "reference")
        }
        if let name = found["resourceType"]?.string { type(name, among: targets, below: "reference") }
    }
}
