import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Forms that the team asks a person to fill in, one question a page, by the person or by somebody who answers for them.
/// Each page is kept before the next one comes: one can stop anywhere and go on elsewhere.
struct PortalForms: Sendable {
    let services: Services

    struct List {
        struct Line {
            let title: String
            let about: String
            /// The language of a form that is not there in that of the page.
            let lang: String?
            let href: String?
            /// Why it cannot be filled in now.
            let closed: String?
        }

        let page: PageFrame
        let site: String
        let words: PortalFormWords
        let lines: [Line]
    }

    struct Model {
        let page: PageFrame
        let site: String
        let words: PortalFormWords
        let lead: String?
        let intro: String
        let lang: String?
        let action: String
        let version: String?
        let step: FormSteps.Step
        let takesFiles: Bool
        let submit: String?
        let crisis: CrisisHelp?
        /// The other language, under its own name.
        let other: AssessmentPage.Model.Language?
        let source: String
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/forms", use: list)
        routes.get("portal/forms/:instrument", use: show)
        routes.post("portal/forms/:instrument", use: submit)
        routes.get("portal/forms/:instrument/files/:file", use: file)
    }

    /// What a page has read.
    struct Seen {
        let person: PortalPerson
        let patient: Resource
        let sent: [SentForm]
        /// Who answers for the person, `RelatedPerson/5`; nil for the person.
        let helper: String?

        /// With what filling in a form takes, and nothing else.
        var caller: Caller { person.caller.answering }
        var way: AskingWay { person.isOwn ? .portal : .proxy }
    }

    func look(_ context: StaffContext) async throws -> Seen {
        guard let person = try PortalPerson.of(context), Self.opens(person) else {
            throw HTTPError(.notFound)
        }
        let helper = person.isOwn ? nil : person.caller.practitioner
        return try await services.records.read(
            as: person.caller.answering, at: services.now(), for: "portal forms"
        ) { reader in
            let record = try reader.person(person.id, ["Patient", "Task"])
            return Seen(
                person: person, patient: try reader.get("Patient", person.id), sent: SentForm.all(record.all("Task")),
                helper: helper)
        }
    }

    /// Whether forms are for whoever looks: the person, whom the person lets answer, or a young child's parent.
    static func opens(_ person: PortalPerson) -> Bool {
        person.isOwn || person.caller.represents["forms"]?.contains(person.id) == true
            || person.caller.represents[RepresentativeDecision.child]?.contains(person.id) == true
    }

    /// Why a form cannot be filled in by whoever looks; nil when it can. The duty roster is the product's to look at.
    func closed(_ instrument: Instrument, _ seen: Seen) async throws -> MayAsk.Refusal? {
        let now = services.now()
        let isCovered = try await services.records.read(as: .system("portal"), at: now, for: "duty roster") { reader in
            try MayAsk.isCovered(instrument, by: reader, at: now)
        }
        return MayAsk.why(instrument, by: seen.way, isCovered: isCovered)
    }

