import Access
import Care
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// Asking: which form, the form itself, and what it came to.
struct AssessmentPage: Sendable {
    let services: Services

    struct Pick {
        struct Choice {
            let title: String
            let why: String
            let length: String
            let href: String
            let verb: String
            let main: Bool
        }

        struct Done {
            let title: String
            let when: String
            let result: String
            let tone: String
            let by: String
            let href: String
        }

        struct Group {
            let heading: String
            let choices: [Choice]
        }

        struct Slot {
            let title: String
            let why: String
        }

        let page: PageFrame
        let banner: PatientBanner
        let due: [Choice]
        let others: [Group]
        let otherAges: [Choice]
        let slots: [Slot]
        let done: [Done]
        let blocked: String?
    }

    struct Model {
        /// A language that the form can be read in.
        struct Language {
            let text: String
            let lang: String
            let href: String
        }

        let page: PageFrame
        let banner: PatientBanner
        let title: String
        let intro: String
        var lang: String?
        var languages: [Language] = []
        var unsaid: String?
        let action: String
        let version: String?
        let hidden: [FormModel.Hidden]
        var alone = false
        let groups: [AssessmentForm.Group]
        /// Whether it stays between a young person and the care team; nil where this is not asked.
        let confidential: Field?
        let result: AssessmentResult?
        let planHref: String
        let offer: FormModel?
        /// What the result asks for.
        var offers: [OfferForms.Line] = []
        var trend: Trend?
        let crisis: CrisisHelp?
        /// Whether something is worked out from the answers.
        var updates = false
        let source: String
        let submit = "Hand in"
        let draft = true
    }

