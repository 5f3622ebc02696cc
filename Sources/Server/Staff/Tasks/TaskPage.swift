import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// One task: what it is, what happened, and what can be done with it.
struct TaskPage: Sendable {
    let services: Services

    struct Model {
        struct Fact {
            let label: String
            let text: String
        }

        struct Event {
            let when: String
            let text: String
        }

        struct Block {
            let title: String
            let open: Bool
            let form: FormModel
        }

        struct Link {
            let text: String
            let href: String
        }

        let page: PageFrame
        let banner: PatientBanner
        let title: String
        let why: String
        let safety: Bool
        let clock: String?
        let clockTone: String
        let facts: [Fact]
        let history: [Event]
        let forms: [Block]
        let links: [Link]
    }

    func add(to routes: StaffRoutes) {
        TaskListPage(services: services).add(to: routes)
        routes.get("tasks/:id", use: show)
        routes.post("tasks/:id/take", use: take)
        routes.post("tasks/:id/complete", use: complete)
        routes.post("tasks/:id/acknowledge", use: acknowledge)
        routes.post("tasks/:id/amend", use: amend)
        routes.post("tasks/:id/answer", use: answer)
        routes.post("tasks/:id/reassign", use: reassign)
        routes.post("tasks/:id/pause", use: pause)
        routes.post("tasks/:id/resume", use: resume)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        var context = context
        context.notice = TaskWords.notice(Form.query(of: request)["done"])
        return try await page(context, Form([]), nil)
    }

    /// The page as it is, or with what was typed and what is the matter with it.
    func page(_ context: StaffContext, _ typed: Form, _ problems: FormProblems?) async throws -> Response {
        let id = try context.part("id")
        let caller = try context.caller()
        let now = services.now()
        let colleagues = try await services.accounts.colleagues(as: caller)
        let services = services
        let (record, facts, task) = try await services.records.read(as: caller, at: now, for: "task page") { reader in
            let task = CareTask(try reader.get("Task", id))
            guard let person = task.person else {
                throw RecordsFailure.notFound(type: "Task", id: id)
            }
            let record = try reader.person(person, PatientBanner.reads)
            return (record, try TaskFacts(task, now: now, zone: services.zone, by: reader), task)
        }
        let forms = TaskForms(task: task, typed: typed, problems: problems, colleagues: colleagues, services: services)
        let due = task.isOpen ? task.due : nil
        let model = Model(
            page: PageFrame(task.title, context, problems: problems),
            banner: PatientBanner(record, now: now, zone: services.zone), title: task.title, why: task.why,
            safety: task.isSafety, clock: due.map { TaskWords.clock($0, now: now, zone: services.zone) },
            clockTone: task.isSafety ? "now" : due.map { Words.tone(ofDue: $0, now: now) } ?? "",
            facts: facts.facts, history: facts.history, forms: task.isOpen ? forms.blocks : [],
            links: Self.links(task, person: record.id))
        return try services.pages.response(model, "task", status: problems == nil ? .ok : .unprocessableContent)
    }

    private static func links(_ task: CareTask, person: String) -> [Model.Link] {
        var links = [Model.Link(text: "Call", href: "/people/\(person)/contact?task=\(task.id)")]
        switch task.focus?.split(separator: "/").first {
        case "QuestionnaireResponse", "Observation":
            links.append(Model.Link(text: "The answers", href: "/people/\(person)/assess"))
        case "Encounter": links.append(Model.Link(text: "The hospital stay", href: "/transitions"))
        case "DetectedIssue" where task.code == .followUp:
            links.append(Model.Link(text: "Medicines, line by line", href: "/people/\(person)/medicines"))
        case "Goal", "CarePlan": links.append(Model.Link(text: "The plan", href: "/people/\(person)/plan"))
        default: break
        }
        switch task.code {
        case .planCopy: links.append(Model.Link(text: "Give a new copy", href: "/people/\(person)/plan/copies"))
        case .protocolChange: links.append(Model.Link(text: "Decide", href: "/people/\(person)/plan/protocols"))
        case .medicationReconciliation, .medicineQuestion:
            links.append(Model.Link(text: "Medicines, line by line", href: "/people/\(person)/medicines"))
        case .planProposal: links.append(Model.Link(text: "Answer it", href: "/people/\(person)/plan/proposals"))
        default: break
        }
        return links
    }
}
