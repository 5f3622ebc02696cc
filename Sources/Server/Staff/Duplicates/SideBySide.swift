import Care
import FHIR
import Foundation

/// Two entries of people, or a message and an entry, field by field.
struct SideBySide {
    struct Line {
        let label: String
        let one: String
        let other: String
        let agreement: String
        let tone: String
    }

    let now: Int64
    let zone: TimeZone

    func lines(_ one: JSONNode, _ other: JSONNode, _ evidence: MatchEvidence) -> [Line] {
        evidence.lines.map { line in
            let words: (String, String) =
                switch line.agreement {
                case .same: ("Same", "good")
                case .near: ("Near", "soon")
                case .different: ("Different", "now")
                case .missing: ("Not compared", "note")
                }
            let texts = (shown(one, line.field), shown(other, line.field))
            return Line(
                label: line.field.words, one: texts.0.isEmpty ? "not recorded" : texts.0,
                other: texts.1.isEmpty ? "not recorded" : texts.1,
                agreement: words.0 + (line.why.map { ": \($0)" } ?? ""), tone: words.1)
        }
    }

    private func shown(_ patient: JSONNode, _ field: MatchField) -> String {
        let names = patient.list("name")
        return switch field {
        case .given:
            names.map { $0.list("given").compactMap(\.string).joined(separator: " ") }.joined(separator: "; ")
        case .family: names.compactMap { $0.text("family") ?? $0.text("text") }.joined(separator: "; ")
        case .birth: Words.date(patient.text("birthDate"), now: now, zone: zone) ?? ""
        case .sex: patient.text("gender") ?? ""
        case .address: ReferralWords.address(patient) ?? ""
        case .postcode: patient.list("address").compactMap { $0.text("postalCode") }.joined(separator: "; ")
        case .phone: ReferralWords.phones(patient) ?? ""
        // Numbers that open doors elsewhere are compared and never shown.
        case .identifier: patient.list("identifier").isEmpty ? "" : "on file"
        }
    }
}
