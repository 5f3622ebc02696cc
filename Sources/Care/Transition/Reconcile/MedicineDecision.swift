import Access
package import FHIR
package import Records

/// What somebody decided about one line. Kept in a DetectedIssue: preliminary while the lists are compared, final when the
/// result is signed.
package struct MedicineDecision: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case keep
        case stop
        case change
        case ask

        package static let system = "urn:almoner:medicine-decision"

        package var title: String {
            switch self {
            case .keep: "Keep"
            case .stop: "Stop"
            case .change: "Change"
            case .ask: "Ask the prescriber"
            }
        }
    }

    package let issue: Resource
    package let key: String
    package let kind: Kind
    /// Id of a ``MedicineWording/Reason``.
    package let reason: String?
    /// In own words.
    package let words: String?
    /// How it is taken from now on, or until the answer comes; as typed.
    package let takes: String?
    /// It is not taken until the answer comes.
    package let isHeld: Bool
    package let by: String?
    /// Milliseconds since 1970.
    package let at: Int64?
    /// What the prescriber answered.
    package let answer: Answer?

    package struct Answer: Sendable {
        package let kind: Kind
        package let takes: String?
        package let words: String
        package let by: String?
        /// Milliseconds since 1970.
        package let at: Int64?
    }

    /// Lines of a person by their key.
    static let system = "urn:almoner:medicine-line-key"
    static let reasonSystem = "urn:almoner:medicine-reason"
    static let meanwhileSystem = "urn:almoner:medicine-meanwhile"
    static let held = "hold"

    /// - Returns: nil for an issue of another kind.
    init?(_ issue: Resource) {
        let root = issue.root
        guard let key = root.list("identifier").first(where: { $0.text("system") == Self.system })?.text("value"),
            let first = root.list("mitigation").first,
            let kind = CareCode.code(first["action"], in: Kind.system).flatMap(Kind.init)
        else {
            return nil
        }
        self.issue = issue
        self.key = key
        self.kind = kind
        reason = CareCode.code(first["action"], in: Self.reasonSystem)
        words = first.text("action", "text")
        takes = CareCode.marks(first, "taken-from-now").first?.text("valueString")
        isHeld = CareCode.code(first["action"], in: Self.meanwhileSystem) == Self.held
        by = first.text("author", "reference")
        at = CareMoment.of(first.text("date"))
        answer = root.list("mitigation").dropFirst().last.flatMap { mitigation in
            CareCode.code(mitigation["action"], in: Kind.system).flatMap(Kind.init).map { kind in
                Answer(
                    kind: kind, takes: CareCode.marks(mitigation, "taken-from-now").first?.text("valueString"),
                    words: mitigation.text("action", "text") ?? "", by: mitigation.text("author", "reference"),
                    at: CareMoment.of(mitigation.text("date")))
            }
        }
    }

    /// The decision that holds: the prescriber's answer where there is one.
    package var standing: Kind { answer?.kind ?? kind }

    var isDraft: Bool { issue.root.text("status") == "preliminary" }

    /// Decisions that wait to be signed, by the key of their line.
    static func drafts(_ record: PersonRecord) -> [String: MedicineDecision] {
        var drafts: [String: MedicineDecision] = [:]
        for issue in record.all("DetectedIssue") {
            if let decision = MedicineDecision(issue), decision.isDraft { drafts[decision.key] = decision }
        }
        return drafts
    }

    /// A mitigation as it is stored.
    static func mitigation(
        _ kind: Kind, reason: String?, words: String?, takes: String?, isHeld: Bool = false, in change: Change
    ) -> JSON {
        var codings: [JSON] = [["system": .string(Kind.system), "code": .string(kind.rawValue)]]
        if let reason { codings.append(["system": .string(reasonSystem), "code": .string(reason)]) }
        if isHeld { codings.append(["system": .string(meanwhileSystem), "code": .string(held)]) }
        return .compact([
            "extension": takes.map { [CareCode.mark("taken-from-now", "valueString", .string($0))] },
            "action": .compact(["coding": .array(codings), "text": words.map(JSON.string)]),
            "date": .string(FHIRDate.instant(change.now)),
            "author": change.caller.practitioner.map { .reference($0) },
        ])
    }
}
