import Access
import Care
import FHIR
import Hummingbird
import Records

/// Parents and guardians of a minor on the page of the portal: letting one in with what was seen, and ending it with a reason.
struct RepresentativesPage: Sendable {
    let services: Services

    /// The part of `invite.mustache`.
    struct Part {
        struct Line {
            let text: String
            let detail: String
            let end: FormModel
        }

        let lead: String
        let lines: [Line]
        /// Those whom staff have ended.
        let ended: [InvitePage.Model.Line]
        /// nil for who is no minor any more.
        let form: FormModel?
    }

    func add(to routes: StaffRoutes) {
        routes.post("people/:id/portal/representatives", use: name)
        routes.post("people/:id/portal/representatives/:consent/end", use: end)
    }

    @Sendable func name(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        let (now, minors) = (services.now(), services.records.policy.ages)
        let verb = NameRepresentative(
            person: person, name: form["name"],
            relation: form["relation"].flatMap(NameRepresentative.Relation.init(rawValue:)), proof: form["proof"],
            again: form["again"] != nil, recorder: caller.practitioner)
        let page = InvitePage(services: services)
        do {
            let who = try await services.records.write(as: caller, at: now) { change in
                try verb.perform(in: change, minors).reference
            }
            let given = try await services.invitations.invite(who, of: person, as: caller, at: now)
            return try await page.page(context, given, to: who, request)
        } catch let problems as FormProblems {
            return try await page.page(context, nil, request, typed: form, problems: problems)
        }
    }

    @Sendable func end(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        let minors = services.records.policy.ages
        let verb = EndRepresentation(
            person: person, consent: try context.part("consent"),
            version: form["version"].flatMap { Int($0) } ?? 0, ending: form["ending"], recorder: caller.practitioner)
        do {
            try await services.records.write(as: caller, at: services.now()) { change in
                _ = try verb.perform(in: change, minors)
            }
            return .seeOther("/people/\(person)/portal?done=representative-ended")
        } catch let problems as FormProblems {
            return try await InvitePage(services: services).page(context, nil, request, typed: form, problems: problems)
        }
    }

    /// - Parameters:
    ///   - record: with Patient, Consent and RelatedPerson.
    ///   - path: of the page of the portal.
    ///   - typed: what was typed, for a form that comes back.
    ///   - problems: what is the matter with it.
    /// - Returns: nil for a grown person of whom nobody ever was a representative.
    func part(_ record: PersonRecord, _ path: String, typed: Form, problems: FormProblems?) -> Part? {
        let (now, zone) = (services.now(), services.zone)
        let minors = services.records.policy.ages
        let minor = record.patient.flatMap { minors.minor($0.root, at: now) }
        let all = Representatives(record, at: now)
        guard minor != nil || !all.all.isEmpty else {
            return nil
        }
        let lines = all.standing.map { entry in
            Part.Line(
                text: [entry.name, entry.relation?.words].compactMap(\.self).joined(separator: ", "),
                detail: Self.sees(minor)
                    + (minors.proofs.first { $0.code == entry.proof }.map { ". Seen: \($0.title)" } ?? ""),
                end: endForm(entry, path, problems))
        }
        let ended = all.all.compactMap { entry -> InvitePage.Model.Line? in
            guard let ending = minors.endings.first(where: { $0.code == entry.ending }) else {
                return nil
            }
            return .init(
                text: entry.name,
                detail: ending.title + (entry.ended.map { ", \(Words.day($0, now: now, zone: zone))" } ?? ""),
                action: nil, submit: "")
        }
        return Part(
            lead: lead(minor), lines: minor == nil ? [] : lines, ended: ended,
            form: minor == nil ? nil : form(path, all, typed, problems))
    }

    private static func sees(_ minor: MinorRules.Minor?) -> String {
        switch minor {
        case .child: "sees the record, notes of therapy apart"
        case .adolescent: "sees the record without what is kept between the young person and you"
        case nil: "sees nothing: the person is of age"
        }
    }

    private func lead(_ minor: MinorRules.Minor?) -> String {
        let minors = services.records.policy.ages
        switch minor {
        case .child:
            return
                "They see the record until \(minors.wholeRecordBelow), then less, and nothing from \(minors.majority)."
        case .adolescent:
            return "They see less than there is, and nothing from \(minors.majority). The young person is told so."
        case nil: return "The person is of age: nobody stands for them here any more."
        }
    }

    private func form(_ path: String, _ all: Representatives, _ typed: Form, _ problems: FormProblems?) -> FormModel {
        let minors = services.records.policy.ages
        let warns = all.all.contains { entry in minors.endings.contains { $0.code == entry.ending && $0.warns } }
        return FormModel(
            "\(path)/representatives", submit: "Let a parent or guardian in",
            intro:
                "You get a link to hand over, and a code to tell by phone. To give the same one a new link, write them again.",
            fields: [
                .line("name", "Their name", value: typed["name"]),
                Field.radios(
                    "relation", "Who are they?",
                    NameRepresentative.Relation.allCases.map {
                        ($0.rawValue, $0.words.prefix(1).uppercased() + $0.words.dropFirst())
                    },
                    chosen: typed["relation"]
                ).with { $0.across = true },
                .select(
                    "proof", "What have you seen?", [("", "Choose")] + minors.proofs.map { ($0.code, $0.title) },
                    chosen: typed["proof"]),
            ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) })
                + (warns
                    ? [
                        Field.check(
                            "again", "I have read why someone was ended before, and it no longer holds",
                            isOn: typed["again"] != nil)
                    ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }) : []))
    }

    private func endForm(
        _ entry: Representatives.Entry, _ path: String, _ problems: FormProblems?
    ) -> FormModel {
        let choices = services.records.policy.ages.endings.map { ($0.code, $0.title) }
        let field = Field.select("ending", "Why do they see it no longer?", [("", "Choose")] + choices, chosen: nil)
        return FormModel(
            "\(path)/representatives/\(entry.consent)/end", submit: "End it now", version: entry.version,
            fields: [field].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }).map { field in
                field.with { $0.id = "ending-\(entry.consent)" }
            }, grave: true)
    }
}
