import FHIR
import Foundation
import Records

/// What is known of a person's allergies. Four states that are never taken for one another: some are known, it is known
/// that there are none, nobody asked, or the source did not answer. Intolerances stand apart.
struct Allergies {
    enum State: String {
        case known
        case none
        case unasked
        case unavailable
    }

    let state: State
    /// For the banner, in plain words.
    let text: String
    /// "lisinopril (cough)"; nil when there are none.
    let intolerances: String?

    /// From AllergyIntolerance, and from a List of allergies (LOINC 48765-2) that is empty for a reason.
    init(_ record: PersonRecord, now: Int64, zone: TimeZone) {
        let said = record.all("AllergyIntolerance").map(\.root).filter(Self.stands)
        let denials = said.filter(Self.isDenial)
        let findings = said.filter { !Self.isDenial($0) }
        let allergies = findings.filter { $0["type"]?.string != "intolerance" }
        let intolerances = findings.filter { $0["type"]?.string == "intolerance" }
        self.intolerances =
            intolerances.isEmpty ? nil : intolerances.map(Self.words).joined(separator: ", ")
        if !allergies.isEmpty {
            state = .known
            text = "Known allergies: " + allergies.map(Self.words).joined(separator: ", ")
            return
        }
        let empty = Self.emptyReason(record)
        if empty?.code == "unavailable" || empty?.code == "withheld" {
            state = .unavailable
            text = "Allergies unavailable: source did not answer"
            return
        }
        let asked = denials.lazy.compactMap { $0["recordedDate"]?.string ?? $0["lastOccurrence"]?.string }.first
        if !denials.isEmpty || empty?.code == "nilknown" {
            state = .none
            let when = Words.date(asked ?? empty?.date, now: now, zone: zone)
            text = "No known allergies, " + (when.map { "asked \($0)" } ?? "day of asking not recorded")
            return
        }
        state = .unasked
        text = "Allergies not recorded: ask"
    }

    private static func stands(_ allergy: JSONNode) -> Bool {
        let verification = allergy["verificationStatus"]?.list("coding").compactMap { $0["code"]?.string } ?? []
        let status = allergy["clinicalStatus"]?.list("coding").compactMap { $0["code"]?.string } ?? []
        return !verification.contains("refuted") && !verification.contains("entered-in-error")
            && !status.contains("inactive") && !status.contains("resolved")
    }

    /// SNOMED CT 716186003, no known allergy. A denial of one group (409137002, drugs) says nothing of the others.
    private static func isDenial(_ allergy: JSONNode) -> Bool {
        allergy["code"]?.list("coding").contains { $0["code"]?.string == "716186003" } ?? false
    }

    private static func words(_ allergy: JSONNode) -> String {
        let name = Words.concept(allergy["code"]) ?? "substance not named"
        let manifestations = allergy.list("reaction").flatMap { $0.list("manifestation") }
        let reactions = manifestations.compactMap { Words.concept($0) }
        let danger = allergy["criticality"]?.string == "high" ? ["high risk"] : []
        let detail = reactions + danger
        return detail.isEmpty ? name : "\(name) (\(detail.joined(separator: ", ")))"
    }

    private static func emptyReason(_ record: PersonRecord) -> (code: String, date: String?)? {
        let lists = record.all("List").map(\.root).filter { list in
            list["status"]?.string == "current"
                && list["code"]?.list("coding").contains { $0["code"]?.string == "48765-2" } ?? false
        }
        guard let list = lists.last, let code = list["emptyReason"]?.list("coding").first?["code"]?.string else {
            return nil
        }
        return (code, list["date"]?.string)
    }
}
