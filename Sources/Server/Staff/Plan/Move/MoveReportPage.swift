import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// How far a published default is, and what came of it, person by person: `/protocols/:protocol/moves/:move`
struct MoveReportPage: Sendable {
    let services: Services

    private static let named = 50

    func add(to routes: StaffRoutes) {
        routes.get("protocols/:protocol/moves/:move", use: show)
    }

    static func tag(_ decision: MoveDefault) -> (text: String, tone: String) {
        switch decision.state {
        case .runs: ("at work", "soon")
        case .ended: ("done", "good")
        case .stopped: ("stopped", "now")
        }
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let (id, protocolID) = (try context.part("move"), try context.part("protocol"))
        let query = Form.query(of: request)
        let wanted = query["end"].flatMap(MoveMark.End.init)
        let (caller, now) = (try context.caller(), services.now())
        let cursor = query["after"]
        let found: (MoveDefault, [MoveMark.End: Int], Int, [MoveMark], String?, [PeopleByID])
        do {
            found = try await services.records.read(
                as: caller, at: now, for: "default of a protocol", asking: query.encoded
            ) { reader in
                guard let decision = MoveDefault(try reader.get("Task", id)), decision.protocolID == protocolID else {
                    throw RecordsFailure.notFound(type: "Task", id: id)
                }
                let report = MoveReport(decision)
                let counts = try report.counts(by: reader, at: now)
                let left = try Followers(of: protocolID, version: decision.old).count(by: reader, at: now)
                let shown = wanted ?? MoveMark.End.allCases.first { counts[$0, default: 0] > 0 && $0 != .kept } ?? .kept
                let (marks, next) = try report.page(shown, after: cursor, limit: Self.named, by: reader, at: now)
                return (decision, counts, left, marks, next, try PeopleByID.read(marks.map(\.person), by: reader))
            }
        } catch is SearchRefusal {
            throw HTTPError(.notFound)
        }
        let (decision, counts, left, marks, next, names) = found
        let shown = wanted ?? MoveMark.End.allCases.first { counts[$0, default: 0] > 0 && $0 != .kept } ?? .kept
        let base = "/protocols/\(protocolID)/moves/\(id)"
        let isRunning = decision.state == .runs
        let ended = counts.values.reduce(0, +)
        var model = MovePage.Model(
            page: PageFrame("What came of the default", context, current: "/panel"), protocolTitle: decision.title,
            protocolHref: "/protocols/\(protocolID)",
            trail: [
                PlanSections.Link(
                    text: "A default for all", href: "/protocols/\(protocolID)/move?from=\(decision.old.formEncoded)")
            ], sub: sub(decision, now),
            progress: isRunning
                ? "\(Words.count(ended, "person", "people")) done, \(left) still at version \(decision.old)."
                : nil,
            sections: [summary(decision, counts, left, base, shown), list(shown, marks, names)])
        model.pager = PagerModel(
            shown: "\(marks.count) of \(counts[shown, default: 0])",
            previous: cursor == nil ? nil : "\(base)?end=\(shown.rawValue)",
            next: next.map { "\(base)?end=\(shown.rawValue)&after=\($0.formEncoded)" })
        var response = try services.pages.response(model, "protocol-move")
        if isRunning, let refresh = HTTPField.Name("Refresh") { response.headers[refresh] = "5" }
        return response
    }

    private func sub(_ decision: MoveDefault, _ now: Int64) -> String {
        func moment(_ at: Int64) -> String { Words.dayTime(at, now: now, zone: services.zone) }
        var parts = decision.published.map { ["Published \(moment($0))."] } ?? []
        switch decision.state {
        case .runs: parts.append("It is being carried out.")
        case .ended: parts += decision.ended.map { ["Carried out by \(moment($0))."] } ?? []
        case .stopped(let why): parts.append("It was stopped. \(why)")
        }
        return parts.joined(separator: " ")
    }

    private func summary(
        _ decision: MoveDefault, _ counts: [MoveMark.End: Int], _ left: Int, _ base: String, _ shown: MoveMark.End
    ) -> PlanSections.Section {
        var section = PlanSections.Section(id: "counts", title: "People whom you see")
        let tag = Self.tag(decision)
        (section.tag, section.tone) = (tag.text, tag.tone)
        section.intro = "Why: \(decision.reason)"
        section.lines = MoveMark.End.allCases.map { end in
            PlanSections.Line(
                text: "\(MoveWords.title(end)): \(counts[end, default: 0])", tag: end == shown ? "shown below" : nil,
                href: end == shown || counts[end, default: 0] == 0 ? nil : "\(base)?end=\(end.rawValue)")
        }
        if decision.state != .runs {
            let done = PlanMigration.Deed.allCases.compactMap { deed in
                decision.done[deed].map { "\(Self.words(deed)) \($0)" }
            }
            section.lines.append(
                PlanSections.Line(
                    text: "Goals and steps: \(done.isEmpty ? "none" : done.joined(separator: ", "))",
                    detail: left == 0
                        ? nil
                        : "\(Words.count(left, "person", "people")) still \(left == 1 ? "follows" : "follow") version \(decision.old)."
                ))
        }
        return section
    }

    private static func words(_ deed: PlanMigration.Deed) -> String {
        switch deed {
        case .keep: "kept"
        case .change: "changed"
        case .replace: "replaced"
        case .cancel: "closed"
        case .add: "added"
        case .leave: "not added"
        }
    }

    private func list(_ shown: MoveMark.End, _ marks: [MoveMark], _ names: [PeopleByID]) -> PlanSections.Section {
        var section = PlanSections.Section(id: "list", title: MoveWords.title(shown))
        let now = services.now()
        section.lines = marks.map { mark in
            let person = names.first { $0.id == mark.person }
            let born = person.flatMap { Words.date($0.birth, now: now, zone: services.zone) }.map { "born \($0)" }
            let name = person.map { $0.name.isEmpty ? "Name not recorded" : $0.name } ?? "Name not recorded"
            return PlanSections.Line(
                text: name, detail: [born, mark.words].compactMap(\.self).joined(separator: ". "),
                href: "/people/\(mark.person)/plan/protocols")
        }
        if marks.isEmpty { section.none = "Nobody." }
        return section
    }
}
