package import FHIR
package import Records

/// One attempt to reach a person, whether it succeeded or not.
package struct Attempt: Sendable {
    package let at: Int64?
    /// Code of `programs/reasons.yaml`.
    package let outcome: String
    package let note: String?
    package let by: String?
    package let reached: Bool
    /// Why a way was used that the person had not agreed to.
    package let despite: String?
    /// nil: it was not recorded.
    package let channel: RecordAttempt.Channel?

    /// Code of `programs/reasons.yaml`.
    package static let leftMessage = "left-message"

    /// A person's attempts, newest first.
    package static func all(_ record: PersonRecord) -> [Attempt] {
        let failed = record.all("Communication").compactMap { stored -> Attempt? in
            let root = stored.root
            guard root.text("status") == "not-done",
                let outcome = CareCode.code(root["statusReason"], in: CareCode.outcome)
            else {
                return nil
            }
            return Attempt(
                at: CareMoment.of(root.text("sent")), outcome: outcome, note: root.text("note", "text"),
                by: root.text("sender", "reference"), reached: false, despite: despite(root),
                channel: root.list("medium").lazy.compactMap { RecordAttempt.Channel(medium: $0) }.first)
        }
        let reached = record.all("Encounter").compactMap { stored -> Attempt? in
            let root = stored.root
            guard root.text("status") == "finished",
                let outcome = root.list("reasonCode").lazy
                    .compactMap({ CareCode.code($0, in: CareCode.outcome) }).first
            else {
                return nil
            }
            return Attempt(
                at: CareMoment.of(root.text("period", "start")), outcome: outcome,
                note: root.text("reasonCode", "text"), by: root.text("participant", "individual", "reference"),
                reached: true, despite: despite(root),
                channel: CareCode.marks(root, "channel").last?.text("valueCode").flatMap(RecordAttempt.Channel.init))
        }
        return (failed + reached).sorted { ($0.at ?? 0) > ($1.at ?? 0) }
    }

    private static func despite(_ root: JSONNode) -> String? {
        CareCode.marks(root, "despite").last?.text("valueString")
    }
}
