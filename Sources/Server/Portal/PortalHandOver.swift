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
        var problems = FormProblems([])
        if recipient.isEmpty {
            problems.all.append(.init("recipient", "Write who gets it."))
        } else if recipient.utf8.count > TextLimit.line {
            problems.all.append(.init("recipient", "Keep this below \(TextLimit.line) letters."))
        }
        let days = form["days"].flatMap { Int64($0) } ?? 0
        if !Self.spans.contains(where: { $0.days == days }) {
            problems.all.append(.init("days", "Choose for how long."))
        }
        do {
            try problems.check()
            let now = services.now()
            let given = try await services.handOvers.make(
                to: recipient, isWhole: form["whole"] != nil, until: now + days * 86_400_000, as: person.caller, at: now
            )
            return try await page(
                context, given: try WayIn(given, name: recipient, once: false, request, services))
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems)
        } catch HandOvers.Failure.notOfAge {
            throw NotNow("This is open to grown-ups whose birth date is on file. Ask your care team.")
        } catch HandOvers.Failure.unfit {
            throw NotNow("Too many are open. Take back some of them first.")
        }
    }

    @Sendable func endHandOver(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let person = try PortalPerson.own(context)
        try await services.handOvers.end(try context.part("id"), as: person.caller, at: services.now())
        return .seeOther("/portal/record?done=ended")
    }

    private static let spans: [(days: Int64, words: String)] = [(1, "One day"), (7, "A week"), (30, "A month")]

    func addHandOvers(
        to model: inout Model, _ person: PortalPerson, _ typed: Form, _ problems: FormProblems?
    ) async throws {
        let now = services.now()
        let patient = try await services.records.read(as: person.caller, at: now, for: "portal record") { reader in
            try reader.get("Patient", person.id).root
        }
        guard services.records.policy.ages.mayNameOthers(patient, at: now) else {
            return
        }
        model.handed = try await services.handOvers.open(as: person.caller, at: now).map { open in
            let day = Words.day(open.until, now: now, zone: services.zone)
            let looks =
                open.looks == 0 ? "Not opened yet" : open.looks == 1 ? "Opened once" : "Opened \(open.looks) times"
            return Model.Handed(
                name: open.recipient, detail: "\(looks), until \(day)\(open.isWhole ? ", private things too" : "")",
                end: "/portal/record/hand-over/\(open.id)/end")
        }
        model.handOver = FormModel(
            "/portal/record/hand-over", submit: "Make link and code",
            fields: [
                Field.line("recipient", "Who gets it?", value: typed["recipient"]).with {
                    $0.hint = "Like Dr. Lee at the eye clinic"
                },
                Field.radios(
                    "days", "For how long?", Self.spans.map { (String($0.days), $0.words) },
                    chosen: typed["days"] ?? "7"
                ).with { $0.across = true },
                Field.check(
                    "whole", "Private things too, like mental health, HIV or safety at home",
                    isOn: typed["whole"] != nil),
            ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }))
    }
}
