import Access
import Care
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The form with its questions.
extension AssessmentPage {
    /// What a page of a form is made of, besides the person.
    struct Shown {
        let person: String
        let instrument: Instrument
        var answers: Answers
        let id: String
        var version: Int?
        var isDraft: Bool
        var flags: [Screening.SafetyFlag] = []
        var notice: String?
        /// The form whose answers are the beginning of this one.
        var from: AssessmentHistory.Entry?
        var problems: FormProblems?
        var language: String?
        var isConfidential: Bool?
        /// How many rows parts have that may be empty.
        var rows: [String: Int] = [:]
        /// What was sent, where something was.
        var form: Form?
        /// The question that is shown, where it is one at a time: empty for the first.
        var step: String?
        /// Everything that is known is right.
        var allRight = false
    }

    /// The form with its questions.
    func page(_ shown: Shown, _ seen: Seen, _ context: StaffContext) async throws -> Response {
        let (person, instrument, language) = (seen.record.id, shown.instrument, shown.language)
        var answers = shown.answers
        // A row that is gone to is there, though nothing is in it yet.
        if let step = shown.step, !step.isEmpty, answers[step] == nil { answers[step] = [] }
        let begins = !shown.isDraft && shown.form == nil
        let (worked, all) = try await work(shown, answers, seen, begins: begins, try context.caller())
        let draft = seen.history.drafts.first { $0.response.id == shown.id }?.response.root
        let before = draft.map { KnownMark.all($0) } ?? [:]
        let said = Set(
            (shown.form?.fields ?? []).filter { $0.name.hasPrefix("ok.") }.map { String($0.name.dropFirst(3)) })
        let form = AssessmentForm(
            instrument: worked.form, answers: worked.answers, known: all.mapValues(words), language: language,
            problems: shown.problems?.all.map { ($0.field, $0.message) } ?? [],
            confirmed: shown.allRight
                ? Set(all.keys) : said.union(before.filter(\.value.isConfirmed).keys), zone: services.zone,
            folder: AssessmentResult.files(of: person, shown.id))
        let problems = shown.problems.map { FormProblems($0.all.map { .init(Self.field($0.field), $0.message) }) }
        let place = shown.isDraft ? "draft=\(shown.id)&" : shown.from.map { "from=\($0.response.id)&" } ?? ""
        let base = "/people/\(person)/assess/\(instrument.name)?\(place)"
        let steps = shown.step.map { _ in FormSteps(form) }
        let step = steps?.step(at: steps?.place(of: form.problems) ?? shown.step)
        let isEnd = step?.isLast ?? true
        let spoken = "language=\(language ?? "en")"
        let (send, unsent) = try await sending(instrument, person, context)
        return try services.pages.response(
            Model(
                page: PageFrame(
                    instrument.short, context, notice: shown.notice.map { .good($0) }, problems: problems),
                banner: banner(seen), title: language.flatMap { instrument.titleIn[$0] } ?? instrument.title,
                intro: language.flatMap { instrument.purposeIn[$0] } ?? instrument.purpose, lang: language,
                languages: languages(instrument, language, base + "language="), unsaid: unsaid(instrument, seen),
                action: base + spoken, version: shown.version.map(String.init),
                hidden: (shown.isDraft ? [] : [FormModel.Hidden(name: "id", value: shown.id)])
                    + (step == nil ? form.unseen : []),
                alone: instrument.questions.contains { $0.safety == "unsafe-at-home" },
                groups: step == nil ? form.groups : [],
                confidential: try confidential(seen, shown.id, shown.isConfidential, context), result: nil,
                planHref: "/people/\(person)/plan", offer: nil,
                crisis: try await crisis(shown.flags, shown.id, person, language, context),
                updates: instrument.isWorkedOut && step == nil, isEnd: isEnd,
                shut: worked.form.closed(worked.answers).map(Self.field).joined(separator: " "),
                hasKnown: step == nil && !form.known.isEmpty,
                answering: isEnd ? WhoAnswers(seen.record).fields(shown.form, draft) : [], step: step,
                otherWay: base + spoken + (step == nil ? "&one=" : "&whole=1"), send: send, unsent: unsent,
                faults: worked.faults, takesFiles: form.takesFiles,
                source: Self.source(of: instrument)),
            "assessment", status: shown.problems == nil ? .ok : .unprocessableContent)
    }

