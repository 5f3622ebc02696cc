import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The protocols that a plan follows. When one has a new version: what it does to each open goal and step, side by side,
/// before it happens, and who knows the person decides.
extension PlanBeside {
    func protocols(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await protocolsPage(try await look(context), Self.noticed(request, context))
    }

    func migrate(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let (person, group) = (try context.part("id"), try context.part("group"))
        let shelf = ProtocolShelf(services.care.plans)
        let days = SiteDay(zone: services.zone).days(services.now())
        do {
            try await services.records.write(as: try context.caller(), at: services.now()) { change in
                guard
                    let migration = try MigratePlan.look(
                        group, version: nil, shelf: shelf, by: change.reader),
                    migration.group.person == person, migration.seen == form["seen"]
                else {
                    throw FormProblems(
                        "reason", "Something changed while you looked. Read it once more, and then decide.")
                }
                var deeds: [String: PlanMigration.Deed] = [:]
                for item in migration.items where item.deeds.count > 1 {
                    guard let deed = form["deed-\(item.id)"].flatMap(PlanMigration.Deed.init(rawValue:)) else {
                        throw FormProblems("deed-\(item.id)", "Choose what becomes of it.")
                    }
                    deeds[item.id] = deed
                }
                try MigratePlan(
                    group: group, version: migration.diff.new.version, deeds: deeds, reason: form["reason"] ?? "",
                    leavesExceptions: true, shelf: shelf, days: days
                ).perform(in: change)
            }
            return .seeOther("/people/\(person)/plan/protocols?done=protocol")
        } catch let problems as FormProblems {
            return try await protocolsPage(try await look(context), context, of: group, typed: form, problems: problems)
        }
    }

    private func protocolsPage(
        _ seen: Seen, _ context: StaffContext, of group: String? = nil, typed: Form = Form([]),
        problems: FormProblems? = nil
    ) async throws -> Response {
        let shelf = ProtocolShelf(services.care.plans)
        let person = seen.record.id
        let (all, defaults) = try await services.records.read(
            as: try context.caller(), at: services.now(), for: "plan page"
        ) { reader in
            let all = try PersonProtocols(reader.person(person, ["RequestGroup"]), shelf: shelf, by: reader)
            let defaults = try all.followed.map { followed in
                try followed.migration.flatMap { migration in
                    try MoveDefault.find(
                        followed.group.protocolID, from: migration.diff.old.version, to: migration.diff.new.version,
                        by: reader)
                }
            }
            return (all, defaults)
        }
        var sections = zip(all.followed, defaults).enumerated().map { place, both in
            let (followed, decision) = both
            let isMine = followed.group.resource.id == group
            return section(
                followed, decision, place, person, isMine ? typed : nil, isMine ? problems : nil)
        }
        if sections.isEmpty {
            var none = PlanSections.Section(id: "protocols", title: "Protocols")
            none.none = "Nothing on this plan comes from a protocol of the library."
            sections = [none]
        }
        return try page(
            seen, "Protocols", context, sections,
            intro: "When a protocol has a new version, nothing on the plan changes until somebody decides it here.",
            problems: problems)
    }

    private func section(
        _ followed: PersonProtocols.Followed, _ decision: MoveDefault?, _ place: Int, _ person: String, _ typed: Form?,
        _ problems: FormProblems?
    ) -> PlanSections.Section {
        var section = PlanSections.Section(id: "protocol-\(place)", title: followed.title)
        section.lines =
            [
                PlanSections.Line(
                    text: "What the protocol holds, and its versions",
                    href: "/protocols/\(followed.group.protocolID)"),
                PlanSections.Line(
                    text: "Choose among its alternatives",
                    href: "/people/\(person)/plan/protocols/\(followed.group.resource.id)/choices"),
            ] + reasons(followed.group)
        guard let migration = followed.migration else {
            section.tag = "version \(followed.group.version)"
            section.none = followed.trouble ?? "The plan follows the version in force. There is nothing to decide."
            return section
        }
        section.tag = "to decide"
        section.tone = "soon"
        let own =
            migration.own.isEmpty
            ? "" : " Not from the protocol, and not touched: \(migration.own.joined(separator: "; "))."
        section.intro =
            "The protocol has changed from version \(migration.diff.old.version) to \(migration.diff.new.version)."
            + (decision.map { " The default for everybody is chosen below. Why: \($0.reason)" } ?? "") + own
        section.table = PlanSections.Table(
            caption: "What the new version of \(followed.title) does to this plan",
            heads: [
                "On the plan", "Version \(migration.diff.old.version)", "Version \(migration.diff.new.version)",
                decision == nil ? "Usual" : "Default",
            ],
            rows: migration.items.map { row($0, Self.proposed($0, decision), migration.diff) })
        section.forms = [deciding(migration, decision, place, person, typed, problems)]
        return section
    }

