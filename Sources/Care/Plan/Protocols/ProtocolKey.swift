package import FHIR
package import Records

/// One key per person, protocol, action and trigger. The id of what is made follows from it, so that a second time, after
/// a time-out, a crash or on another server, finds the first.
package struct ProtocolKey: Sendable, Hashable {
    /// The id of the Patient.
    package let person: String
    /// The canonical address of the protocol, without version: a new version does the same thing no second time.
    package let protocolURL: String
    /// The id of the action; of a goal, `goal.` and its id.
    package let action: String
    /// What set it off: the plan, a round of it, or the step that came before.
    package let trigger: String

    package init(person: String, protocolURL: String, action: String, trigger: String) {
        self.person = person
        self.protocolURL = protocolURL
        self.action = action
        self.trigger = trigger
    }

    package static let system = "urn:almoner:protocol-item"
    /// Which protocol a RequestGroup follows, by the id of the PlanDefinition.
    package static let groupSystem = "urn:almoner:protocol"
    /// The same with its version behind a bar.
    package static let versionSystem = "urn:almoner:protocol-version"
    static let replacesURL = "urn:almoner:extension:replaces"
    /// HL7's own extension, for resources that have no such element.
    static let instantiatesURL = "http://hl7.org/fhir/StructureDefinition/workflow-instantiatesCanonical"

    package var value: String { [person, protocolURL, action, trigger].joined(separator: "|") }

    package func id(_ type: String) -> String { StableID.of("\(type)|\(value)") }

    package static func goal(_ id: String) -> String { "goal.\(id)" }

    /// The key that a resource carries; nil when no protocol made it.
    package init?(_ resource: JSONNode) {
        guard
            let value = resource.list("identifier").first(where: { $0.text("system") == Self.system })?.text("value")
        else { return nil }
        var parts = value.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count >= 4, let trigger = parts.popLast(), let action = parts.popLast() else {
            return nil
        }
        person = String(parts[0])
        protocolURL = parts.dropFirst().joined(separator: "|")
        self.action = String(action)
        self.trigger = String(trigger)
    }

    /// Whether a text can name an action: FHIR R4 §2.24.0.1 `id`, which holds no bar.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46
            }
    }

    var identifier: JSON { ["system": .string(Self.system), "value": .string(value)] }

    /// The version of the protocol that a resource was made or last changed by, with its address.
    package static func canonical(of resource: JSONNode) -> String? {
        let written =
            resource.text("instantiatesCanonical")
            ?? resource.list("extension").first { $0.text("url") == instantiatesURL }?.text("valueCanonical")
        return written.map { text in text.firstIndex(of: "#").map { String(text[..<$0]) } ?? text }
    }
}
