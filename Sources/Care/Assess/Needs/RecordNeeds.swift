import Access
import FHIR
package import Records

/// Writes down the social needs and barriers that someone ticked after an assessment, each as a health concern with the
/// answers it rests on.
package struct RecordNeeds: Sendable {
    /// The id of the Patient.
    package let person: String
    /// The id of the QuestionnaireResponse that shows the needs.
    package let response: String
    /// Category codes, such as `food-insecurity`.
    package let categories: [String]
    /// Link ids of questions whose answer in free words is a barrier.
    package let barriers: [String]
    package let library: InstrumentLibrary

    package init(
        person: String, response: String, categories: [String], barriers: [String] = [], library: InstrumentLibrary
    ) {
        self.person = person
        self.response = response
        self.categories = categories
        self.barriers = barriers
        self.library = library
    }

    /// - Returns: the Conditions that were made; a need that is on record already is not written twice.
    /// - Throws: ``FormProblems`` when nothing, or a need that the answers do not show, was ticked.
    @discardableResult
    package func perform(in change: Change) throws -> [Resource] {
        let record = try change.reader.person(person, ["QuestionnaireResponse", "Condition"])
        let asked = AssessedPerson(record.patient, now: change.now)
        guard let source = record.all("QuestionnaireResponse").first(where: { $0.id == response }),
            let entry = AssessmentHistory.Entry(source, library: library, person: asked), !entry.isDraft
        else { throw RecordsFailure.notFound(type: "QuestionnaireResponse", id: response) }
        let shown = Set(entry.screening.needs.map(\.category))
        guard !categories.isEmpty || !barriers.isEmpty else { throw FormProblems("need-0", "Tick at least one need.") }
        guard categories.allSatisfy(shown.contains) else {
            throw FormProblems("need-0", "One of these needs does not follow from the answers. Please tick again.")
        }
        return try recordBarriers(entry, in: change)
            + Self.record(
                categories, person: person, of: entry,
                evidence: { category in
                    entry.screening.needs.filter { $0.category == category }.map { "\(response)-\($0.linkId)" }
                }, in: change)
    }

    /// The words of an answer, once: the first line of them as the name, all of them as a note when there are more.
    private func recordBarriers(_ entry: AssessmentHistory.Entry, in change: Change) throws -> [Resource] {
        let known = Self.onRecord(try change.reader.person(person, ["Condition"]))
        var made: [Resource] = []
        for linkId in Set(barriers).sorted() {
            guard let words = Self.barrier(linkId, entry) else {
                throw FormProblems("need-0", "One of these does not follow from the answers. Please tick again.")
            }
            let key = Self.barrierKey(linkId, entry)
            guard !known.contains(key) else {
                continue
            }
            let name = String(words.prefix(TextLimit.line))
            var condition = Self.condition(
                key, person: person, ["\(response)-\(linkId)"], change,
                barrier: name.count < words.count ? name + "…" : name)
            if name.count < words.count { condition["note"] = [["text": .string(words)]] }
            made.append(try change.create(condition.labelled(entry.labels, in: change)))
        }
        return made
    }

    /// The words of a question that names a barrier; nil when it was left open.
    package static func barrier(_ linkId: String, _ entry: AssessmentHistory.Entry) -> String? {
        entry.answers[linkId]?.lazy.compactMap { answer -> String? in
            if case .text(let words) = answer, !answer.isBlank { words } else { nil }
        }.first
    }

    /// Under which a barrier stands among ``onRecord(_:)``.
    package static func barrierKey(_ linkId: String, _ entry: AssessmentHistory.Entry) -> String {
        "\(entry.response.id)/\(linkId)"
    }

    /// - Parameters:
    ///   - categories: what is written down; what is on record already is left out.
    ///   - person: the id of the Patient.
    ///   - entry: the result that shows them.
    ///   - evidence: the ids of the Observations that one rests on.
    ///   - change: the change it is part of.
    /// - Returns: the Conditions that were made.
    /// - Throws: what storing throws.
    static func record(
        _ categories: [String], person: String, of entry: AssessmentHistory.Entry, evidence: (String) -> [String],
        in change: Change
    ) throws -> [Resource] {
        let known = onRecord(try change.reader.person(person, ["Condition"]))
        var made: [Resource] = []
        var done: Set<String> = []
        for category in categories where !known.contains(category) && done.insert(category).inserted {
            made.append(
                try change.create(
                    condition(category, person: person, evidence(category), change).labelled(entry.labels, in: change)))
        }
        return made
    }

    /// The needs that stand on record as open health concerns.
    package static func onRecord(_ record: PersonRecord) -> Set<String> {
        Set(
            record.all("Condition").filter { condition in
                condition.root["clinicalStatus"]?.list("coding").contains { $0.text("code") == "active" } ?? true
            }.flatMap { $0.root.list("identifier") }.filter { $0.text("system") == system }.compactMap {
                $0.text("value")
            })
    }

    static let system = "urn:almoner:need"

    /// The categories of the Gravity SDOH guide.
    static let gravity = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"

    private static func condition(
        _ category: String, person: String, _ observations: [String], _ change: Change, barrier: String? = nil
    ) -> JSON {
        let name = SocialNeedName.of(category)
        let social: [JSON] =
            barrier != nil
            ? []
            : [
                ["coding": [["system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-category", "code": "sdoh"]]],
                ["coding": [["system": .string(gravity), "code": .string(category)]]],
            ]
        let evidence = observations.map { id in
            JSON.object([JSONMember(name: "detail", value: [["reference": .string("Observation/\(id)")]])])
        }
        return .compact([
            "resourceType": "Condition",
            "identifier": [["system": .string(system), "value": .string(category)]],
            "clinicalStatus": [
                "coding": [["system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"]]
            ],
            "verificationStatus": [
                "coding": [
                    ["system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "unconfirmed"]
                ]
            ],
            "category": .array(
                [
                    [
                        "coding": [
                            [
                                "system": "http://hl7.org/fhir/us/core/CodeSystem/condition-category",
                                "code": "health-concern",
                            ]
                        ]
                    ]
                ] + social),
            "code": .compact([
                "coding": name.map { name in
                    [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": .string(name.icd10)]]
                },
                "text": .string(barrier ?? name?.title ?? category),
            ]),
            "subject": ["reference": .string("Patient/\(person)")],
            "recordedDate": .string(FHIRDate.instant(change.now)),
            "recorder": change.caller.practitioner.map { ["reference": .string($0)] },
            "asserter": ["reference": .string("Patient/\(person)")],
            "evidence": .array(evidence),
        ])
    }
}
