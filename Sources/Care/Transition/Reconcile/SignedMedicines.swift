import FHIR
package import Records

/// A list of medicines that somebody signed: what the person takes, what was stopped, what is being asked.
package struct SignedMedicines: Sendable {
    package struct Item: Sendable {
        package let name: String
        package let text: MedicineText
        /// As it is stored; nil when nobody said how.
        package let takes: String?
        package let reason: String?
        package let decision: MedicineDecision.Kind
        package let outcome: MedicineOutcome
        /// Id of a ``MedicineWording/Reason``.
        package let why: String?
        package let words: String?
        /// It is not taken until the answer comes.
        package let isHeld: Bool
    }

    static let system = "urn:almoner:medicine-list"
    /// On a statement of a signed list: the id of the DetectedIssue in which it was decided.
    static let issueSystem = "urn:almoner:medicine-issue"

    package let list: Resource
    /// Counted from 1.
    package let version: Int
    /// Milliseconds since 1970.
    package let at: Int64
    package let by: String?
    /// "Ruth Adeyemi, RN"
    package let signer: String
    package let items: [Item]

    /// All of a person, the newest first.
    static func all(_ record: PersonRecord, _ wording: MedicineWording) -> [SignedMedicines] {
        let statements = Dictionary(
            record.all("MedicationStatement").map { ($0.reference, $0) }, uniquingKeysWith: { $1 })
        return record.all("List").compactMap { list -> SignedMedicines? in
            let root = list.root
            guard root.text("status") != "entered-in-error",
                let value = root.list("identifier").first(where: { $0.text("system") == system })?.text("value"),
                let version = value.split(separator: "/").last.flatMap({ Int($0) })
            else {
                return nil
            }
            return SignedMedicines(
                list: list, version: version, at: CareMoment.of(root.text("date")) ?? list.updated,
                by: root.text("source", "reference"), signer: root.text("source", "display") ?? "",
                items: root.list("entry").compactMap { entry in
                    entry.text("item", "reference").flatMap { statements[$0] }.flatMap { Item($0, wording) }
                })
        }.sorted { $0.version > $1.version }
    }

    package var taken: [Item] { items.filter { $0.decision != .stop && !$0.isHeld } }
    package var stopped: [Item] { items.filter { $0.decision == .stop } }
    package var asked: [Item] { items.filter { $0.decision == .ask } }
}

extension SignedMedicines.Item {
    fileprivate init?(_ statement: Resource, _ wording: MedicineWording) {
        let root = statement.root
        let why = root.list("statusReason").first
        guard let name = root["medicationCodeableConcept"]?.words,
            let decision = CareCode.code(why, in: MedicineDecision.Kind.system).flatMap(MedicineDecision.Kind.init)
        else {
            return nil
        }
        self.name = name
        takes = Medicine.takes(root)
        text = MedicineText(name: name, takes: takes, wording)
        reason = root.list("reasonCode").first?.words
        self.decision = decision
        outcome = CareCode.code(why, in: MedicineOutcome.system).flatMap(MedicineOutcome.init) ?? .unchanged
        self.why = CareCode.code(why, in: MedicineDecision.reasonSystem)
        words = why?.text("text")
        isHeld = CareCode.code(why, in: MedicineDecision.meanwhileSystem) == MedicineDecision.held
    }
}

extension SignedMedicines {
    /// What a version says otherwise than an earlier one, each in a sentence.
    /// - Parameter before: the earlier version.
    /// - Returns: what is new, taken otherwise, stopped, or no longer on the list.
    package func differences(from before: SignedMedicines) -> [String] {
        func key(_ item: Item) -> String { item.text.name.plainWords }
        func how(_ item: Item) -> String { "\(item.name), \(item.takes ?? "how is not said")" }
        let (old, new) = (before.items.filter { $0.decision != .stop }, items.filter { $0.decision != .stop })
        let known = Dictionary(old.map { (key($0), $0) }, uniquingKeysWith: { first, _ in first })
        let now = Set(new.map(key))
        let added = new.filter { known[key($0)] == nil }.map { "New: \(how($0))" }
        let changed = new.compactMap { item in
            known[key(item)].flatMap { how($0) == how(item) ? nil : "Changed: \(how($0)) → \(how(item))" }
        }
        let ended = Set(stopped.map(key))
        let gone = old.filter { !now.contains(key($0)) }.map {
            "\(ended.contains(key($0)) ? "Stopped" : "No longer on the list"): \($0.name)"
        }
        return added + changed + gone
    }
}
