import FHIR
import Records

/// What a line of a list says of a person: enough to know who it is and how to reach them.
struct PersonLine {
    let name: String
    /// "1948", empty when it is not recorded.
    let born: String
    let number: String
    let condition: String
    /// The language to speak, as a BCP 47 code; empty when it is not recorded.
    let language: String
    let needsInterpreter: Bool
    let phone: String
    /// 1: a message may be left, 2: it may not, 0: ask.
    let message: Int64
    /// What was agreed on safe contact.
    let safe: String
    /// When a member of the team last spoke with the person, milliseconds since 1970; 0: never.
    let lastContact: Int64

    static let reads: Set<String> = ["Patient", "Condition", "Encounter"]

    init(_ record: PersonRecord) {
        let patient = record.patient?.root
        name = patient.flatMap(Self.name) ?? "Name not recorded"
        born = patient?.text("birthDate").map { String($0.prefix(4)) } ?? ""
        number = patient.flatMap(Self.number) ?? ""
        condition = MainCondition.words(of: record) ?? ""
        language = patient.flatMap(Self.language) ?? ""
        needsInterpreter =
            patient?.list("extension").contains {
                $0.text("url") == "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
                    && $0["valueBoolean"]?.bool == true
            } ?? false
        let phones = (patient?.list("telecom") ?? []).filter {
            $0.text("system") == "phone" && $0.text("use") != "old" && $0.text("value") != nil
        }
        let best = phones.first { $0.text("use") == "mobile" } ?? phones.first
        phone = best?.text("value") ?? ""
        let may = best?.list("extension").first { $0.text("url") == "urn:almoner:extension:message-allowed" }
        message = may?["valueBoolean"]?.bool.map { $0 ? 1 : 2 } ?? 0
        let places = [patient].compactMap(\.self) + (patient?.list("telecom") ?? [])
        safe =
            places.lazy.flatMap { $0.list("extension") }
            .first { $0.text("url") == "urn:almoner:extension:safe-contact" }?.text("valueString") ?? ""
        lastContact = record.all("Encounter").compactMap(Self.contact).max() ?? 0
    }

    private static func name(_ patient: JSONNode) -> String? {
        let names = patient.list("name").filter { !["old", "maiden", "temp"].contains($0.text("use") ?? "") }
        let best = names.first { $0.text("use") == "official" } ?? names.first
        guard let best else {
            return nil
        }
        let parts = best.list("given").compactMap(\.string) + [best.text("family")].compactMap(\.self)
        return parts.isEmpty ? best.text("text") : parts.joined(separator: " ")
    }

    /// The medical record number, else the first identifier that is no state document.
    private static func number(_ patient: JSONNode) -> String? {
        let all = patient.list("identifier")
        let best =
            all.first { $0.text("type", "coding", "code") == "MR" }
            ?? all.first { !["SS", "DL", "PPN"].contains($0.text("type", "coding", "code") ?? "") }
        return best?.text("value")
    }

    private static func language(_ patient: JSONNode) -> String? {
        let spoken = patient.list("communication")
        let best = spoken.first { $0["preferred"]?.bool == true } ?? spoken.first
        return best?.text("language", "coding", "code")
    }

    private static func contact(_ encounter: Resource) -> Int64? {
        let root = encounter.root
        let isContact = root.list("type").contains { type in
            type.list("coding").contains { $0.text("system") == "urn:almoner:contact" }
        }
        guard isContact, root.text("status") == "finished" else {
            return nil
        }
        return root.text("period", "start").flatMap { FHIRDate($0) }?.low
    }
}
