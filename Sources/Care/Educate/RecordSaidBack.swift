import FHIR
package import Records

/// Keeps how a person said back what a sheet says. Who needs it again is put on the list of whoever taught; who said it
/// right takes it off again.
package struct RecordSaidBack: Sendable {
    /// The id of the Patient.
    package let person: String
    /// The id of the Communication by which the sheet was given.
    package let given: String
    package let result: GivenSheet.SaidBack.Result?
    /// In the person's own words.
    package let words: String
    package let by: Signer

    /// Days until somebody goes through it once more.
    static let days: Int64 = 7

    package init(
        person: String, given: String, result: GivenSheet.SaidBack.Result?, words: String, by: Signer
    ) {
        self.person = person
        self.given = given
        self.result = result
        self.words = words
        self.by = by
    }

    /// - Returns: the Observation.
    /// - Throws: ``FormProblems`` on `result-…` or `words-…`, which end in the id of what was given; ``RecordsFailure``.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var problems = FormProblems([])
        if result == nil { problems.all.append(.init("result-\(given)", "Choose how it was said back.")) }
        if words.utf8.count > TextLimit.note {
            problems.all.append(.init("words-\(given)", "Keep this below \(TextLimit.note) characters."))
        }
        try problems.check()
        guard let result else { throw problems }
        let communication = try change.reader.get("Communication", given)
        guard let sheet = GivenSheet(communication),
            communication.root.text("subject", "reference") == "Patient/\(person)"
        else {
            throw RecordsFailure.notFound(type: "Communication", id: given)
        }
        // What is said of a sheet is as private as that the sheet was given.
        let labels = communication.root["meta"]?["security"]?.value
        let observation = try change.create(
            .compact([
                "resourceType": "Observation",
                "meta": labels.map { ["security": $0] },
                "status": "final",
                "category": [
                    CareCode.concept("http://terminology.hl7.org/CodeSystem/observation-category", "survey")
                ],
                "code": CareCode.concept(GivenSheet.SaidBack.system, GivenSheet.SaidBack.code, "Teach-back"),
                "subject": .reference("Patient/\(person)"),
                "focus": [.reference(communication.reference)],
                "effectiveDateTime": .string(FHIRDate.instant(change.now)),
                "performer": [.reference(by.practitioner)],
                "valueCodeableConcept": CareCode.concept(
                    GivenSheet.SaidBack.system, result.rawValue, result.words),
                "note": words.isEmpty ? nil : [["text": .string(words)]],
            ]))
        let open = FinishTasks.open(try change.reader.person(person, ["Task"])).filter {
            $0.code == .followUp && $0.resource.root.text("focus", "reference") == communication.reference
        }
        switch result {
        case .right:
            for task in open { try FinishTasks.end(task, as: "completed", in: change) }
        case .again where open.isEmpty:
            try OpenTask(
                .followUp, person: person, title: "Go through “\(sheet.text.title)” again",
                why: "The person could not say it back yet.", owner: by.practitioner,
                due: change.now + Self.days * 86_400_000, focus: communication.reference,
                key: "\(person)/teach-back/\(observation.id)", labels: labels
            ).perform(in: change)
        case .again: break
        }
        return observation
    }
}
