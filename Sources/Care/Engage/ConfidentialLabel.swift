import Access
package import FHIR
import Records

/// What is between a young person and the care team carries this label, which parents do not see (Content/consents/minors.yaml).
/// Codes never ask for it: whoever records it says so.
package enum ConfidentialLabel {
    package static let code = "ADOL"

    /// Whether a resource carries it.
    package static func isOn(_ root: JSONNode) -> Bool {
        root["meta"]?.list("security").contains { $0["code"]?.string == code } ?? false
    }
}

extension JSON {
    /// The same resource with a label of the site; as it is for a label that the site does not have.
    func labelled(_ code: String?, in change: Change) -> JSON {
        guard let code, let label = change.label(code) else {
            return self
        }
        var resource = self
        var meta = resource["meta"] ?? [:]
        let there = meta["security"]?.array ?? []
        guard !there.contains(where: { $0["code"]?.string == code && $0["system"]?.string == label.system }) else {
            return self
        }
        meta["security"] = .array(there + [label.coding])
        resource["meta"] = meta
        return resource
    }
}
