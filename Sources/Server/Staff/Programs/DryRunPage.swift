import Access
import Care
import Content
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// A programme tried out on everybody before it is put in force: who would enter, who would leave, who stays. Nothing is
/// stored.
struct DryRunPage: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let form: FormModel
        let choices: [Choice]
    }

    struct Choice {
        let text: String
        let href: String
    }

    struct Person {
        let name: String
        let about: String
        let href: String
    }

    struct Group {
        let title: String
        let count: String
        let people: [Person]
        let more: String?
    }

    struct Effect {
        let title: String
        let summary: String
        let groups: [Group]
    }

    struct RunModel {
        let page: PageFrame
        let sub: String
        let progress: String?
        let failed: Bool
        let effects: [Effect]
        let note: String?
    }

    /// So many are named of a list.
    private static let named = 100
    private static let longest = 100_000

    func add(to routes: StaffRoutes) {
        routes.get("programs/dry-run", use: show)
        routes.post("programs/dry-run", use: begin)
        routes.get("programs/dry-run/:run", use: watch)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let chosen = Form.query(of: request)["file"]
        let file = files.first { $0 == chosen } ?? files.first
        let text = file.flatMap { services.content.file($0) }.map { String(decoding: $0, as: UTF8.self) }
        return try page(context, text)
    }

    private var files: [String] {
        services.content.files(under: "programs/").filter { $0.hasSuffix(".yaml") && $0 != "programs/reasons.yaml" }
    }

    private func page(
        _ context: StaffContext, _ text: String?, problem: String? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let problems = problem.map { FormProblems("text", $0) }
        let field = Field.area("text", "The programme", value: text, rows: 24).with {
            $0.hint =
                "As it would stand in its file. Its day of beginning decides which programmes it is tried out beside."
            $0.error = problem
        }
        return try services.pages.response(
            Model(
                page: PageFrame(
                    "Try out a programme", context, current: "/panel", notice: notice, problems: problems),
                form: FormModel(
                    "/programs/dry-run", submit: "Try it out",
                    intro: "Everybody's record is looked at. Nothing is stored, and nobody is enrolled.",
                    fields: [field], cancel: "/programs"),
                choices: files.map { file in
                    Choice(
                        text: String(file.dropFirst("programs/".count)),
                        href: "/programs/dry-run?file=\(file.formEncoded)")
                }), "program-try", status: status)
    }

    @Sendable func begin(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let caller = try context.caller()
        let now = services.now()
        let today = SiteDay(zone: services.zone).today(now).text
        guard let text = form.fields.first(where: { $0.name == "text" })?.value, !text.trimmed.isEmpty,
            text.utf8.count <= Self.longest
        else {
            return try page(
                context, form["text"], problem: "Enter the programme, at most \(Self.longest) characters.",
                status: .unprocessableContent)
        }
        do {
            let program = try ProgramLibrary.program(
                Array(text.utf8), file: nil, definitions: services.care.definitions)
            let proposed = try services.care.programs.with(program)
            let run = DryRun(
                records: services.records, care: services.care, proposed: proposed,
                day: max(today, program.origin.effectiveFrom), at: now)
            let hidden = services.records.policy.reachOfLists(caller).parts
                .reduce(LabelMask.none) { $0.union($1.hidden) }
            let id = try await services.dryRuns.begin(
                title: "\(program.title), version \(program.origin.version)", for: caller.account, now: services.now
            ) { began, progress in
                try await run.run(hiding: hidden, at: began, progress: progress)
            }
            return .seeOther("/programs/dry-run/\(id)")
        } catch let failure as ProgramLibraryFailure {
            return try page(context, text, problem: "\(failure.problem).", status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try page(context, text, notice: .wrong(refusal.reason), status: .conflict)
        }
    }

    @Sendable func watch(_ request: Request, _ context: StaffContext) async throws -> Response {
        let caller = try context.caller()
        guard let run = await services.dryRuns.find(try context.part("run"), of: caller.account) else {
            return try page(
                context, nil, notice: .wrong("This trial is no longer kept. Start it again."), status: .notFound)
        }
        let frame = PageFrame("Tried out: \(run.title)", context, current: "/panel")
        switch run.state {
        case .runs(let done):
            var response = try services.pages.response(
                RunModel(
                    page: frame, sub: "Begun \(Words.dayTime(run.began, now: services.now(), zone: services.zone)).",
                    progress: "\(Words.count(done, "person", "people")) looked at so far.", failed: false, effects: [],
                    note: nil), "program-tried")
            if let refresh = HTTPField.Name("Refresh") {
                response.headers[refresh] = "5"
            }
            return response
        case .failed:
            return try services.pages.response(
                RunModel(
                    page: frame, sub: "It did not come to an end.", progress: nil, failed: true, effects: [], note: nil),
                "program-tried")
        case .done(let report, let at):
            return try await result(report, at, frame, caller)
        }
    }

    private func result(
        _ report: DryRun.Report, _ at: Int64, _ frame: PageFrame, _ caller: Caller
    ) async throws -> Response {
        let now = services.now()
        let effects = report.effects
        let shown = try await services.records.read(as: caller, at: now, for: "programme tried out") { reader in
            try effects.map { effect in
                try [effect.enter, effect.drop, effect.leave, effect.keep].map { ids in
                    try PeopleByID.read(Array(ids.prefix(Self.named)), by: reader)
                }
            }
        }
        let titles = [
            "Would be proposed", "Would not be proposed any more", "Enrolled, and would be ready to leave",
            "Ready to leave now, and would not be any more",
        ]
        let models = zip(effects, shown).map { effect, people in
            let lists = [effect.enter, effect.drop, effect.leave, effect.keep]
            return Effect(
                title: effect.title,
                summary: effect.changesNothing
                    ? "Nothing changes: \(effect.stay) proposed, \(effect.enrolled) enrolled."
                    : "\(effect.stay) proposed as before, \(effect.enrolled) enrolled as before.",
                groups: zip(titles, zip(lists, people)).compactMap { title, list in
                    let (ids, names) = list
                    guard !ids.isEmpty else {
                        return nil
                    }
                    let left = ids.count - names.count
                    return Group(
                        title: title, count: "\(ids.count)",
                        people: names.map { person in
                            Person(
                                name: person.name.isEmpty ? "Name not recorded" : person.name,
                                about: Words.date(person.birth, now: now, zone: services.zone).map { "born \($0)" }
                                    ?? "",
                                href: "/people/\(person.id)")
                        }, more: left > 0 ? "\(left) more, or not yours to see." : nil)
                })
        }
        return try services.pages.response(
            RunModel(
                page: frame,
                sub: "\(Words.count(report.people, "person", "people")) looked at, "
                    + "\(Words.dayTime(at, now: now, zone: services.zone)), against the programmes of "
                    + "\(Words.date(report.day, now: now, zone: services.zone) ?? report.day).",
                progress: nil, failed: false, effects: models,
                note:
                    "To put it in force, keep it as a file in the folder content/programs of the site and start the server "
                    + "anew. Until then nothing changes."), "program-tried")
    }
}
