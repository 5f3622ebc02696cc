import Access
import Care
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// What does not fit together, and what somebody decided about it.
extension PlanBeside {
    func conflicts(_ request: Request, _ context: StaffContext) async throws -> Response {
        try conflictsPage(try await look(context), Self.noticed(request, context))
    }

    func decide(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let person = try context.part("id")
        let verb = DecideConflict(
            person: person, key: form["key"] ?? "", decision: form["decision"], note: form["note"],
            finder: Self.finder(services))
        do {
            try await services.records.write(as: try context.caller(), at: services.now()) {
                _ = try verb.perform(in: $0)
            }
            return .seeOther("/people/\(person)/plan/conflicts?done=decided")
        } catch let problems as FormProblems {
            return try conflictsPage(try await look(context), context, typed: form, problems: problems)
        }
    }

    private func conflictsPage(
        _ seen: Seen, _ context: StaffContext, typed: Form = Form([]), problems: FormProblems? = nil
    ) throws -> Response {
        let checks = services.care.medicines
        let unknown = checks.unknown(seen.picture.medicines)
        var sections: [PlanSections.Section] = []
        for (id, title, alerts) in [("now", "To decide", true), ("besides", "Worth knowing", false)] {
            let ours = seen.conflicts.open.filter { $0.isAlert == alerts }
            var section = PlanSections.Section(
                id: id, title: title, tag: ours.isEmpty ? nil : String(ours.count), tone: alerts ? "soon" : "note")
            section.none = ours.isEmpty ? "Nothing was found." : nil
            section.lines = ours.enumerated().map { place, conflict in
                let isMine = typed["key"] == conflict.key
                return PlanSections.Line(
                    text: conflict.text, detail: conflict.detail,
                    forms: [
                        deciding(seen, conflict, "\(id)-\(place)", isMine ? typed : Form([]), isMine ? problems : nil)
                    ])
            }
            sections.append(section)
        }
        if !seen.conflicts.decided.isEmpty {
            var section = PlanSections.Section(id: "decided", title: "Decided, until the facts change")
            section.lines = seen.conflicts.decided.map { decision in
                PlanSections.Line(
                    text: decision.conflict.text,
                    detail: "\(decision.words)\(decision.at.map { ", \(day($0))" } ?? ""). \(decision.note)",
                    tag: "decided")
            }
            sections.append(section)
        }
        let unread = unknown.isEmpty ? "" : " Not recognized, and so not compared: \(unknown.joined(separator: ", "))."
        return try page(
            seen, "What does not fit", context, sections, intro: checks.caution + unread, problems: problems)
    }

    private func deciding(
        _ seen: Seen, _ conflict: PlanConflict, _ place: String, _ typed: Form, _ problems: FormProblems?
    ) -> PlanSections.Block {
        let isMine = problems != nil
        let fields: [Field] = [
            Field.radios(
                "decision", "What becomes of it?", DecideConflict.Decision.allCases.map { ($0.rawValue, $0.words) },
                chosen: typed["decision"]
            ).with { field in
                field.id = isMine ? field.id : "decision-\(place)"
                field.options = field.options.enumerated().map { number, option in
                    Field.Option(
                        id: "\(isMine ? "decision" : "decision-\(place)")-\(number)", value: option.value,
                        text: option.text,
                        on: option.on)
                }
            },
            Field.area("note", "Why", value: typed["note"], rows: 2).with { $0.id = isMine ? $0.id : "note-\(place)" },
        ]
        return PlanSections.Block(
            "Decide",
            FormModel(
                "/people/\(seen.record.id)/plan/conflicts", submit: "Keep the decision",
                hidden: [("key", conflict.key)],
                fields: fields), problems)
    }
}
