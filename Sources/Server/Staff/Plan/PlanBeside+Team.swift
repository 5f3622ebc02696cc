import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// Who is in the team of a person, and what each does. Whoever joins has the person in reach.
extension PlanBeside {
    func team(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await teamPage(try await look(context), Self.noticed(request, context))
    }

    func join(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let person = try context.part("id")
        let names = try await StaffNames.read(services, try context.caller())
        let verb = JoinTeam(
            person: person, member: form["member"], role: form["role"], staff: names.choices.map(\.0))
        do {
            _ = try await services.records.write(as: try context.caller(), at: services.now()) {
                try verb.perform(in: $0)
            }
            return .seeOther("/people/\(person)/plan/team?done=joined")
        } catch let problems as FormProblems {
            return try await teamPage(try await look(context), context, typed: form, problems: problems)
        }
    }

    func leave(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await form(request, context)
        let person = try context.part("id")
        let verb = LeaveTeam(person: person, member: form["member"] ?? "")
        _ = try await services.records.write(as: try context.caller(), at: services.now()) {
            try verb.perform(in: $0)
        }
        return .seeOther("/people/\(person)/plan/team?done=left")
    }

    private func teamPage(
        _ seen: Seen, _ context: StaffContext, typed: Form = Form([]), problems: FormProblems? = nil
    ) async throws -> Response {
        let names = try await StaffNames.read(services, try context.caller())
        let base = "/people/\(seen.record.id)/plan/team"
        var section = PlanSections.Section(id: "team", title: "Who is in the team")
        section.lines = TeamMember.all(in: seen.record).compactMap { member in
            guard let name = names.name(member.reference) ?? member.known else {
                return nil
            }
            let since = member.since.flatMap { FHIRDate($0)?.low }.map { "since \(day($0))" }
            let leaves = member.isOurs(seen.record) ? member.reference : nil
            return PlanSections.Line(
                text: name, detail: [member.role, since].compactMap(\.self).joined(separator: ", "),
                forms: leaves.map {
                    [
                        PlanSections.Block(
                            "Leaves the team",
                            FormModel("\(base)/leave", submit: "Leaves the team", hidden: [("member", $0)]), nil)
                    ]
                } ?? [])
        }
        section.none = section.lines.isEmpty ? "Nobody is named yet." : nil
        section.forms = [
            PlanSections.Block(
                "Somebody joins",
                FormModel(
                    base, submit: "Joins the team",
                    intro: "Whoever joins sees the record of this person, as far as their role reaches.",
                    fields: [
                        .select("member", "Who", [("", "Choose")] + names.choices, chosen: typed["member"]),
                        .select(
                            "role", "What they do",
                            [("", "Choose")] + CareTeamRole.allCases.map { ($0.rawValue, $0.words) },
                            chosen: typed["role"]),
                    ]), problems)
        ]
        return try page(seen, "Team", context, [section], problems: problems)
    }
}
