import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// A default that has been tried out: what it is, and what it would do.
struct TriedMove: Sendable {
    let move: PublishMove
    let diff: ProtocolDiff
    let report: TryMove.Report
}

/// Who follows which version of a protocol, and a default for all at once: chosen, tried out, published.
/// `/protocols/:protocol/move`
struct MovePage: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let protocolTitle: String
        let protocolHref: String
        let trail: [PlanSections.Link]
        let sub: String
        var progress: String?
        let sections: [PlanSections.Section]
        var pager: PagerModel?
    }

    /// What the page shows of a protocol.
    private struct Seen: Sendable {
        let current: CareProtocol
        let followers: [(version: String, count: Int)]
        let diff: ProtocolDiff?
        let standing: MoveDefault?
    }

    func add(to routes: StaffRoutes) {
        routes.get("protocols/:protocol/move", use: show)
        routes.post("protocols/:protocol/move", use: publish)
        routes.post("protocols/:protocol/move/try", use: begin)
        routes.get("protocols/:protocol/move/try/:run", use: watch)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context, from: Form.query(of: request)["from"])
    }

    private func look(_ id: String, _ caller: Caller, from: String?) async throws -> Seen {
        let now = services.now()
        let shelf = ProtocolShelf(services.care.plans)
        return try await services.records.read(as: caller, at: now, for: "followers of a protocol") { reader in
            let current = try shelf.current(id, by: reader)
            let names = try shelf.versions(id, by: reader).map { $0.root.text("version") ?? "" }
            let followers = try names.map { name in
                (version: name, count: try Followers(of: id, version: name).count(by: reader, at: now))
            }
            let others = followers.filter { $0.version != current.version }
            let old =
                from.flatMap { wanted in others.first { $0.version == wanted } }
                ?? others.max { $0.count < $1.count }
            let before = try old.flatMap { try shelf.find(id, version: $0.version, by: reader) }
            return Seen(
                current: current, followers: followers,
                diff: before.map { ProtocolDiff(from: $0, to: current) },
                standing: try before.flatMap {
                    try MoveDefault.find(id, from: $0.version, to: current.version, by: reader)
                })
        }
    }

    private func page(
        _ context: StaffContext, from: String?, typed: Form = Form([]), problems: FormProblems? = nil,
        notice: PageFrame.Notice? = nil, status: HTTPResponse.Status? = nil
    ) async throws -> Response {
        let id = try context.part("protocol")
        let seen = try await look(id, try context.caller(), from: from)
        var sections = [followers(seen, id)]
        if let diff = seen.diff { sections.append(choosing(seen, diff, id, typed, problems)) }
        return try services.pages.response(
            Model(
                page: PageFrame(
                    "A default for all", context, current: "/panel", notice: notice, problems: problems),
                protocolTitle: seen.current.title, protocolHref: "/protocols/\(id)", trail: [],
                sub:
                    "Version \(seen.current.version) is in force. Nothing on a plan changes until somebody decides it.",
                sections: sections), "protocol-move",
            status: status ?? (problems == nil ? .ok : .unprocessableContent))
    }

    private func followers(_ seen: Seen, _ id: String) -> PlanSections.Section {
        var section = PlanSections.Section(id: "followers", title: "Who follows it")
        section.intro = "Of the people whom you see."
        section.lines = seen.followers.map { version, count in
            let isCurrent = version == seen.current.version
            let isChosen = version == seen.diff?.old.version
            return PlanSections.Line(
                text: "Version \(version)", detail: count == 0 ? "nobody" : Words.count(count, "person", "people"),
                tag: isCurrent ? "in force" : isChosen ? "chosen" : nil,
                href: isCurrent || isChosen ? nil : "/protocols/\(id)/move?from=\(version.formEncoded)")
        }
        return section
    }

    private func choosing(
        _ seen: Seen, _ diff: ProtocolDiff, _ id: String, _ typed: Form, _ problems: FormProblems?
    ) -> PlanSections.Section {
        let (old, new) = (diff.old.version, diff.new.version)
        var section = PlanSections.Section(id: "default", title: "Version \(old) to \(new)")
        if let standing = seen.standing {
            section.lines = [
                PlanSections.Line(
                    text: "A default was published: what came of it", detail: standing.reason,
                    tag: MoveReportPage.tag(standing).text, tone: MoveReportPage.tag(standing).tone,
                    href: "/protocols/\(id)/moves/\(standing.resource.id)")
            ]
        }
        section.table = ProtocolsPage.table(diff)
        let lines = diff.lines.filter { $0.fate != .kept }
        section.intro =
            lines.isEmpty
            ? "Nothing differs between the two. With a default, everybody comes to follow version \(new)."
            : "What somebody has worked on is left to the person's care manager, whatever you choose."
        var fields = lines.map { line in
            let name = "deed-\(line.id)"
            return Field.radios(
                name, line.title, PublishMove.deeds(of: line).map { ($0.rawValue, Self.words($0)) },
                chosen: typed[name] ?? seen.standing?.deeds[line.id]?.rawValue)
        }
        fields.append(
            Field.area("reason", "Why", value: typed["reason"] ?? seen.standing?.reason, rows: 2).with {
                $0.hint = "It stays with each goal and step that changes, and care managers read it."
                $0.required = true
            })
        section.forms = [
            PlanSections.Block(
                "Choose a default",
                FormModel(
                    "/protocols/\(id)/move/try", submit: "Count what it would do",
                    hidden: [("from", old), ("to", new)],
                    intro: "First it is counted over the records. Nothing changes by that.", fields: fields),
                problems, isOpen: true)
        ]
        return section
    }

    /// What a choice says, without the words of the other side.
    static func words(_ deed: PlanMigration.Deed) -> String {
        switch deed {
        case .keep: "Keep the old: leave it as it is"
        case .change: "Take the new: change it"
        case .replace: "Take the new: close it and open what takes its place"
        case .cancel: "Take the new: close it"
        case .add: "Take the new: add it"
        case .leave: "Keep the old: do not add it"
        }
    }

    private func move(_ form: Form, _ id: String) -> PublishMove {
        var deeds: [String: PlanMigration.Deed] = [:]
        for field in form.fields where field.name.hasPrefix("deed-") {
            deeds[String(field.name.dropFirst("deed-".count))] = PlanMigration.Deed(rawValue: field.value)
        }
        return PublishMove(
            protocolID: id, old: form["from"] ?? "", new: form["to"] ?? "", deeds: deeds, reason: form["reason"] ?? "",
            shelf: ProtocolShelf(services.care.plans))
    }

    @Sendable func begin(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let id = try context.part("protocol")
        let (caller, records) = (try context.caller(), services.records)
        let move = move(form, id)
        do {
            let diff = try await records.read(as: caller, at: services.now(), for: "protocol tried out") {
                try move.check(by: $0)
            }
            let run = try await services.moveTrials.begin(
                title: "\(diff.new.title), version \(move.old) to \(move.new)", for: caller.account, now: services.now
            ) { began, progress in
                TriedMove(
                    move: move, diff: diff,
                    report: try await TryMove(move).run(records: records, for: caller, at: began, progress: progress))
            }
            return .seeOther("/protocols/\(id)/move/try/\(run)")
        } catch let problems as FormProblems {
            return try await page(context, from: form["from"], typed: form, problems: problems)
        } catch let refusal as NotNow {
            return try await page(
                context, from: form["from"], typed: form, notice: .wrong(refusal.reason), status: .conflict)
        }
    }

    @Sendable func publish(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let id = try context.part("protocol")
        let move = move(form, id)
        do {
            let published = try await services.records.write(as: try context.caller(), at: services.now()) {
                try move.perform(in: $0)
            }
            return .seeOther("/protocols/\(id)/moves/\(published.resource.id)")
        } catch let problems as FormProblems {
            return try await page(context, from: form["from"], typed: form, problems: problems)
        } catch let refusal as NotNow {
            return try await page(
                context, from: form["from"], typed: form, notice: .wrong(refusal.reason), status: .conflict)
        }
    }

    @Sendable func watch(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.part("protocol")
        guard let run = await services.moveTrials.find(try context.part("run"), of: try context.caller().account) else {
            return try await page(
                context, from: nil, notice: .wrong("This count is no longer kept. Start it again."), status: .notFound)
        }
        var model = Model(
            page: PageFrame("What it would do", context, current: "/panel"), protocolTitle: run.title,
            protocolHref: "/protocols/\(id)",
            trail: [PlanSections.Link(text: "A default for all", href: "/protocols/\(id)/move")],
            sub: "Counted over the records. Nothing has changed.", sections: MoveWords.sections(of: run.state, id))
        if case .runs(let done) = run.state {
            model.progress = "\(Words.count(done, "person", "people")) looked at so far."
        }
        var response = try services.pages.response(model, "protocol-move")
        if case .runs = run.state, let refresh = HTTPField.Name("Refresh") { response.headers[refresh] = "2" }
        return response
    }
}
