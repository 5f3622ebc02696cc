package import FHIR

/// The code systems and extensions of Almoner's own that engaging, contact and graduation write, all listed in
/// `Content/fhir/almoner-codes.csv`.
package enum CareCode {
    package static let program = "urn:almoner:program"
    package static let contact = "urn:almoner:contact"
    package static let outcome = "urn:almoner:outcome"
    package static let reason = "urn:almoner:reason"
    package static let consent = "urn:almoner:consent"
    package static let document = "urn:almoner:document"
    package static let extensions = "urn:almoner:extension:"

    /// A CodeableConcept with one coding and, where it is given, the text of what was meant in words.
    static func concept(_ system: String, _ code: String, _ text: String? = nil) -> JSON {
        .compact([
            "coding": [["system": .string(system), "code": .string(code)]], "text": text.map(JSON.string),
        ])
    }

    /// An extension of ours with a simple value, in a member such as `valueString`.
    static func mark(_ name: String, _ member: String, _ value: JSON) -> JSON {
        .object([
            JSONMember(name: "url", value: .string(extensions + name)), JSONMember(name: member, value: value),
        ])
    }

    /// The extensions of that name of ours, as they stand in a resource.
    package static func marks(_ node: JSONNode, _ name: String) -> [JSONNode] {
        node.list("extension").filter { $0["url"]?.string == extensions + name }
    }

    /// The code of that system in a CodeableConcept.
    package static func code(_ concept: JSONNode?, in system: String) -> String? {
        concept?.list("coding").first { $0["system"]?.string == system }?["code"]?.string
    }

    /// The same resource with an extension more.
    static func adding(_ mark: JSON, to resource: JSON) -> JSON {
        var resource = resource
        resource["extension"] = .array((resource["extension"]?.array ?? []) + [mark])
        return resource
    }

    /// The same resource without the extensions of that name.
    static func removing(_ name: String, from resource: JSON) -> JSON {
        var resource = resource
        let left = (resource["extension"]?.array ?? []).filter { $0["url"]?.string != extensions + name }
        resource["extension"] = left.isEmpty ? nil : .array(left)
        return resource
    }
}
