import Access
import Care
import FHIR
import Hummingbird
import Records

/// Asking for a correction of one's record, and what came of it. 45 CFR 164.526
struct PortalCorrections: Sendable {
    let services: Services

    struct Model {
        struct Line {
            let what: String
            let why: String
            let asked: String
            let state: String
            let tone: String
            let answer: String?
            let statement: String?
            /// To disagree with a denial.
            let form: FormModel?
        }

        let page: PageFrame
        let site: String
        let says: PortalCorrectionsWords
        let lines: [Line]
        let ask: FormModel
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/corrections", use: show)
        routes.post("portal/corrections", use: ask)
        routes.post("portal/corrections/:task/disagree", use: disagree)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context, done: Form.query(of: request)["done"])
    }

    @Sendable func ask(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await checked(request, context)
        let person = try PortalPerson.own(context)
        let verb = RequestAmendment(
            person: person.id, what: form["what"], why: form["why"], concerns: form["concerns"])
        return try await act(context, person, form, then: "asked") { _ = try verb.perform(in: $0) }
    }

    @Sendable func disagree(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await checked(request, context)
        let person = try PortalPerson.own(context)
        let verb = StateDisagreement(person: person.id, task: try context.part("task"), words: form["statement"])
        return try await act(context, person, form, then: "stated") { _ = try verb.perform(in: $0) }
    }

    private func checked(_ request: Request, _ context: StaffContext) async throws -> Form {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        return form
    }

    private func act(
        _ context: StaffContext, _ person: PortalPerson, _ form: Form, then done: String,
        _ verb: @escaping @Sendable (Change) throws -> Void
    ) async throws -> Response {
        do {
            try await services.records.write(as: person.caller, at: services.now(), verb)
        } catch let problems as FormProblems {
            return try await page(context, form, problems, opened: context.parameters.get("task"))
        } catch is NotNow {
            return try await page(context, form, isTooMuch: true)
        }
        return .seeOther("/portal/corrections?done=\(done)")
    }

    private func page(
        _ context: StaffContext, _ typed: Form = Form([]), _ problems: FormProblems? = nil, opened: String? = nil,
        done: String? = nil,
        isTooMuch: Bool = false
    ) async throws -> Response {
        let person = try PortalPerson.own(context)
        let (now, zone) = (services.now(), services.zone)
        let record = try await services.records.read(as: person.caller, at: now, for: "portal corrections") { reader in
            try reader.person(person.id, Amendment.reads.union(RequestAmendment.types))
        }
        let language = PlanLanguage(code: record.patient.flatMap { Words.languageCode(of: $0.root) })
        let says = PortalCorrectionsWords(language)
        let days = PersonDays(language: language, now: now, zone: zone)
        let problems = problems.map { FormProblems($0.all.map { .init($0.field, says.problem($0)) }) }
        var context = context
        context.notice = says.done(done)
        let wrong = (problems?.all ?? []).map { (field: $0.field, message: $0.message) }
        let lines = Amendment.all(record).map { amendment in
            Model.Line(
                what: amendment.what, why: amendment.why,
                asked: amendment.asked.map(days.day) ?? "",
                state: says.state(
                    amendment.state, answered: amendment.answered.map(days.day), due: amendment.task.due.map(days.day)),
                tone: Self.tone(amendment.state),
                answer: amendment.answer, statement: amendment.statement,
                form: amendment.state == .denied && amendment.statement == nil
                    ? disagreement(
                        amendment.task.id, opened == amendment.task.id ? typed : nil, wrong, says) : nil)
        }
        let ask = FormModel(
            "/portal/corrections", submit: says.send,
            fields: [
                Field.select("concerns", says.about, Self.choices(record, says), chosen: typed["concerns"]),
                Field.area("what", says.what, value: typed["what"]),
                Field.area("why", says.why, value: typed["why"], rows: 3),
            ].with(wrong))
        let frame = PageFrame(
            says.title, context, current: "/portal/corrections", notice: isTooMuch ? .wrong(says.notNow) : nil,
            problems: problems)
        return try services.pages.response(
            Model(
                page: frame.spoken(language), site: services.site, says: says, lines: lines, ask: ask),
            "portal-corrections",
            status: isTooMuch ? .conflict : problems == nil ? .ok : .unprocessableContent)
    }

    /// What `typed` holds was sent with this one and could not be taken; it is nil for the others.
    private func disagreement(
        _ task: String, _ typed: Form?, _ wrong: [(field: String, message: String)],
        _ says: PortalCorrectionsWords
    ) -> FormModel {
        FormModel(
            "/portal/corrections/\(task)/disagree", submit: says.add,
            fields: [
                Field.area("statement", says.whyNot, value: typed?["statement"], rows: 3)
                    .with {
                        $0.id = typed == nil ? "statement-\(task)" : "statement"
                        $0.hint = says.stays
                    }
            ].with(typed == nil ? [] : wrong))
    }

    private static func choices(_ record: PersonRecord, _ says: PortalCorrectionsWords) -> [(String, String)] {
        let types = ["Condition", "MedicationRequest", "MedicationStatement", "AllergyIntolerance"]
        let parts = types.flatMap(record.all).compactMap { resource -> (String, String)? in
            let root = resource.root
            return (Words.concept(root["code"]) ?? Words.concept(root["medicationCodeableConcept"])).map {
                (resource.reference, $0)
            }
        }
        return [("", says.whole)] + parts
    }

    private static func tone(_ state: Amendment.State) -> String {
        switch state {
        case .open: "note"
        case .accepted: "good"
        case .denied: "soon"
        }
    }
}