    /// What a page has read of a person.
    struct Seen: Sendable {
        let record: PersonRecord
        let history: AssessmentHistory
        let onDuty: String?
    }

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/assess", use: pick)
        routes.get("people/:id/assess/:instrument", use: show)
        routes.post("people/:id/assess/:instrument", use: submit)
        routes.post("people/:id/assess/:instrument/needs", use: needs)
        routes.post("people/:id/assess/:instrument/offers", use: decide)
    }

    static let reads = PatientBanner.reads.union(KnownAnswers.reads).union(AssessmentHistory.reads)

    func look(_ person: String, _ types: Set<String>, _ context: StaffContext) async throws -> Seen {
        let now = services.now()
        let library = services.care.instruments
        return try await services.records.read(as: try context.caller(), at: now, for: "assessment page") { reader in
            let record = try reader.person(person, types)
            return Seen(
                record: record, history: AssessmentHistory.of(record, library: library, now: now),
                onDuty: try DutyRoster.onDuty(by: reader, at: now).who)
        }
    }

    @Sendable func pick(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try context.part("id")
        let seen = try await look(person, PatientBanner.reads.union(AssessmentHistory.reads), context)
        let names = try await StaffNames.read(services, try context.caller())
        let now = services.now()
        let due = seen.history.due(library: services.care.instruments, now: now)
        let drafts = seen.history.drafts.map { entry in
            Pick.Choice(
                title: entry.instrument.title, why: "Draft of \(day(entry.at))",
                length: Self.length(entry.instrument),
                href: "/people/\(person)/assess/\(entry.instrument.name)?draft=\(entry.response.id)", verb: "Go on",
                main: true)
        }
        let begun = Set(seen.history.drafts.map(\.instrument.name))
        let dueNow = due.filter { !begun.contains($0.instrument.name) }.enumerated().map { place, item in
            choice(
                item.instrument, person, why: words(item.reason), from: item.reason, seen,
                main: place == 0 && drafts.isEmpty)
        }
        let today = SiteDay(zone: services.zone).today(now).text
        let others = services.care.instruments.effective(on: today).filter { form in
            !due.contains { $0.instrument.name == form.name }
        }
        let done = seen.history.handedIn.prefix(50).map { entry in
            Pick.Done(
                title: entry.instrument.title, when: day(entry.at), result: AssessmentResult.short(entry),
                tone: AssessmentResult.tone(entry.screening), by: names.name(entry.author) ?? "author not recorded",
                href: "/people/\(person)/assess/\(entry.instrument.name)?result=\(entry.response.id)")
        }
        return try services.pages.response(
            Pick(
                page: PageFrame("Assess", context), banner: banner(seen), due: drafts + dueNow,
                others: groups(others.filter { fits($0.asking, seen) }, person, seen),
                otherAges: others.filter { !fits($0.asking, seen) }.map { form in
                    choice(form, person, why: form.purpose, from: .never, seen, main: false)
                }, slots: slots(seen), done: Array(done),
                blocked: seen.onDuty == nil
                    ? "Nobody is on duty now. An answer that means danger will be yours to look after." : nil),
            "assessment-pick")
    }

    private func fits(_ asking: Asking, _ seen: Seen) -> Bool {
        asking.fits(age: seen.history.age, sex: seen.history.sex)
    }

    private func groups(_ forms: [Instrument], _ person: String, _ seen: Seen) -> [Pick.Group] {
        Asking.Group.allCases.compactMap { group in
            let choices = forms.filter { $0.asking.group == group }
                .map { choice($0, person, why: $0.purpose, from: .never, seen, main: false) }
            return choices.isEmpty ? nil : Pick.Group(heading: group.title, choices: choices)
        }
    }

    /// Forms of others for someone of this age, whose wording is not here.
    private func slots(_ seen: Seen) -> [Pick.Slot] {
        services.care.instruments.slots.filter { fits($0.asking, seen) }.map { slot in
            Pick.Slot(
                title: slot.scoring.title, why: "\(slot.scoring.origin.licence). File: instruments/\(slot.name).json")
        }
    }

    private func choice(
        _ instrument: Instrument, _ person: String, why: String, from: AssessmentHistory.Reason, _ seen: Seen,
        main: Bool
    ) -> Pick.Choice {
        var href = "/people/\(person)/assess/\(instrument.name)"
        if case .asked(let title, _) = from,
            let source = seen.history.handedIn.first(where: { $0.instrument.title == title })
        {
            href += "?from=\(source.response.id)"
        }
        return Pick.Choice(
            title: instrument.title, why: why, length: Self.length(instrument), href: href, verb: "Begin", main: main)
    }

    private func words(_ reason: AssessmentHistory.Reason) -> String {
        switch reason {
        case .never: "Not asked here yet"
        case .again(let last, 365): "Last asked on \(day(last)), more than a year ago"
        case .again(let last, let days): "Last asked on \(day(last)), to be asked again after \(days) days"
        case .asked(let by, let at): "Asked for by \(by.prefix { $0 != ":" }) of \(day(at))"
        }
    }

    /// "9 questions, about 3 minutes": a third of a minute a question.
    static func length(_ instrument: Instrument) -> String {
        let count = instrument.questions.count { $0.isQuestion && !$0.look.isHidden }
        return Words.count(count, "question") + ", about " + Words.count(max(1, (count + 2) / 3), "minute")
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let (person, instrument) = try place(context)
        let seen = try await look(person, Self.reads.union(OpenOffer.reads), context)
        let query = Form.query(of: request)
        if let id = query["result"] {
            return try await result(id, person, instrument, seen, query, context)
        }
        if let id = query["draft"] {
            guard
                let entry = seen.history.drafts.first(where: {
                    $0.response.id == id && $0.instrument.name == instrument.name
                })
            else {
                return .seeOther("/people/\(person)/assess")
            }
            return try await page(
                instrument, seen, answers: entry.answers, id: id, version: entry.response.version, isDraft: true,
                flags: entry.screening.safety, notice: query["done"] == "draft" ? "The draft is kept." : nil,
                language: language(query, instrument, seen), context)
        }
        let from = query["from"].flatMap { id in seen.history.handedIn.first { $0.response.id == id } }
        let known = known(instrument, seen, from: from)
        let notice =
            query["done"] == "asked" && from != nil
            ? "\(from?.instrument.short ?? "The form before") asks for this form. What was answered is filled in." : nil
        let id = UUID().uuidString.lowercased().filter { $0 != "-" }
        return try await page(
            instrument, seen, answers: known.byQuestion.mapValues(\.answers), id: id, version: nil, isDraft: false,
            flags: [], notice: notice, from: from, language: language(query, instrument, seen), context)
    }

    /// The language asked for, else the person's; nil for that of the form.
    func language(_ query: Form, _ instrument: Instrument, _ seen: Seen) -> String? {
        let wanted = query["language"] ?? AssessedPerson(seen.record.patient, now: services.now()).language
        return wanted.flatMap { instrument.languages.contains($0) ? $0 : nil }
    }

    func place(_ context: StaffContext) throws -> (String, Instrument) {
        guard let instrument = services.care.instruments[try context.part("instrument")] else {
            throw HTTPError(.notFound)
        }
        return (try context.part("id"), instrument)
    }

    func known(_ instrument: Instrument, _ seen: Seen, from: AssessmentHistory.Entry?) -> KnownAnswers {
        KnownAnswers.of(instrument, seen.record, history: seen.history, from: from, now: services.now())
    }

    /// The form with its questions.
    func page(
        _ instrument: Instrument, _ seen: Seen, answers: Answers, id: String, version: Int?, isDraft: Bool,
        flags: [Screening.SafetyFlag], notice: String? = nil, from: AssessmentHistory.Entry? = nil,
        problems: FormProblems? = nil, language: String?, isConfidential: Bool? = nil, rows: [String: Int] = [:], _ context: StaffContext
    ) async throws -> Response {
        let person = seen.record.id
        let isNew = !isDraft && problems == nil && rows.isEmpty && version == nil
        let (worked, found) = try await work(
            instrument, person, answers, rows, begins: isNew, try context.caller())
        let all = known(instrument, seen, from: from).byQuestion.merging(found) { known, _ in known }
        let known = all.mapValues { known in
            known.source + (Words.date(known.date, now: services.now(), zone: services.zone).map { ", \($0)" } ?? "")
        }
        let form = AssessmentForm(
            instrument: worked.form, answers: worked.answers, known: known, language: language,
            problems: problems?.all.map { ($0.field, $0.message) } ?? [])
        let shown = problems.map { FormProblems($0.all.map { .init(AssessmentForm.id($0.field), $0.message) }) }
        let place = isDraft ? "draft=\(id)&" : from.map { "from=\($0.response.id)&" } ?? ""
        let base = "/people/\(person)/assess/\(instrument.name)?\(place)language="
        return try services.pages.response(
            Model(
                page: PageFrame(instrument.short, context, notice: notice.map { .good($0) }, problems: shown),
                banner: banner(seen), title: language.flatMap { instrument.titleIn[$0] } ?? instrument.title,
                intro: language.flatMap { instrument.purposeIn[$0] } ?? instrument.purpose, lang: language,
                languages: languages(instrument, language, base), unsaid: unsaid(instrument, seen),
                action: base + (language ?? "en"), version: version.map(String.init),
                hidden: isDraft ? [] : [FormModel.Hidden(name: "id", value: id)],
                alone: instrument.questions.contains { $0.safety == "unsafe-at-home" }, groups: form.groups,
                confidential: try confidential(seen, id, isConfidential, context), result: nil,
                planHref: "/people/\(person)/plan", offer: nil,
                crisis: try await crisis(flags, id, person, language, context), updates: instrument.isWorkedOut,
                source: "\(instrument.origin.source) \(instrument.copyright)"),
            "assessment", status: problems == nil ? .ok : .unprocessableContent)
    }

    /// The form with its rows and formulas; at its beginning with what they find in the records, and where it was found.
    private func work(
        _ instrument: Instrument, _ person: String, _ answers: Answers, _ rows: [String: Int], begins: Bool,
        _ caller: Caller
    ) async throws -> (WorkedForm, [String: KnownAnswers.Known]) {
        let now = services.now()
        guard instrument.isWorkedOut || instrument.questions.contains(where: \.hasBeginning) else {
            return (WorkedForm(instrument, answers, rows: rows), [:])
        }
        return try await services.records.read(as: caller, at: now, for: "assessment form") { reader in
            let around = try FormSurroundings(person: person, user: caller.practitioner, reader: reader, now: now)
            let beginning = try instrument.beginning(in: around)
            var all = answers
            if begins {
                all.merge(beginning.known.mapValues(\.answers)) { given, _ in given }
                all.merge(beginning.plain) { given, _ in given }
            }
            return (instrument.worked(all, in: around, rows: rows), beginning.known)
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

    func result(
        _ id: String, _ person: String, _ instrument: Instrument, _ seen: Seen, _ query: Form, typed: Form? = nil,
        problems faults: FormProblems? = nil, _ context: StaffContext
    ) async throws -> Response {
        guard
            let entry = seen.history.handedIn.first(where: {
                $0.response.id == id && $0.instrument.name == instrument.name
            })
        else { throw RecordsFailure.notFound(type: "QuestionnaireResponse", id: id) }
        let done = query["done"] ?? ""
        let notice =
            done == "needs"
            ? "The needs are written down. Put them on the plan when you are ready." : Self.offerNotices[done]
        let offers = try await offers(entry, seen, typed: typed, problems: faults, context)
        let problems = done == "no-need" ? FormProblems("need-0", "Tick at least one need.") : offers.faults
        return try services.pages.response(
            Model(
                page: PageFrame(instrument.short, context, notice: notice.map { .good($0) }, problems: problems),
                banner: banner(seen), title: instrument.title, intro: "Handed in on \(day(entry.at)).", action: "",
                version: nil, hidden: [], groups: [], confidential: nil, result: AssessmentResult(entry),
                planHref: "/people/\(person)/plan", offer: offer(entry, seen), offers: offers.lines,
                trend: try await trend(entry, seen, context),
                crisis: try await crisis(
                    entry.screening.safety, id, person, entry.response.root.text("language"), context),
                source: "\(instrument.origin.source) \(instrument.copyright)"),
            "assessment", status: faults == nil ? .ok : .unprocessableContent)
    }

    /// How a barrier is told from a need in the form.
    static let barrier = "barrier:"

    /// The needs and barriers that answers show and that are not on record yet.
    private func offer(_ entry: AssessmentHistory.Entry, _ seen: Seen) -> FormModel? {
        let known = RecordNeeds.onRecord(seen.record)
        var choices: [(String, String)] = []
        for need in entry.screening.needs
        where !known.contains(need.category) && !choices.contains(where: { $0.0 == need.category }) {
            let name = SocialNeedName.of(need.category)?.title ?? need.category
            choices.append((need.category, "\(name) (“\(need.answer)”)"))
        }
        for linkId in services.care.offers.barriers where !known.contains(RecordNeeds.barrierKey(linkId, entry)) {
            if let words = RecordNeeds.barrier(linkId, entry) {
                choices.append((Self.barrier + linkId, "“\(words.prefix(120))\(words.count > 120 ? "…" : "")”"))
            }
        }
        guard !choices.isEmpty else {
            return nil
        }
        let field = Field.checks(
            "need", "These answers show a need or a barrier. Which shall be written down?", choices, chosen: [])
        return FormModel(
            "/people/\(seen.record.id)/assess/\(entry.instrument.name)/needs", submit: "Write down those ticked",
            hidden: [("id", entry.response.id)], fields: [field])
    }

    func banner(_ seen: Seen) -> PatientBanner {
        PatientBanner(seen.record, now: services.now(), zone: services.zone, place: .assess)
    }

    private func day(_ moment: Int64) -> String { Words.day(moment, now: services.now(), zone: services.zone) }
}
