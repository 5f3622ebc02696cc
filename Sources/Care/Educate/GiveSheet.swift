import FHIR
package import Records

/// Keeps that a person was given a sheet: which, in which version, language and level, how, by whom, and its words.
package struct GiveSheet: Sendable {
    /// The id of the Patient.
    package let person: String
    /// The id of the Communication, made when the form was shown: a form that arrives twice is kept once.
    package let id: String
    package let sheet: EducationSheet?
    package let level: EducationSheet.Level?
    package let language: PlanLanguage?
    package let way: GivenSheet.Way?
    package let by: Signer
    package let library: EducationLibrary

    package init(
        person: String, id: String, sheet: EducationSheet?, level: EducationSheet.Level?, language: PlanLanguage?,
        way: GivenSheet.Way?, by: Signer, library: EducationLibrary
    ) {
        self.person = person
        self.id = id
        self.sheet = sheet
        self.level = level
        self.language = language
        self.way = way
        self.by = by
        self.library = library
    }

    /// - Returns: the Communication.
    /// - Throws: ``FormProblems`` on `sheet`, `level`, `language` or `way`; ``RecordsFailure``.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var problems = FormProblems([])
        if sheet == nil { problems.all.append(.init("sheet", "Choose a sheet.")) }
        if level == nil { problems.all.append(.init("level", "Choose how long it is.")) }
        if language == nil { problems.all.append(.init("language", "Choose the language.")) }
        if way == nil { problems.all.append(.init("way", "Choose how it was given.")) }
        try problems.check()
        guard let sheet, let level, let language, let way else { throw problems }
        let record = try change.reader.person(person, ["Patient", "Condition"])
        let key = id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard key, (8...64).contains(id.utf8.count) else {
            throw RecordsFailure.notFound(type: "Communication", id: id)
        }
        if let known = try change.reader.find("Communication", id) {
            guard known.root.text("subject", "reference") == "Patient/\(person)" else {
                throw RecordsFailure.notFound(type: "Communication", id: id)
            }
            return known
        }
        let codes = SheetCodes(record)
        let fitting =
            library.suggested(
                among: [sheet], icd10: codes.icd10, snomed: codes.snomed, age: nil
            ).first?.codes ?? []
        let text = library.text(sheet, level, in: language)
        var attachment = PlainText.attachment(text.plain, title: text.title, at: change.now)
        attachment["language"] = .string(language.rawValue)
        return try change.create(
            .compact([
                "resourceType": "Communication",
                "extension": [CareCode.mark("level", "valueCode", .string(level.rawValue))],
                "instantiatesUri": [.string(sheet.canonical)],
                "status": "completed",
                "category": [
                    CareCode.concept("http://terminology.hl7.org/CodeSystem/communication-category", "instruction")
                ],
                "medium": [CareCode.concept(GivenSheet.Way.system, way.rawValue)],
                "subject": .reference("Patient/\(person)"),
                "sent": .string(FHIRDate.instant(change.now)),
                "recipient": [.reference("Patient/\(person)")],
                "sender": .reference(by.practitioner),
                // The person's own codes: by them the labeller sees what a sheet says of whoever was given it.
                "reasonCode": fitting.isEmpty
                    ? nil : [["coding": .array(fitting.map { SheetCodes.coding($0.system, $0.code) })]],
                "payload": [["contentAttachment": attachment]],
            ]), id: id)
    }
}

/// The codes of a person's conditions that are not over, by which sheets are suggested.
package struct SheetCodes: Sendable {
    package private(set) var icd10: [String] = []
    package private(set) var snomed: [String] = []

    private static let icd10System = "http://hl7.org/fhir/sid/icd-10-cm"
    private static let snomedSystem = "http://snomed.info/sct"

    package init(_ record: PersonRecord) {
        for condition in record.all("Condition") {
            let over = ["inactive", "remission", "resolved"]
            let wrong = ["entered-in-error", "refuted"]
            guard !condition.root.codes("clinicalStatus").contains(where: over.contains),
                !condition.root.codes("verificationStatus").contains(where: wrong.contains)
            else { continue }
            for coding in condition.root["code"]?.list("coding") ?? [] {
                guard let code = coding.text("code") else { continue }
                switch coding.text("system") {
                case Self.icd10System: icd10.append(code)
                case Self.snomedSystem: snomed.append(code)
                default: break
                }
            }
        }
    }

    static func coding(_ system: PlanPack.Suggestion.System, _ code: String) -> JSON {
        ["system": .string(system == .icd10 ? icd10System : snomedSystem), "code": .string(code)]
    }
}
