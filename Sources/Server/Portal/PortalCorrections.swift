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
        let lines: [Line]
        let ask: FormModel
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/corrections", use: show)
        routes.post("portal/corrections", use: ask)
        routes.post("portal/corrections/:task/disagree", use: disagree)
    }

    private static let notices = [
        "asked": "We have your request. You will have an answer within 60 days.",
        "stated": "Your words stay with your record.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        var context = context
        context.notice = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try await page(context)
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
        }
        return .seeOther("/portal/corrections?done=\(done)")
    }

    private func page(
        _ context: StaffContext, _ typed: Form = Form([]), _ problems: FormProblems? = nil, opened: String? = nil
    ) async throws -> Response {
        let person = try PortalPerson.own(context)
        let (now, zone) = (services.now(), services.zone)
        let record = try await services.records.read(as: person.caller, at: now, for: "portal corrections") { reader in
            try reader.person(person.id, Amendment.reads.union(RequestAmendment.types))
        }
        let wrong = (problems?.all ?? []).map { (field: $0.field, message: $0.message) }
        let lines = Amendment.all(record).map { amendment in
            Model.Line(
                what: amendment.what, why: amendment.why,
                asked: amendment.asked.map { Words.day($0, now: now, zone: zone) } ?? "",
                state: Self.state(amendment, now: now, services), tone: Self.tone(amendment.state),
                answer: amendment.answer, statement: amendment.statement,
                form: amendment.state == .denied && amendment.statement == nil
                    ? disagreement(
                        amendment.task.id, opened == amendment.task.id ? typed : nil, wrong) : nil)
        }
        let ask = FormModel(
            "/portal/corrections", submit: "Send my request",
            fields: [
                Field.select("concerns", "What is it about?", Self.choices(record), chosen: typed["concerns"]),
                Field.area("what", "What is wrong, and what is right?", value: typed["what"]),
                Field.area("why", "How do you know?", value: typed["why"], rows: 3),
            ].with(wrong))
        return try services.pages.response(
            Model(
                page: PageFrame("Corrections", context, current: "/portal/corrections", problems: problems),
                site: services.site, lines: lines, ask: ask), "portal-corrections",
            status: problems == nil ? .ok : .unprocessableContent)
    }

    /// What `typed` holds was sent with this one and could not be taken; it is nil for the others.
    private func disagreement(
        _ task: String, _ typed: Form?, _ wrong: [(field: String, message: String)]
    ) -> FormModel {
        FormModel(
            "/portal/corrections/\(task)/disagree", submit: "Add my words",
            fields: [
                Field.area("statement", "Why do you not agree?", value: typed?["statement"], rows: 3)
                    .with {
                        $0.id = typed == nil ? "statement-\(task)" : "statement"
                        $0.hint = "It stays with your record, and goes with it when we share that part."
                    }
            ].with(typed == nil ? [] : wrong))
    }

    private static func choices(_ record: PersonRecord) -> [(String, String)] {
        let types = ["Condition", "MedicationRequest", "MedicationStatement", "AllergyIntolerance"]
        let parts = types.flatMap(record.all).compactMap { resource -> (String, String)? in
            let root = resource.root
            return (Words.concept(root["code"]) ?? Words.concept(root["medicationCodeableConcept"])).map {
                (resource.reference, $0)
            }
        }
        return [("", "My record as a whole, or something else")] + parts
    }

    private static func state(_ amendment: Amendment, now: Int64, _ services: Services) -> String {
        let answered = amendment.answered.map { ", \(Words.day($0, now: now, zone: services.zone))" } ?? ""
        switch amendment.state {
        case .accepted: return "Corrected" + answered
        case .denied: return "Not changed" + answered
        case .open:
            let due = amendment.task.due.map { " by \(Words.day($0, now: now, zone: services.zone))" } ?? ""
            return "We answer\(due)"
        }
    }

    private static func tone(_ state: Amendment.State) -> String {
        switch state {
        case .open: "note"
        case .accepted: "good"
        case .denied: "soon"
        }
    }
}
