package import FHIR
package import Records

/// A note of therapy or of substance use counselling: a DocumentReference of its own whose label keeps it from everybody but
/// its author and those whom Content/roles names. 45 CFR 164.501, 42 CFR 2.11
package struct NoteApart: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case psychotherapy = "psychotherapy-note"
        case counselling = "sud-counselling-note"

        package var words: String {
            switch self {
            case .psychotherapy: "Psychotherapy note"
            case .counselling: "Substance use counselling note"
            }
        }

        /// What keeps it apart. A counselling note is a Part 2 record besides.
        var labels: [JSON] {
            let actCode: JSON = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
            return switch self {
            case .psychotherapy: [["system": actCode, "code": "PSYTHPN"]]
            case .counselling:
                [
                    ["system": "urn:almoner:label", "code": "sud-counselling-note"],
                    ["system": actCode, "code": "42CFRPart2"],
                ]
            }
        }
    }

    package let id: String
    package let version: Int
    package let kind: Kind
    package let text: String
    /// For example `Practitioner/bea`.
    package let author: String?
    package let at: Int64?
    package let isMistaken: Bool

    /// - Returns: nil for a document of another kind.
    package init?(_ document: Resource) {
        let root = document.root
        guard let kind = CareCode.code(root["type"], in: CareCode.document).flatMap(Kind.init) else {
            return nil
        }
        id = document.id
        version = document.version
        self.kind = kind
        text = PlainText.read(root.list("content").first?["attachment"]) ?? ""
        author = root.text("author", "reference")
        at = CareMoment.of(root.text("date"))
        isMistaken = root.text("status") == "entered-in-error"
    }

    /// What whoever reads may see of a person's notes, the newest first.
    package static func all(_ record: PersonRecord) -> [NoteApart] {
        record.all("DocumentReference").compactMap(NoteApart.init).sorted { ($0.at ?? 0, $0.id) > ($1.at ?? 0, $1.id) }
    }
}