    @Sendable func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let seen = try await look(context)
        let words = PortalFormWords(AssessedPerson(seen.patient, now: services.now()).language)
        var lines: [List.Line] = []
        for form in seen.sent {
            guard let instrument = services.care.instruments.named(by: form.form) else {
                continue
            }
            let why = try await closed(instrument, seen)
            // That there is a form about safety is told to nobody else.
            if why != nil, !seen.person.isOwn {
                continue
            }
            lines.append(
                List.Line(
                    title: instrument.titleIn[words.language] ?? instrument.title,
                    about: instrument.purposeIn[words.language] ?? instrument.purpose,
                    lang: words.language == "en" || instrument.titleIn[words.language] != nil ? nil : "en",
                    href: why == nil ? "/portal/forms/\(instrument.name)" : nil, closed: why == nil ? nil : words.later)
            )
        }
        var context = context
        context.notice = Form.query(of: request)["done"] == "sent" ? words.sent : nil
        return try services.pages.response(
            List(
                page: PageFrame(words.title, context, current: "/portal/forms")
                    .spoken(PlanLanguage(code: words.language)), site: services.site, words: words,
                lines: lines), "portal-forms")
    }

    /// The form of an address, when it waits for this person and may be filled in now.
    func place(_ seen: Seen, _ context: StaffContext) async throws -> (Instrument, id: String) {
        guard let instrument = services.care.instruments[try context.part("instrument")],
            let sent = seen.sent.first(where: { $0.form == instrument.url }), try await closed(instrument, seen) == nil
        else {
            throw HTTPError(.notFound)
        }
        return (instrument, sent.response(by: seen.helper))
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let seen = try await look(context)
        let (instrument, id) = try await place(seen, context)
        let query = Form.query(of: request)
        return try await page(instrument, id, seen, query, at: query["at"], context)
    }

    func language(_ instrument: Instrument, _ seen: Seen, _ query: Form) -> String? {
        let wanted = query["language"] ?? AssessedPerson(seen.patient, now: services.now()).language
        return wanted.flatMap { instrument.languages.contains($0) ? $0 : nil }
    }

    /// The page of one question, with what was kept before.
    private func page(
        _ instrument: Instrument, _ id: String, _ seen: Seen, _ query: Form, at place: String?,
        typed: Answers? = nil, problems: FormProblems? = nil, _ context: StaffContext
    ) async throws -> Response {
        let (now, caller) = (services.now(), seen.caller)
        let language = language(instrument, seen, query)
        let found = try await services.records.read(as: caller, at: now, for: "portal form") { reader in
            let stored = try reader.find("QuestionnaireResponse", id)
            let around = try FormSurroundings(
                person: seen.person.id, user: caller.practitioner, reader: reader, now: now)
            var answers = typed ?? stored.map { instrument.answers(from: $0.root) } ?? [:]
            if typed == nil, stored == nil {
                let beginning = try instrument.beginning(in: around)
                answers = beginning.plain.merging(beginning.known.mapValues(\.answers)) { _, known in known }
            }
            if let place, answers[place] == nil { answers[place] = [] }
            return (stored, instrument.worked(answers, in: around))
        }
        let (stored, worked) = found
        let form = AssessmentForm(
            instrument: worked.form, answers: worked.answers, language: language,
            problems: problems?.all.map { ($0.field, $0.message) } ?? [], zone: services.zone,
            folder: "/portal/forms/\(instrument.name)/files/", speaks: language)
        let steps = FormSteps(form)
        guard let step = steps.step(at: steps.place(of: form.problems) ?? place) else {
            throw HTTPError(.notFound)
        }
        let words = PortalFormWords(language)
        let person = AssessedPerson(seen.patient, now: now)
        let flags = worked.form.score(worked.answers, sex: person.sex, age: person.age, closing: false).safety
        let base = "/portal/forms/\(instrument.name)?at=\(step.place.formEncoded)&language="
        let others = (["en"] + instrument.languages.sorted()).filter { $0 != language ?? "en" }
        let shown = problems.map { FormProblems($0.all.map { .init(AssessmentForm.id($0.field), $0.message) }) }
        return try services.pages.response(
            Model(
                page: PageFrame(
                    language.flatMap { instrument.titleIn[$0] } ?? instrument.title, context,
                    current: "/portal/forms", problems: shown
                ).spoken(PlanLanguage(code: words.language)),
                site: services.site, words: words,
                lead: seen.person.isOwn
                    ? nil
                    : words.helping(seen.patient.root.text("name", "given") ?? Words.spokenName(seen.patient.root)),
                intro: language.flatMap { instrument.purposeIn[$0] } ?? instrument.purpose, lang: language,
                action: "/portal/forms/\(instrument.name)?language=\(language ?? "en")",
                version: stored.map { String($0.version) }, step: step, takesFiles: form.takesFiles,
                submit: step.isLast ? words.send : nil,
                crisis: try await crisis(flags, id, seen, language),
                other: others.first.map {
                    .init(text: PortalFormWords.names[$0] ?? $0, lang: $0, href: base + $0)
                }, source: instrument.copyright),
            "portal-form", status: problems == nil ? .ok : .unprocessableContent)
    }

    @Sendable func submit(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request, takesFiles: true)
        try SameOrigin.check(form, context)
        let seen = try await look(context)
        let (instrument, id) = try await place(seen, context)
        let query = Form.query(of: request)
        let (now, caller) = (services.now(), seen.caller)
        let act = form["do"] ?? "next"
        let at = form["place"] ?? ""
        let files = SentFiles(form, instrument, response: id, language: language(instrument, seen, query))
        let typed = instrument.answers(fromForm: form.fields) { typed in
            LocalTime.moment(typed, zone: services.zone).map { FHIRDate.instant($0) }
        }
        let posted = instrument.answers(typed, adding: files.taken)
        let version = form["version"].flatMap { Int($0) }
        let isYoung = services.records.policy.ages.minor(seen.patient.root, at: now) == .adolescent
        let back = "/portal/forms/\(instrument.name)?language=\(language(instrument, seen, query) ?? "en")&at="
        let answers = try await services.records.read(as: caller, at: now, for: "portal form") { reader in
            let around = try FormSurroundings(
                person: seen.person.id, user: caller.practitioner, reader: reader, now: now)
            let beginning = try instrument.beginning(in: around)
            return try instrument.answers(
                posted: posted, place: at, over: id, version: version,
                beginning: beginning.plain.merging(beginning.known.mapValues(\.answers)) { _, known in known },
                by: reader)
        }
        if let row = RowAct(act, instrument, answers), act.hasPrefix("remove:"), files.taken.isEmpty {
            return try await page(instrument, id, seen, query, at: nil, typed: row.answers, context)
        }
        var verb = SubmitAssessment(
            person: seen.person.id, instrument: instrument, answers: answers, id: id, version: version,
            closing: act == "finish", source: seen.helper, language: language(instrument, seen, query),
            isConfidential: isYoung && seen.person.isOwn, library: services.care.instruments)
        verb.isTyping = act != "finish"
        verb.speaks = language(instrument, seen, query)
        (verb.files, verb.refusedFiles) = (files.taken, files.refused)
        do {
            let kept = verb
            let outcome = try await services.records.write(as: caller, at: now) { try kept.perform(in: $0) }
            if let problems = outcome.problems {
                return try await page(instrument, id, seen, query, at: at, typed: answers, problems: problems, context)
            }
            if act == "finish" {
                return try await finished(instrument, outcome, seen, query, context)
            }
            let next = outcome.worked.map { AssessmentPage.step(act, from: at, $0, instrument) } ?? at
            return .seeOther(back + next.formEncoded)
        } catch let problems as FormProblems {
            // A question without an answer is passed over.
            if act != "finish", (answers[at] ?? []).isEmpty, files.refused.isEmpty {
                let next = AssessmentPage.step(act, from: at, WorkedForm(instrument, answers), instrument)
                return .seeOther(back + next.formEncoded)
            }
            return try await page(instrument, id, seen, query, at: at, typed: answers, problems: problems, context)
        } catch RecordsFailure.stale {
            // The same question was answered elsewhere in between: what was answered there is shown, and can be changed.
            return .seeOther(back + at.formEncoded)
        }
    }
}
