import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// The protocols on record, and of each what it does and what two of its versions differ in: `/protocols`,
/// `/protocols/:protocol`.
struct ProtocolsPage: Sendable {
    let services: Services

    struct Row {
        let title: String
        let href: String
        let version: String
        let about: String
    }

    struct Choice {
        let text: String
        let value: String
        let from: Bool
        let to: Bool
    }

    struct Model {
        let page: PageFrame
        let rows: [Row]
        let troubles: [String]
    }

    struct OneModel {
        let page: PageFrame
        let sub: String
        /// Two to compare; none when there is but one version.
        let versions: [Choice]
        let action: String
        let notice: String?
        /// Where a default for everybody is set; nil for who may not.
        let moveHref: String?
        let table: PlanSections.Table?
        let goals: [PlanSections.Line]
        let steps: [PlanSections.Line]
    }

    private static let mostListed = 500

    func add(to routes: StaffRoutes) {
        routes.get("protocols", use: all)
        routes.get("protocols/:protocol", use: one)
    }

    @Sendable func all(_ request: Request, _ context: StaffContext) async throws -> Response {
        let shelf = ProtocolShelf(services.care.plans)
        let (rows, troubles) = try await services.records.read(
            as: try context.caller(), at: services.now(), for: "protocols"
        ) { reader in
            var rows: [Row] = []
            var troubles: [String] = []
            for stored in try reader.search(Query("PlanDefinition", limit: Self.mostListed)) {
                do {
                    let read = try shelf.read(stored.root, by: reader)
                    rows.append(
                        Row(
                            title: read.title, href: "/protocols/\(stored.id)", version: read.version,
                            about:
                                "\(Words.count(read.goals.count, "goal")), \(Words.count(read.allActions.count, "step"))"
                        ))
                } catch let refusal as ProtocolRefusal {
                    troubles.append("\(stored.root.text("title") ?? stored.id): \(refusal)")
                }
            }
            return (rows.sorted { $0.title < $1.title }, troubles)
        }
        return try services.pages.response(
            Model(page: PageFrame("Protocols", context, current: "/panel"), rows: rows, troubles: troubles), "protocols"
        )
    }

    @Sendable func one(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.part("protocol")
        let query = Form.query(of: request)
        let shelf = ProtocolShelf(services.care.plans)
        let (asked, other) = (query["to"], query["from"])
        let read: CareProtocol
        let names: [String]
        let diff: ProtocolDiff?
        do {
            (read, names, diff) = try await services.records.read(
                as: try context.caller(), at: services.now(), for: "protocols"
            ) { reader in
                let read = try shelf.current(id, by: reader)
                let names = try shelf.versions(id, by: reader).map { $0.root.text("version") ?? "" }
                let diff = try Self.compared(id, names, from: other, to: asked ?? read.version, shelf, by: reader)
                return (read, names, diff)
            }
        } catch let refusal as ProtocolRefusal {
            return try services.pages.response(
                Model(
                    page: PageFrame("Protocols", context, current: "/panel"), rows: [],
                    troubles: [refusal.description]), "protocols")
        }
        let isSame = diff.map { $0.old.version == $0.new.version } ?? false
        return try services.pages.response(
            OneModel(
                page: PageFrame(read.title, context, current: "/panel"), sub: "Version \(read.version) is in force.",
                versions: names.count < 2
                    ? []
                    : names.map {
                        Choice(text: $0, value: $0, from: $0 == diff?.old.version, to: $0 == diff?.new.version)
                    },
                action: "/protocols/\(id)",
                notice: isSame ? "Choose two that are not the same." : nil,
                moveHref: services.records.policy.permits(try context.caller(), .movePlans)
                    ? "/protocols/\(id)/move" : nil,
                table: diff.flatMap(Self.table), goals: read.goals.map(Self.line),
                steps: read.allActions.map { Self.line($0, read) }), "protocol")
    }

    /// Two versions of a protocol; where one is not named or not kept, the newest and the one before.
    private static func compared(
        _ id: String, _ names: [String], from: String?, to: String, _ shelf: ProtocolShelf, by reader: Reader
    ) throws -> ProtocolDiff? {
        guard let to = names.contains(to) ? to : names.first,
            let from = from.flatMap({ names.contains($0) ? $0 : nil }) ?? names.first(where: { $0 != to }),
            let old = try shelf.find(id, version: from, by: reader),
            let new = try shelf.find(id, version: to, by: reader)
        else { return nil }
        return ProtocolDiff(from: old, to: new)
    }

    /// What differs between two versions; nil when they are the same.
    static func table(_ diff: ProtocolDiff) -> PlanSections.Table? {
        let rows = diff.lines.filter { $0.fate != .kept }.map { line in
            func side(_ words: (ProtocolDiff.Field) -> String) -> String {
                let said = line.fields.filter { !words($0).isEmpty }.map { "\($0.name): \(words($0))" }
                return said.isEmpty ? "–" : said.joined(separator: "\n")
            }
            let others = line.others.map { diff.line($0)?.title ?? $0 }.joined(separator: "; ")
            let fate =
                switch line.fate {
                case .kept: "Kept"
                case .changed: "Changed"
                case .replaced: "Replaced by: \(others)"
                case .cancelled: "No longer part of it"
                case .added: others.isEmpty ? "New" : "New, in place of: \(others)"
                }
            return PlanSections.Table.Row(head: line.title, cells: [fate, side(\.old), side(\.new)])
        }
        return rows.isEmpty
            ? nil
            : PlanSections.Table(
                caption: "What differs",
                heads: [
                    "Goal or step", "What becomes of it", "Version \(diff.old.version)", "Version \(diff.new.version)",
                ],
                rows: rows)
    }

    private static func line(_ goal: CareProtocol.Goal) -> PlanSections.Line {
        let measures = goal.targets.compactMap { target in
            (try? target.target.document().root).flatMap { GoalTarget($0)?.words }
        }
        return PlanSections.Line(text: goal.words, detail: measures.isEmpty ? nil : measures.joined(separator: "; "))
    }

    private static func line(_ action: CareProtocol.Action, _ read: CareProtocol) -> PlanSections.Line {
        var parts: [String] = []
        if !action.roles.isEmpty { parts.append("Done by: \(action.roles.joined(separator: ", "))") }
        if let days = action.dueInDays { parts.append("due in \(Words.count(days, "day"))") }
        if let repeats = action.repeats { parts.append("again every \(Words.count(repeats.every, "\(repeats.unit)"))") }
        parts += action.condition("applicability").map { "when: \($0.words)" }
        parts += action.after.map { "after “\(read.action($0.action)?.title ?? $0.action)”" }
        let selection: String? =
            switch action.selection {
            case .exactlyOne: "choose exactly one of what is below it"
            case .atMostOne: "choose at most one of what is below it"
            case .oneOrMore: "choose one or more of what is below it"
            case .allOrNone: "all of what is below it, or none"
            case .all, .any: nil
            }
        if action.isGroup, let selection { parts.append(selection) }
        return PlanSections.Line(
            text: action.title, detail: parts.isEmpty ? nil : parts.joined(separator: "; "),
            tag: action.required == .must ? "must" : nil)
    }
}
