import Access
import FHIR
package import Records

/// Keeps a draft of a site's own form, finished or not. Its Questionnaire is `form-NAME`, with the status draft.
package struct SaveForm: Sendable {
    package let draft: FormDraft
    /// The version that was read; 0 for a new form.
    package let version: Int
    package let care: CareContent

    package init(draft: FormDraft, version: Int, care: CareContent) {
        self.draft = draft
        self.version = version
        self.care = care
    }

    /// - Throws: ``FormProblems`` on `name`, ``NotNow`` without the office, ``RecordsFailure/stale(current:)``.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        guard change.permits(.editContent) else { throw NotNow("Only who writes the site's forms saves one.") }
        guard FormDraft.isName(draft.name) else {
            throw FormProblems("name", "Use 3 to 20 small letters, digits and hyphens, a letter first.")
        }
        guard !care.instruments.isShipped(draft.name) else {
            throw FormProblems("name", "A form that comes with the program, or from a file, has this name.")
        }
        let id = "form-\(draft.name)"
        let stored = try change.reader.find("Questionnaire", id)
        guard (stored?.version ?? 0) == version else {
            if version == 0 { throw FormProblems("name", "There is a form of this name already.") }
            guard let stored else { throw RecordsFailure.notFound(type: "Questionnaire", id: id) }
            throw RecordsFailure.stale(current: stored)
        }
        let built = BuiltForm(
            draft, version: version + 1, status: "draft", start: String(FHIRDate.instant(change.now).prefix(10)),
            kinds: care.instruments.safety)
        var json = built.questionnaire
        json["id"] = .string(id)
        for sample in stored.map({ CareCode.marks($0.root, "sample") }) ?? [] {
            json = CareCode.adding(sample.value, to: json)
        }
        do {
            return try change.update(json, ifVersion: version)
        } catch RecordsFailure.invalid {
            // What was pasted in is no sound FHIR: it is kept as it was typed, and what is wrong is said on the page.
            json["item"] = nil
            return try change.update(json, ifVersion: version)
        }
    }
}

/// Keeps sample answers with what they come to, as what is expected of the form.
package struct KeepSample: Sendable {
    package let name: String
    package let version: Int
    package let answers: Answers
    package let care: CareContent

    package init(name: String, version: Int, answers: Answers, care: CareContent) {
        self.name = name
        self.version = version
        self.answers = answers
        self.care = care
    }

    /// - Throws: ``NotNow`` when the draft is not sound yet; ``RecordsFailure``.
    package func perform(in change: Change) throws {
        guard change.permits(.editContent) else { throw NotNow("Only who writes the site's forms does this.") }
        let stored = try change.reader.get("Questionnaire", "form-\(name)")
        guard stored.version == version else { throw RecordsFailure.stale(current: stored) }
        guard let form = FormState(stored, care).form else { throw NotNow("Put right first what is listed.") }
        let sample = FormSample(form, answers)
        let text = String(decoding: sample.json.serialized(), as: UTF8.self)
        try change.update(
            CareCode.adding(CareCode.mark("sample", "valueString", .string(text)), to: stored.value),
            ifVersion: version)
    }
}
