import Access
import FHIR
package import Records

/// That somebody signed a version of a plan, or that the person agreed to it: a Provenance with a signature.
package struct PlanSeal: Sendable {
    package enum Kind: String, Sendable {
        case signed, agreed

        /// ASTM E1762-95, as Signature.type prefers it: author's signature, consent signature.
        var type: (code: String, words: String) {
            switch self {
            case .signed: ("1.2.840.10065.1.12.1.1", "Author's Signature")
            case .agreed: ("1.2.840.10065.1.12.1.7", "Consent Signature")
            }
        }
    }

    static let system = "urn:almoner:plan-act"

    package let kind: Kind
    /// Of the version that it is about, milliseconds since 1970.
    package let version: Int64
    package let at: Int64
    /// Who signed or agreed, by name with what stands behind it.
    package let who: String
    /// How the person agreed, in words.
    package let how: String?

    /// Those of a person's plan, newest first.
    /// - Parameter record: of the type Provenance.
    /// - Returns: what was signed and agreed.
    package static func all(_ record: PersonRecord) -> [PlanSeal] {
        record.all("Provenance").compactMap { PlanSeal($0) }.sorted { $0.at > $1.at }
    }

    private init?(_ provenance: Resource) {
        let root = provenance.root
        guard let kind = CareCode.code(root["activity"], in: Self.system).flatMap(Kind.init),
            let version = CareMoment.of(root.text("occurredDateTime"))
        else {
            return nil
        }
        self.kind = kind
        self.version = version
        at = CareMoment.of(root.text("recorded")) ?? provenance.updated
        who = root.list("agent").first?.text("who", "display") ?? "Somebody"
        how = root.list("reason").first?.text("text")
    }

    static func json(
        _ kind: Kind, plan: Resource, person: String, version: Int64, who: JSON, how: String?, in change: Change
    ) -> JSON {
        .compact([
            "resourceType": "Provenance",
            "meta": plan.root["meta"]?["security"].map { ["security": $0.value] },
            "target": [.reference(plan.reference), .reference("Patient/\(person)")],
            "occurredDateTime": .string(FHIRDate.instant(version)),
            "recorded": .string(FHIRDate.instant(change.now)),
            "reason": how.map { [["text": .string($0)]] },
            "activity": CareCode.concept(system, kind.rawValue),
            "agent": [
                .compact([
                    "who": who,
                    "onBehalfOf": kind == .agreed ? change.caller.practitioner.map { .reference($0) } : nil,
                ])
            ],
            "signature": [
                [
                    "type": [
                        [
                            "system": "urn:iso-astm:E1762-95:2013", "code": .string(kind.type.code),
                            "display": .string(kind.type.words),
                        ]
                    ],
                    "when": .string(FHIRDate.instant(change.now)),
                    "who": who,
                ]
            ],
        ])
    }
}
