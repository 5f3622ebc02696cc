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
        /// Whether it can be handed in here: not while more questions follow, one at a time.
        var isEnd = true
        /// Fields that are closed as long as other answers stand, by their ids.
        var shut = ""
        /// Whether something stands there beforehand.
        var hasKnown = false
        /// Who answers, and how.
        var answering: [Field] = []
        /// One question at a time: where one is; nil for the whole form.
        var step: FormSteps.Step?
        /// The other way of showing it.
        var otherWay: String?
        /// Sends it to the portal; nil where that may not be, for the reason that ``unsent`` has.
        var send: FormModel?
        var unsent: String?
        var faults: [String] = []
        /// Whether files go along.
        var takesFiles = false
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
        routes.post("people/:id/assess/:instrument/send", use: send)
        routes.post("people/:id/assess/:instrument/needs", use: needs)
        routes.post("people/:id/assess/:instrument/offers", use: decide)
        routes.get("people/:id/answers/:response/files/:file", use: file)
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
                Shown(
                    person: person, instrument: instrument, answers: entry.answers, id: id,
                    version: entry.response.version,
                    isDraft: true, flags: entry.screening.safety,
                    notice: query["done"] == "draft" ? "The draft is kept." : nil,
                    language: language(query, instrument, seen), step: step(query)), seen, context)
        }
        let from = query["from"].flatMap { id in seen.history.handedIn.first { $0.response.id == id } }
        let notices = [
            "asked": from.map { "\($0.instrument.short) asks for this form. What was answered is filled in." },
            "sent": "It waits for the person in the portal.",
        ]
        let id = UUID().uuidString.lowercased().filter { $0 != "-" }
        return try await page(
            Shown(
                person: person, instrument: instrument, answers: [:], id: id, version: nil, isDraft: false,
                notice: query["done"].flatMap { notices[$0] ?? nil }, from: from,
                language: language(query, instrument, seen), step: step(query)), seen, context)
    }

    /// The question that is asked for, where it is one at a time; empty for the first.
    func step(_ query: Form) -> String? { query.fields.first { $0.name == "one" }?.value }

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
                banner: banner(seen), title: instrument.title,
                intro: (["Handed in on \(day(entry.at))."]
                    + [WhoAnswers(seen.record).words(entry.response.root)].compactMap(\.self)).joined(separator: " "),
                action: "",
                version: nil, hidden: [], groups: [], confidential: nil, result: AssessmentResult(entry, of: person),
                planHref: "/people/\(person)/plan", offer: offer(entry, seen), offers: offers.lines,
                trend: try await trend(entry, seen, context),
                crisis: try await crisis(
                    entry.screening.safety, id, person, entry.response.root.text("language"), context),
                source: Self.source(of: instrument)),
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

    func day(_ moment: Int64) -> String { Words.day(moment, now: services.now(), zone: services.zone) }
}
