import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// Handing the own record over: to whom, for how long, and taking it back.
extension PortalRecord {
    @Sendable func handOver(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try PortalPerson.own(context)
        let recipient = form["recipient"] ?? ""
        let language = try await language(of: person)
        let says = PortalHandOverWords(language)
        var problems = FormProblems([])
        if recipient.isEmpty {
            problems.all.append(.init("recipient", says.noRecipient))
        } else if recipient.utf8.count > TextLimit.line {
            problems.all.append(.init("recipient", says.tooLong(TextLimit.line)))
        }
        let days = form["days"].flatMap { Int64($0) } ?? 0
        if !Self.spans.contains(days) {
            problems.all.append(.init("days", says.noDays))
        }
        do {
            try problems.check()
            let now = services.now()
            let given = try await services.handOvers.make(
                to: recipient, isWhole: form["whole"] != nil, until: now + days * 86_400_000, as: person.caller, at: now
            )
            return try await page(
                context, given: try WayIn(given, name: recipient, in: language, once: false, request, services))
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems)
        } catch HandOvers.Failure.notOfAge {
            throw NotNow(says.notOfAge)
        } catch HandOvers.Failure.unfit {
            throw NotNow(says.tooMany)
        }
    }

    @Sendable func endHandOver(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let person = try PortalPerson.own(context)
        try await services.handOvers.end(try context.part("id"), as: person.caller, at: services.now())
        return .seeOther("/portal/record?done=ended")
    }

    /// For so many days.
    private static let spans: [Int64] = [1, 7, 30]

    func language(of person: PortalPerson) async throws -> PlanLanguage {
        try await services.records.read(as: person.caller, at: services.now(), for: "portal record") {
            try $0.language(of: person)
        }
    }

    func addHandOvers(
        to model: inout Model, _ person: PortalPerson, _ language: PlanLanguage, _ typed: Form,
        _ problems: FormProblems?
    ) async throws {
        let now = services.now()
        let days = PersonDays(language: language, now: now, zone: services.zone)
        let says = PortalHandOverWords(language)
        let patient = try await services.records.read(as: person.caller, at: now, for: "portal record") { reader in
            try reader.get("Patient", person.id).root
        }
        guard services.records.policy.ages.mayNameOthers(patient, at: now) else {
            return
        }
        model.handed = try await services.handOvers.open(as: person.caller, at: now).map { open in
            Model.Handed(
                name: open.recipient,
                detail: says.detail(looks: open.looks, until: days.day(open.until), isWhole: open.isWhole),
                end: "/portal/record/hand-over/\(open.id)/end")
        }
        model.handOver = FormModel(
            "/portal/record/hand-over", submit: says.send,
            fields: [
                Field.line("recipient", says.recipient, value: typed["recipient"]).with {
                    $0.hint = says.recipientLike
                },
                Field.radios(
                    "days", says.days, Self.spans.map { (String($0), says.span($0)) },
                    chosen: typed["days"] ?? "7"
                ).with { $0.across = true },
                Field.check(
                    "whole", says.whole, isOn: typed["whole"] != nil),
            ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }))
    }
}
