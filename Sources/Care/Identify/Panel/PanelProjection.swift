import FHIR
package import Records

/// The panel: one row a person, with all that its page shows, sorts by and filters.
///
/// Which indexes, and why these. A page asks for: alive or not; at most one care manager, one programme, one tier; sorted
/// by risk, name, last contact or next due. An index for each combination would be 32, and every one costs each write.
/// So there is one a sort for each leading filter (none, care manager, programme, tier), and ``PanelQuery`` leads with
/// the filter that leaves fewest: a care manager's people are few enough to filter the rest by looking at them. `risk`
/// begins with the tier, so that it serves the tier filter too. "No contact for" without a care manager is answered in
/// the order of last contact, and "what is missing" in the order of names: both then read a range of an index. A text
/// goes through the search keys first, at most some hundred people, who are then found by `person_id`.
package struct PanelProjection: Projection {
    private let clocks: AssessmentClocks?

    /// - Parameter clocks: until when an assessment is due; nil: nothing is overdue.
    package init(clocks: AssessmentClocks? = nil) {
        self.clocks = clocks
    }

    package static let table = "panel"

    package let tables = [
        ProjectionTable(
            table,
            columns: [
                "listed": .integer, "name": .text, "sort_name": .text, "birth": .text, "tier": .integer,
                "tier_why": .text, "tier_until": .integer, "hfrs": .real, "charlson": .real, "v28": .real,
                "programme": .text, "status": .text, "owner": .text, "last_contact": .integer, "next_due": .integer,
                "next_what": .text, "language": .text, "interpreter": .integer, "phone": .text, "number": .text,
                "gap": .text,
            ],
            indexes: [
                ["person_id"], ["listed", "gap", "sort_name"],
                ["listed", "tier", "hfrs"], ["listed", "owner", "tier", "hfrs"],
                ["listed", "programme", "tier", "hfrs"],
            ]
                + ["sort_name", "last_contact", "next_due"].flatMap { sort in
                    [
                        ["listed", sort], ["listed", "owner", sort], ["listed", "programme", sort],
                        ["listed", "tier", sort],
                    ]
                })
    ]
    package let reads: Set<String> = [
        "Patient", "RiskAssessment", "EpisodeOfCare", "Encounter", "Task", "Consent", "QuestionnaireResponse",
        "CarePlan",
    ]

    /// Stands for "nothing is due": sorts behind every date.
    package static let never = Int64.max

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        guard let patient = person.patient?.root else {
            return []
        }
        let name = PersonName(patient)
        let risk = PanelRisk(person)
        let enrolment = PanelEnrolment.main(of: person)
        let tasks = PanelTask.open(of: person)
        let next = tasks.min { ($0.due, $0.what) < ($1.due, $1.what) }
        let owner =
            enrolment?.careManager ?? tasks.first { $0.code == TaskCode.outreach.rawValue && $0.owner != nil }?.owner
        let language = patient.list("communication")
        let spoken = language.first { $0["preferred"]?.bool == true } ?? language.first
        let needsInterpreter = patient.list("extension").contains {
            $0.text("url") == "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
                && $0["valueBoolean"]?.bool == true
        }
        return [
            ProjectionRow(
                Self.table,
                [
                    .integer(PersonState.isListed(patient) ? 1 : 0), .text(name.list), .text(name.sorting),
                    .text(patient.text("birthDate") ?? ""), .integer(Int64(risk.tier?.rawValue ?? 0)), .text(risk.why),
                    .integer(risk.until ?? 0), .real(risk.hfrs), .real(risk.charlson), .real(risk.v28),
                    .text(enrolment?.programme ?? ""), .text(enrolment?.status ?? ""), .text(owner ?? ""),
                    .integer(PanelContact.last(of: person)), .integer(next?.due ?? Self.never), .text(next?.what ?? ""),
                    .text(spoken?.text("language", "coding", "code") ?? ""), .integer(needsInterpreter ? 1 : 0),
                    .text(SearchKeys.phones(patient).first?.digits ?? ""),
                    .text(SearchKeys.identifiers(patient).first?.shown ?? ""),
                    .text(
                        enrolment.flatMap {
                            $0.isOpen ? PanelGap.first(of: person, clocks: clocks, asOf: asOf)?.rawValue : nil
                        } ?? ""),
                ])
        ]
    }
}
