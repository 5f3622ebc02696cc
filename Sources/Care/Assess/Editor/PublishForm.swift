import Access
import Content
package import FHIR
package import Records

/// How a draft stands: what has to be put right, the form that it makes, and what samples come to.
package struct FormState: Sendable {
    package let draft: FormDraft
    package let version: Int
    /// By field; `check` where it is about the form as a whole.
    package let problems: [FormProblems.Problem]
    /// nil while something has to be put right.
    package let form: Instrument?
    package let samples: [FormSample]

    /// - Parameters:
    ///   - stored: the Questionnaire of a draft.
    ///   - care: with the kinds of danger.
    package init(_ stored: Resource, _ care: CareContent) {
        let draft = FormDraft(stored.root) ?? FormDraft(name: String(stored.id.dropFirst("form-".count)), fields: [])
        self.draft = draft
        version = stored.version
        let built = BuiltForm(draft, version: 1, status: "active", start: "2000-01-01", kinds: care.instruments.safety)
        var problems = built.problems
        var form: Instrument?
        if problems.isEmpty {
            do {
                form = try SiteForms.instrument(built.questionnaire.document().root, care.instruments.safety)
            } catch {
                problems.append(.init("check", (error as? InstrumentFailure)?.problem ?? "\(error)"))
            }
        }
        samples = form.map { FormSample.all(stored.root, $0) } ?? []
        problems += samples.compactMap { sample in
            form.flatMap { sample.fault(in: $0) }.map { .init("check", $0) }
        }
        self.problems = problems
        self.form = form
    }
}

/// Publishes a draft from a day on. What was answered before keeps the version that it was asked in.
package struct PublishForm: Sendable {
    package let name: String
    /// Of the draft that was read.
    package let version: Int
    /// First day of use, `yyyy-mm-dd`.
    package let start: String
    package let today: CalendarDay
    package let care: CareContent

    package init(name: String, version: Int, start: String, today: CalendarDay, care: CareContent) {
        self.name = name
        self.version = version
        self.start = start
        self.today = today
        self.care = care
    }

    /// - Returns: the Questionnaire that is in force from that day on.
    /// - Throws: ``FormProblems`` on `start`, or on what has to be put right; ``NotNow``; ``RecordsFailure``.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        guard change.permits(.editContent) else { throw NotNow("Only who writes the site's forms publishes one.") }
        guard let day = CalendarDay(start) else {
            throw FormProblems("start", "Enter the first day of use, like 2026-01-31.")
        }
        guard day >= today else {
            throw FormProblems("start", "What is past cannot be asked anew: choose today or later.")
        }
        let stored = try change.reader.get("Questionnaire", "form-\(name)")
        guard stored.version == version else { throw RecordsFailure.stale(current: stored) }
        let state = FormState(stored, care)
        try FormProblems(state.problems).check()
        let before = try Self.published(name, by: change.reader)
        let number = (before.compactMap { Int($0.root.text("version") ?? "") }.max() ?? 0) + 1
        let built = BuiltForm(
            state.draft, version: number, status: "active", start: day.text, kinds: care.instruments.safety)
        for old in before where old.root.text("status") == "active" {
            try Self.end(old, before: day, today: today, in: change)
        }
        do {
            return try change.create(built.questionnaire, id: "form-\(name)-v\(number)")
        } catch RecordsFailure.invalid(let problems) {
            throw FormProblems("check", problems.first ?? "This is no sound FHIR Questionnaire.")
        }
    }

    /// The versions of a form that were published, the oldest first.
    package static func published(_ name: String, by reader: Reader) throws -> [Resource] {
        try reader.search(SiteForms.own(limit: SiteForms.most)).filter { $0.id.hasPrefix("form-\(name)-v") }
    }

    /// A version ends the day before another one begins; one that never was in force is retired at once.
    static func end(_ old: Resource, before day: CalendarDay, today: CalendarDay, in change: Change) throws {
        var json = old.value
        let start = old.root.text("effectivePeriod", "start") ?? day.text
        let last = max(start, day.adding(days: -1).text)
        if start >= day.text || day <= today { json["status"] = "retired" }
        json["effectivePeriod"] = ["start": .string(start), "end": .string(last)]
        try change.update(json, ifVersion: old.version)
    }
}

/// Ends the asking of a form: answers that were given stay, with their version.
package struct RetireForm: Sendable {
    package let name: String
    package let today: CalendarDay

    package init(name: String, today: CalendarDay) {
        self.name = name
        self.today = today
    }

    /// - Throws: ``NotNow`` when it is not asked; ``RecordsFailure``.
    package func perform(in change: Change) throws {
        guard change.permits(.editContent) else { throw NotNow("Only who writes the site's forms ends one.") }
        let active = try PublishForm.published(name, by: change.reader).filter { $0.root.text("status") == "active" }
        guard !active.isEmpty else { throw NotNow("This form is not asked now.") }
        for old in active { try PublishForm.end(old, before: today, today: today, in: change) }
    }
}
