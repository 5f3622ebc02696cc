import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// One form that the site writes: its draft, how it looks, what sample answers come to, and its publishing.
struct FormPage: Sendable {
    let services: Services

    struct Model {
        struct Question {
            let title: String
            let fields: [Field]
        }

        struct Version {
            let title: String
            let state: String
        }

        struct Danger {
            let kind: String
            let within: String
            let action: String
            let tell: String
            let spanish: String
        }

        let page: PageFrame
        let title: String
        let action: String
        let version: String
        let about: [Field]
        let questions: [Question]
        let isImported: Bool
        let scoring: [Field]
        let danger: [Danger]
        let todo: [PageFrame.FieldError]
        let preview: String?
        let samples: [String]
        let publish: FormModel?
        let retire: FormModel?
        let versions: [Version]
    }

    struct Preview {
        let page: PageFrame
        let title: String
        let intro: String
        let lang: String?
        let back: String
        let other: String
        let otherName: String
        let action: String
        let version: String
        let groups: [AssessmentForm.Group]
        let result: String?
        let keeps: Bool
        let faults: [String]
    }

    private static let notices = [
        "begun": "The draft is begun.", "saved": "The draft is saved.",
        "kept": "The sample is kept with what it comes to.",
        "published": "It is published. Every server asks it within some seconds.",
        "retired": "It is no longer asked. What was answered stays.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let done = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try await page(context, notice: done.map { .good($0) })
    }

    @Sendable func save(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let name = try context.part("form")
        let draft = FormDraft(name: name, fields: form.fields)
        let verb = SaveForm(draft: draft, version: form["version"].flatMap { Int($0) } ?? -1, care: services.care)
        do {
            _ = try await services.records.write(as: try context.caller(), at: services.now()) {
                try verb.perform(in: $0)
            }
            return .seeOther("/forms/\(name)?done=saved")
        } catch RecordsFailure.stale {
            return try await page(
                context, typed: draft,
                notice: .wrong("Someone saved in between. This is what you typed: saving once more replaces theirs."),
                status: .conflict)
        } catch let problems as FormProblems {
            return try await page(context, typed: draft, problems: problems, status: .unprocessableContent)
        }
    }

    @Sendable func publish(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, done: "published") { form, name in
            let today = SiteDay(zone: services.zone).today(services.now())
            let verb = PublishForm(
                name: name, version: form["version"].flatMap { Int($0) } ?? 0, start: form["start"] ?? "",
                today: today, care: services.care)
            return { _ = try verb.perform(in: $0) }
        }
    }

    @Sendable func retire(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await act(request, context, done: "retired") { _, name in
            let verb = RetireForm(name: name, today: SiteDay(zone: services.zone).today(services.now()))
            return { try verb.perform(in: $0) }
        }
    }

    private func act(
        _ request: Request, _ context: StaffContext, done: String,
        _ prepare: (Form, String) -> @Sendable (Change) throws -> Void
    ) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let name = try context.part("form")
        let step = prepare(form, name)
        do {
            try await services.records.write(as: try context.caller(), at: services.now(), step)
            try await services.readForms()
            return .seeOther("/forms/\(name)?done=\(done)")
        } catch let problems as FormProblems {
            return try await page(context, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, notice: .wrong(refusal.reason), status: .conflict)
        } catch RecordsFailure.stale {
            return try await page(
                context, notice: .wrong("Someone saved in between. This is how it stands now."), status: .conflict)
        }
    }

    private func look(_ context: StaffContext) async throws -> (Resource, [Resource]) {
        let name = try context.part("form")
        guard FormDraft.isName(name) else { throw HTTPError(.notFound) }
        return try await services.records.read(as: try context.caller(), at: services.now(), for: "form") { reader in
            (try reader.get("Questionnaire", "form-\(name)"), try PublishForm.published(name, by: reader))
        }
    }

    private func page(
        _ context: StaffContext, typed: FormDraft? = nil, problems: FormProblems? = nil,
        notice: PageFrame.Notice? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let (stored, versions) = try await look(context)
        let state = FormState(stored, services.care)
        let draft = typed ?? state.draft
        let base = "/forms/\(draft.name)"
        let fields = FormEditorFields(
            draft: draft, problems: typed == nil ? state.problems : [], kinds: services.care.instruments.safety)
        let today = SiteDay(zone: services.zone).today(services.now()).text
        let isAsked = versions.contains { $0.root.text("status") == "active" }
        return try services.pages.response(
            Model(
                page: PageFrame("Edit a form", context, current: "/forms", notice: notice, problems: problems),
                title: draft.text("title").isEmpty ? draft.name : draft.text("title"), action: base,
                version: String(state.version), about: fields.about,
                questions: fields.questions, isImported: !draft.text("import").isEmpty, scoring: fields.scoring,
                danger: fields.danger,
                todo: typed == nil
                    ? state.problems.map { .init(field: $0.field, message: $0.message, href: "#\($0.field)") } : [],
                preview: state.form == nil ? nil : "\(base)/preview",
                samples: state.samples.map(\.words),
                publish: state.problems.isEmpty && typed == nil
                    ? FormModel(
                        "\(base)/publish", submit: "Publish", version: state.version,
                        fields: [.line("start", "First day of use", value: today, type: "date")].faulted(problems))
                    : nil,
                retire: isAsked
                    ? FormModel("\(base)/retire", submit: "Stop asking it", version: state.version, grave: true) : nil,
                versions: versions.sorted {
                    (Int($0.root.text("version") ?? "") ?? 0) > (Int($1.root.text("version") ?? "") ?? 0)
                }.map { Self.words($0.root) }),
            "form-edit", status: status)
    }

    private static func words(_ root: JSONNode) -> Model.Version {
        let period = [root.text("effectivePeriod", "start"), root.text("effectivePeriod", "end")].compactMap(\.self)
        return Model.Version(
            title: "Version \(root.text("version") ?? "")",
            state: "\(root.text("status") == "active" ? "published" : "retired"), \(period.joined(separator: " to "))")
    }
}

