import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// What the person and caregivers propose, and the answers of the team.
extension PlanBeside {
    func proposals(_ request: Request, _ context: StaffContext) async throws -> Response {
        try proposalsPage(try await look(context), Self.noticed(request, context))
    }

    func answer(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let (person, id) = (try context.part("id"), try context.part("proposal"))
        let verb = AnswerProposal(
            person: person, proposal: id, version: form["version"].flatMap { Int($0) } ?? 0, decision: form["decision"],
            answer: form["answer"], words: form["words"], measure: form["measure"], due: form["due"],
            today: SiteDay(zone: services.zone).today(services.now()))
        do {
            try await services.records.write(as: try context.caller(), at: services.now()) {
                _ = try verb.perform(in: $0)
            }
            return .seeOther("/people/\(person)/plan/proposals?done=answered")
        } catch let problems as FormProblems {
            return try proposalsPage(try await look(context), context, of: id, typed: form, problems: problems)
        }
    }

    private func proposalsPage(
        _ seen: Seen, _ context: StaffContext, of id: String? = nil, typed: Form = Form([]),
        problems: FormProblems? = nil
    ) throws -> Response {
        let all = PlanProposal.all(seen.record)
        var section = PlanSections.Section(id: "proposals", title: "From the person and caregivers")
        section.none = all.isEmpty ? "Nothing was proposed yet. People do so in the portal." : nil
        let goals = seen.picture.problems.flatMap(\.goals)
        section.lines = all.enumerated().map { place, proposal in
            let isMine = proposal.resource.id == id
            let about = goals.first { $0.resource.reference == proposal.about }.map { " About “\($0.words)”." } ?? ""
            return PlanSections.Line(
                text: "\(proposal.kind.words): “\(proposal.words)”",
                detail: "\(proposal.authorName), \(day(proposal.at)).\(about)"
                    + (proposal.answer.map { " Answered: \($0)" } ?? ""),
                tag: proposal.state.staffWords, tone: proposal.state == .open ? "soon" : "note",
                forms: proposal.state == .open
                    ? [answering(seen, proposal, place, isMine ? typed : nil, isMine ? problems : nil)] : [])
        }
        return try page(seen, "Proposals", context, [section], problems: problems)
    }

    private func answering(
        _ seen: Seen, _ proposal: PlanProposal, _ place: Int, _ typed: Form?, _ problems: FormProblems?
    ) -> PlanSections.Block {
        func own(_ field: Field) -> Field {
            guard problems == nil else { return field }
            return field.with { field in
                field.id = "\(field.name)-\(place)"
                field.options = field.options.enumerated().map { number, option in
                    Field.Option(
                        id: "\(field.name)-\(place)-\(number)", value: option.value, text: option.text, on: option.on)
                }
            }
        }
        var fields: [Field] = [
            .radios(
                "decision", "What becomes of it?", AnswerProposal.Decision.allCases.map { ($0.rawValue, $0.words) },
                chosen: typed?["decision"])
        ]
        if proposal.kind == .goal {
            fields += [
                Field.area("words", "The goal, if it is changed", value: typed?["words"] ?? proposal.words, rows: 2),
                .line("measure", "How you will both see that it is reached", value: typed?["measure"]),
                Field.line("due", "By when", value: typed?["due"], type: "date").with { $0.short = true },
            ]
        }
        fields.append(
            Field.area("answer", "What they read", value: typed?["answer"], rows: 3).with {
                $0.hint = proposal.kind == .goal ? nil : "Change the plan itself as well, where it is to be changed."
            })
        return PlanSections.Block(
            "Answer",
            FormModel(
                "/people/\(seen.record.id)/plan/proposals/\(proposal.resource.id)", submit: "Send the answer",
                version: proposal.resource.version, fields: fields.map(own)), problems)
    }
}

extension PlanProposal.State {
    fileprivate var staffWords: String {
        switch self {
        case .open: "waits"
        case .accepted: "accepted"
        case .changed: "accepted, changed"
        case .declined: "not taken up"
        }
    }
}