    /// The id of a field on the page.
    private static func field(_ name: String) -> String {
        ["answering", "mode"].contains(name) ? name : AssessmentForm.id(name)
    }

    /// Where a known answer stands, with its date.
    func words(_ known: KnownAnswers.Known) -> String {
        known.source + (Words.date(known.date, now: services.now(), zone: services.zone).map { ", \($0)" } ?? "")
    }

    /// The button that sends the form to the portal, or why it is not there.
    private func sending(
        _ instrument: Instrument, _ person: String, _ context: StaffContext
    ) async throws -> (FormModel?, String?) {
        let now = services.now()
        let isCovered = try await services.records.read(as: try context.caller(), at: now, for: "duty roster") {
            reader in
            try MayAsk.isCovered(instrument, by: reader, at: now)
        }
        if let why = MayAsk.refusal(of: instrument, by: .portal, hasDuty: isCovered) {
            return (nil, why)
        }
        return (
            FormModel("/people/\(person)/assess/\(instrument.name)/send", submit: "Send to the portal"), nil
        )
    }

    /// The form with its rows and formulas, and what is known of its answers. At its beginning both are put together.
    func work(
        _ shown: Shown, _ answers: Answers, _ seen: Seen, begins: Bool, _ caller: Caller
    ) async throws -> (WorkedForm, [String: KnownAnswers.Known]) {
        let (now, instrument, person) = (services.now(), shown.instrument, seen.record.id)
        let known = known(instrument, seen, from: shown.from).byQuestion
        guard instrument.isWorkedOut || instrument.questions.contains(where: \.hasBeginning) else {
            let all = begins ? known.mapValues(\.answers).merging(answers) { _, given in given } : answers
            return (WorkedForm(instrument, all, rows: shown.rows), known)
        }
        return try await services.records.read(as: caller, at: now, for: "assessment form") { reader in
            let around = try FormSurroundings(person: person, user: caller.practitioner, reader: reader, now: now)
            let beginning = try instrument.beginning(in: around)
            let found = known.merging(beginning.known) { known, _ in known }
            var all = answers
            if begins {
                all.merge(found.mapValues(\.answers)) { given, _ in given }
                all.merge(beginning.plain) { given, _ in given }
            }
            return (instrument.worked(all, in: around, rows: shown.rows), found)
        }
    }

    /// The other languages of a form, each under its own name.
    private func languages(_ instrument: Instrument, _ language: String?, _ base: String) -> [Model.Language] {
        (["en"] + instrument.languages.sorted()).filter { $0 != language ?? "en" }.map { code in
            let name = Locale(identifier: code).localizedString(forLanguageCode: code) ?? code
            return Model.Language(text: name.prefix(1).uppercased() + name.dropFirst(), lang: code, href: base + code)
        }
    }

    /// Why the person cannot read the form in their language.
    private func unsaid(_ instrument: Instrument, _ seen: Seen) -> String? {
        guard let language = AssessedPerson(seen.record.patient, now: services.now()).language, language != "en",
            !instrument.languages.contains(language)
        else {
            return nil
        }
        let name = Locale(identifier: "en").localizedString(forLanguageCode: language) ?? language
        let why = instrument.asking.unsaid[language].map { ": \($0)" } ?? ""
        return "There is no wording in \(name) for this form\(why). Use an interpreter."
    }

    /// Young people answer in confidence unless something else is said.
    private func confidential(
        _ seen: Seen, _ id: String, _ isOn: Bool?, _ context: StaffContext
    ) throws -> Field? {
        let tick = ConfidentialTick(
            seen.record.patient?.root, of: "QuestionnaireResponse", as: try context.caller(), services)
        let draft = seen.history.drafts.first { $0.response.id == id }?.response.root
        return tick.fields(isOn: isOn ?? draft.map { ConfidentialLabel.isOn($0) } ?? true).first
    }
}
