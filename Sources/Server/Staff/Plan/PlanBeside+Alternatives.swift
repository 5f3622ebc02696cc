import Access
import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// The alternatives of a protocol that a plan follows: what one may choose among, why any is left out, and choosing.
extension PlanBeside {
    func alternatives(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await alternativesPage(try await look(context), Self.noticed(request, context))
    }

    func choose(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let (person, group) = (try context.part("id"), try context.part("group"))
        let shelf = ProtocolShelf(services.care.plans)
        let days = SiteDay(zone: services.zone).days(services.now())
        let action = form["action"] ?? ""
        do {
            try await services.records.write(as: try context.caller(), at: services.now()) { change in
                guard let found = ProtocolGroup(try change.reader.get("RequestGroup", group)), found.person == person
                else { throw RecordsFailure.notFound(type: "RequestGroup", id: group) }
                try ChooseAlternatives(
                    group: group, action: action,
                    chosen: Set(form.all("choose-\(action)").filter { !$0.isEmpty }),
                    reason: form["reason-\(action)"] ?? "", seen: form["seen"] ?? "", shelf: shelf, days: days
                ).perform(in: change)
            }
            return .seeOther("/people/\(person)/plan/protocols/\(group)/choices?done=choice")
        } catch let problems as FormProblems {
            return try await alternativesPage(try await look(context), context, typed: form, problems: problems)
        } catch let refusal as NotNow {
            var context = context
            context.notice = refusal.reason
            return try await alternativesPage(try await look(context), context)
        }
    }

    private func alternativesPage(
        _ seen: Seen, _ context: StaffContext, typed: Form = Form([]), problems: FormProblems? = nil
    ) async throws -> Response {
        let group = try context.part("group")
        let person = seen.record.id
        let (shelf, now) = (ProtocolShelf(services.care.plans), services.now())
        let days = SiteDay(zone: services.zone).days(now)
        var sections: [PlanSections.Section] = []
        do {
            let all = try await services.records.read(as: try context.caller(), at: now, for: "plan page") {
                try Alternatives(group, shelf: shelf, days: days, at: now, by: $0)
            }
            guard all.group.person == person else { throw HTTPError(.notFound) }
            sections = all.choices.enumerated().map { place, choice in
                let isMine = typed["action"] == choice.id
                return section(choice, place, all, isMine ? typed : nil, isMine ? problems : nil)
            }
        } catch let refusal as ProtocolRefusal {
            sections = [Self.none(refusal.description)]
        } catch let refusal as NotNow {
            sections = [Self.none(refusal.reason)]
        }
        if sections.isEmpty { sections = [Self.none("This protocol leaves nothing to choose.")] }
        return try page(
            seen, "Alternatives", context, sections,
            intro: "Where a protocol offers several ways, whoever knows the person chooses.", problems: problems)
    }

    private static func none(_ words: String) -> PlanSections.Section {
        var section = PlanSections.Section(id: "none", title: "Alternatives")
        section.none = words
        return section
    }

    private func section(
        _ choice: Alternatives.Choice, _ place: Int, _ all: Alternatives, _ typed: Form?, _ problems: FormProblems?
    ) -> PlanSections.Section {
        var section = PlanSections.Section(id: "choice-\(place)", title: choice.title)
        section.intro = choice.selection.words
        section.lines = choice.alternatives.filter { !$0.canBeChosen || $0.isDone }.map { alternative in
            PlanSections.Line(
                text: alternative.title, detail: alternative.isDone ? "It was done." : alternative.leftOut,
                tag: alternative.isDone ? "done" : "left out")
        }
        guard !choice.open.isEmpty else {
            section.none = "None of these applies to this person now."
            return section
        }
        let name = "choose-\(choice.id)"
        let options = choice.open.map { alternative in
            let doubt = alternative.leftOut.map { " (chosen before; now: \($0))" } ?? ""
            return (alternative.id, alternative.title + doubt)
        }
        let chosen = typed?.all(name) ?? choice.open.filter(\.isChosen).map(\.id)
        let isOne = [.exactlyOne, .atMostOne].contains(choice.selection)
        let none = choice.selection == .atMostOne ? [("", "None of these")] : []
        var field =
            isOne
            ? Field.radios(name, choice.title, options + none, chosen: chosen.first)
            : Field.checks(name, choice.title, options, chosen: chosen)
        field.hint = choice.selection.words
        let texts = choice.open.compactMap { alternative in alternative.text.map { "\(alternative.title): \($0)" } }
        if !texts.isEmpty { field.hint = ([choice.selection.words] + texts).joined(separator: " ") }
        let why = Field.area("reason-\(choice.id)", "Why", value: typed?["reason-\(choice.id)"], rows: 2).with {
            $0.hint = "Needed when something that was chosen ends. It stays with the step."
            $0.optional = true
        }
        section.forms = [
            PlanSections.Block(
                "Choose",
                FormModel(
                    "/people/\(all.group.person)/plan/protocols/\(all.group.resource.id)/choices",
                    submit: "Choose", hidden: [("action", choice.id), ("seen", all.seen)], fields: [field, why]),
                problems, isOpen: true)
        ]
        return section
    }
}