// How it looks, and what sample answers come to.
extension FormPage {
    @Sendable func preview(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await preview(request, context, answers: [:], result: nil, faults: [])
    }

    @Sendable func attempt(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let (stored, _) = try await look(context)
        let state = FormState(stored, services.care)
        guard let instrument = state.form else { return .seeOther("/forms/\(state.draft.name)") }
        let answers = instrument.answers(fromForm: form.fields)
        let faults = instrument.check(answers)
        if form["do"] == "keep", faults.isEmpty {
            let verb = KeepSample(
                name: state.draft.name, version: form["version"].flatMap { Int($0) } ?? 0, answers: answers,
                care: services.care)
            do {
                try await services.records.write(as: try context.caller(), at: services.now()) {
                    try verb.perform(in: $0)
                }
                return .seeOther("/forms/\(state.draft.name)?done=kept")
            } catch RecordsFailure.stale {
                return try await preview(
                    request, context, answers: answers, result: nil,
                    faults: ["Someone changed the form in between. Look at it again."])
            }
        }
        return try await preview(
            request, context, answers: answers, result: FormSample(instrument, answers).words,
            faults: faults.map { fault in
                "\(instrument.item(fault.linkId)?.text ?? fault.linkId): \(fault.message)"
            })
    }

    private func preview(
        _ request: Request, _ context: StaffContext, answers: Answers, result: String?, faults: [String]
    ) async throws -> Response {
        let (stored, _) = try await look(context)
        let state = FormState(stored, services.care)
        let base = "/forms/\(state.draft.name)"
        guard let form = state.form else { return .seeOther(base) }
        let asked = Form.query(of: request)["language"]
        let language = asked.flatMap { form.languages.contains($0) ? $0 : nil }
        let other = language == nil ? form.languages.min() : "en"
        return try services.pages.response(
            Preview(
                page: PageFrame("Preview", context, current: "/forms"),
                title: language.flatMap { form.titleIn[$0] } ?? form.title,
                intro: language.flatMap { form.purposeIn[$0] } ?? form.purpose, lang: language, back: base,
                other: other.map { "\(base)/preview?language=\($0)" } ?? "",
                otherName: other.map { PlanLanguage(code: $0).ownName } ?? "",
                action: "\(base)/preview\(language.map { "?language=\($0)" } ?? "")", version: String(state.version),
                groups: AssessmentForm(instrument: form, answers: answers, language: language).groups, result: result,
                keeps: result != nil && faults.isEmpty, faults: faults), "form-preview",
            status: faults.isEmpty ? .ok : .unprocessableContent)
    }
}
