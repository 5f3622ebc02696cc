package import FHIR

/// What was agreed for a single telephone number.
package enum SafeNumbers {
    /// The numbers that are in use.
    package static func phones(_ patient: JSONNode?) -> [JSONNode] {
        (patient?.list("telecom") ?? []).filter { telecom in
            telecom.text("system") == "phone" && telecom.text("use") != "old" && telecom.text("value") != nil
        }
    }

    /// Whether a message may be left at a number; nil: not asked.
    package static func takesMessages(_ telecom: JSONNode) -> Bool? {
        CareCode.marks(telecom, "message-allowed").last?["valueBoolean"]?.bool
    }

    /// Whether no number takes messages.
    static func refuseMessages(_ patient: JSONNode?) -> Bool {
        let phones = phones(patient)
        return !phones.isEmpty && phones.allSatisfy { takesMessages($0) == false }
    }
}
