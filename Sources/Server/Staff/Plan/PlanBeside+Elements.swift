import Access
import Care
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The full plan against what programmes ask of one, and the parts of it that are told in words.
extension PlanBeside {
    func elements(_ request: Request, _ context: StaffContext) async throws -> Response {
        try elementsPage(try await look(context), Self.noticed(request, context))
    }

    func write(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let person = try context.part("id")
        var parts: [String: String] = [:]
        for part in PlanPart.allCases { parts[part.rawValue] = form[part.rawValue] ?? "" }
        let verb = WritePlanParts(person: person, version: form["version"].flatMap { Int($0) } ?? 0, parts: parts)
        do {
            let isMerged = try await services.records.write(as: try context.caller(), at: services.now()) {
                try verb.perform(in: $0)
            }
            return .seeOther("/people/\(person)/plan/elements?done=\(isMerged ? "merged" : "words")")
        } catch let problems as FormProblems {
            return try elementsPage(try await look(context), context, typed: form, problems: problems)
        } catch RecordsFailure.stale(let current) {
            let theirs = WritePlanParts.fields(current.root)
            let lines = PlanPart.allCases.map { part in
                (label: part.title, theirs: theirs[part.rawValue] ?? "", mine: form[part.rawValue] ?? "")
            }
            return try await ConflictPage.response(
                services, context, what: "The plan in words", current: current,
                lines: lines.filter { !$0.theirs.isEmpty || !$0.mine.isEmpty },
                form: words(person, current.version) { form[$0.rawValue] },
                theirsHref: "/people/\(person)/plan/elements")
        }
    }

    func notNeeded(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let person = try context.part("id")
        let verb = MarkNotNeeded(
            person: person, element: form["element"] ?? "", reason: form["reason"], elements: services.care.planElements
        )
        do {
            try await services.records.write(as: try context.caller(), at: services.now()) { try verb.perform(in: $0) }
            return .seeOther("/people/\(person)/plan/elements?done=element")
        } catch let problems as FormProblems {
            return try elementsPage(try await look(context), context, typed: form, problems: problems)
        }
    }

    private func words(
        _ person: String, _ version: Int, level: (PlanPart) -> String? = { _ in nil }, _ value: (PlanPart) -> String?
    ) -> FormModel {
        FormModel(
            "/people/\(person)/plan/words", submit: "Save the words", version: version,
            fields: PlanPart.allCases.map { part in
                Field.area(part.rawValue, part.title, value: value(part), rows: 2).with {
                    $0.optional = true
                    let level = part.isForPaper ? level(part) : nil
                    $0.hint =
                        part.isForPaper
                        ? [
                            "It stands on the page that the person takes home: plain words.",
                            level.map { "As saved: \($0)" },
                        ]
                        .compactMap(\.self).joined(separator: " ")
                        : nil
                }
            })
    }

    private func elementsPage(
        _ seen: Seen, _ context: StaffContext, typed: Form? = nil, problems: FormProblems? = nil
    ) throws -> Response {
        let elements = services.care.planElements
        let states = CheckElements(seen.record, seen.picture, seen.history, guides: seen.guides, now: services.now())
            .states(of: elements)
        var sections = elements.programmes.map { programme in
            let ours = states.filter { $0.element.programmes.contains(programme.id) }
            let missing = ours.count { $0.state == .missing }
            var section = PlanSections.Section(
                id: "programme-\(programme.id)", title: programme.title,
                tag: missing == 0 ? "complete" : "\(missing) of \(ours.count) missing",
                tone: missing == 0 ? "good" : "soon")
            section.lines = ours.map { state in
                switch state.state {
                case .present:
                    PlanSections.Line(text: state.element.title, detail: state.shownBy, tag: "present", tone: "good")
                case .missing: PlanSections.Line(text: state.element.title, tag: "missing", tone: "soon")
                case .notNeeded(let reason):
                    PlanSections.Line(text: state.element.title, detail: reason, tag: "not needed")
                }
            }
            return section
        }
        var written = PlanSections.Section(id: "words", title: "The plan in words")
        let stored = seen.picture.parts
        let isOfWords = typed?["element"] == nil && typed?["reason"] == nil
        let language = PlanLanguage(code: seen.record.patient.flatMap { Words.languageCode(of: $0.root) })
        func level(_ part: PlanPart) -> String? {
            part.isForPaper ? WrittenLevel(stored[part], for: language)?.told : nil
        }
        let form = words(seen.record.id, seen.picture.plan?.version ?? 0, level: level) { part in
            isOfWords && typed != nil ? typed?[part.rawValue] : stored[part]
        }
        written.forms = [
            PlanSections.Block("Write or change", form, isOfWords ? problems : nil, isOpen: stored.isEmpty)
        ]
        written.lines = PlanPart.allCases.compactMap { part in
            stored[part].map {
                PlanSections.Line(
                    text: part.title, detail: [$0, level(part)].compactMap(\.self).joined(separator: "\n"))
            }
        }
        sections.append(written)
        let open = states.filter { $0.state != .present }
        if seen.picture.plan != nil, !open.isEmpty {
            var section = PlanSections.Section(id: "not-needed", title: "Not needed for this person")
            section.forms = [
                PlanSections.Block(
                    "Say which one, and why",
                    FormModel(
                        "/people/\(seen.record.id)/plan/elements", submit: "Save",
                        fields: [
                            .select(
                                "element", "Which one", open.map { ($0.element.id, $0.element.title) },
                                chosen: typed?["element"]),
                            Field.line("reason", "Why", value: typed?["reason"]).with {
                                $0.hint = "Leave it empty to take it back."
                            },
                        ]), isOfWords ? nil : problems)
            ]
            sections.append(section)
        }
        return try page(
            seen, "What programmes ask", context, sections,
            intro: "After \(elements.origin.source), version \(elements.origin.version). Not billing advice.",
            problems: problems)
    }
}