    /// What was decided before, the newest first, with who and why.
    private func reasons(_ group: ProtocolGroup) -> [PlanSections.Line] {
        group.resource.root.list("note").reversed().compactMap { note -> PlanSections.Line? in
            guard let text = note.text("text") else { return nil }
            let lines = text.split(separator: "\n", maxSplits: 1).map(String.init)
            return PlanSections.Line(
                text: lines.first ?? text,
                detail: [note.text("time").flatMap { FHIRDate($0)?.low }.map(day), lines.dropFirst().first]
                    .compactMap(\.self).joined(separator: ": "),
                tag: "decided")
        }
    }

    /// What is chosen before somebody chooses: the default for everybody, else what is usual.
    private static func proposed(_ item: PlanMigration.Item, _ decision: MoveDefault?) -> PlanMigration.Deed {
        decision?.deeds[item.id].flatMap { item.deeds.contains($0) ? $0 : nil } ?? item.usual
    }

    private func row(_ item: PlanMigration.Item, _ proposed: PlanMigration.Deed, _ diff: ProtocolDiff)
        -> PlanSections.Table.Row
    {
        let fields = item.line?.fields ?? []
        func side(_ words: (ProtocolDiff.Field) -> String) -> String {
            fields.filter { !words($0).isEmpty }.map { "\($0.name): \(words($0))" }.joined(separator: "\n")
        }
        let (old, new): (String, String) =
            switch item.line?.fate {
            case .changed: (side(\.old), side(\.new))
            case .replaced:
                (
                    side(\.old),
                    "In its place: "
                        + (item.line?.others ?? []).map { diff.line($0)?.title ?? $0 }.joined(separator: "; ")
                )
            case .cancelled: (side(\.old), "No longer part of the protocol")
            case .added: ("–", side(\.new))
            case .kept, nil: ("The same", "The same")
            }
        let why = item.exceptions.isEmpty ? "" : "\nLook twice: \(item.exceptions.joined(separator: " "))"
        return PlanSections.Table.Row(
            head: item.title + (item.resource == nil && item.line?.fate != .added ? " (waits)" : ""),
            cells: [old.isEmpty ? "–" : old, new.isEmpty ? "–" : new, proposed.words + why])
    }

    private func deciding(
        _ migration: PlanMigration, _ decision: MoveDefault?, _ place: Int, _ person: String, _ typed: Form?,
        _ problems: FormProblems?
    ) -> PlanSections.Block {
        // Two protocols on one page may have items of one name.
        func own(_ field: Field) -> Field {
            problems != nil ? field : field.with { $0.id = "\(field.name)-\(place)" }
        }
        var fields = migration.items.filter { $0.deeds.count > 1 }.map { item in
            own(
                Field.select(
                    "deed-\(item.id)", item.title, item.deeds.map { ($0.rawValue, $0.words) },
                    chosen: typed?["deed-\(item.id)"] ?? Self.proposed(item, decision).rawValue
                ).with { $0.hint = item.exceptions.isEmpty ? nil : item.exceptions.joined(separator: " ") })
        }
        fields.append(
            own(
                Field.area("reason", "Why", value: typed?["reason"], rows: 2).with {
                    $0.hint = "It stays with each goal and step that changes, and on this page."
                    $0.required = true
                }))
        return PlanSections.Block(
            "Decide, and follow version \(migration.diff.new.version)",
            FormModel(
                "/people/\(person)/plan/protocols/\(migration.group.resource.id)",
                submit: "Follow version \(migration.diff.new.version)", hidden: [("seen", migration.seen)],
                fields: fields), problems, isOpen: true)
    }
}
