import Access
import Care
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The forms that the site writes itself: a list, and one to begin.
struct FormsPage: Sendable {
    let services: Services

    struct Model {
        struct Line {
            let title: String
            let name: String
            let href: String
            let state: String
            let tone: String
            let detail: String
        }

        let page: PageFrame
        let forms: [Line]
        let form: FormModel
    }

    func add(to routes: StaffRoutes) {
        routes.get("forms", use: show)
        routes.post("forms", use: begin)
        let one = FormPage(services: services)
        routes.get("forms/:form", use: one.show)
        routes.post("forms/:form", use: one.save)
        routes.get("forms/:form/preview", use: one.preview)
        routes.post("forms/:form/preview", use: one.attempt)
        routes.post("forms/:form/publish", use: one.publish)
        routes.post("forms/:form/retire", use: one.retire)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context, typed: Form([]))
    }

    @Sendable func begin(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let name = form["name"] ?? ""
        let verb = SaveForm(
            draft: FormDraft(name: name, fields: form.fields.filter { $0.name != "name" }), version: 0,
            care: services.care)
        do {
            if form["title"] == nil { throw FormProblems("title", "Give the form a title.") }
            _ = try await services.records.write(as: try context.caller(), at: services.now()) {
                try verb.perform(in: $0)
            }
            return .seeOther("/forms/\(name)?done=begun")
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems, status: .unprocessableContent)
        }
    }

    private func page(
        _ context: StaffContext, typed: Form, problems: FormProblems? = nil, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let now = services.now()
        let care = services.care
        let stored = try await services.records.read(as: try context.caller(), at: now, for: "forms") { reader in
            try SiteForms.drafts(by: reader)
        }
        let lines = stored.map { draft, versions in
            let state = FormState(draft, care)
            let asked = care.instruments.site.inForce(state.draft.name)
            let waiting = versions.last { $0.root.text("status") == "active" }
            let (words, tone) =
                asked.map { ("asked, version \($0.origin.version)", "good") }
                ?? waiting.map { ("from \($0.root.text("effectivePeriod", "start") ?? "")", "note") }
                ?? (versions.isEmpty ? ("draft", "soon") : ("no longer asked", "note"))
            return Model.Line(
                title: state.draft.text("title").isEmpty ? state.draft.name : state.draft.text("title"),
                name: state.draft.name, href: "/forms/\(state.draft.name)", state: words, tone: tone,
                detail: state.problems.isEmpty
                    ? "\(Words.count(state.form?.questions.count ?? 0, "question")), sound"
                    : "\(Words.count(state.problems.count, "thing")) to put right")
        }
        return try services.pages.response(
            Model(
                page: PageFrame("Forms of the site", context, current: "/forms", problems: problems), forms: lines,
                form: FormModel(
                    "/forms", submit: "Begin",
                    fields: [
                        Field.line("name", "Short name", value: typed["name"]).with {
                            $0.hint = "Small letters, digits and hyphens. It never changes."
                        },
                        .line("title", "Title", value: typed["title"]),
                        Field.area("import", "A FHIR Questionnaire to begin with", value: typed["import"], rows: 3).with
                        {
                            $0.optional = true
                            $0.hint = "Paste the JSON. Its questions are kept as they are."
                        },
                    ].faulted(problems))), "forms", status: status)
    }
}
