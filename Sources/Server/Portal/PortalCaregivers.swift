import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// Who may see my record: naming somebody, what they see and until when, and taking it back with one press.
struct PortalCaregivers: Sendable {
    let services: Services

    struct Model {
        struct Line {
            let name: String
            let relation: String?
            let sees: [String]
            let until: String
            let end: String
            /// Whether they have opened their account.
            let isHere: Bool
        }

        struct Parent {
            let name: String
            let relation: String?
        }

        let page: PageFrame
        let site: String
        /// Shown this once.
        let given: WayIn?
        let lines: [Line]
        /// Parents and guardians, of whoever is not of age.
        let parents: [Parent]
        /// What parents do not see.
        let kept: [String]
        /// nil for who may not let others see anything yet.
        let add: FormModel?
        let majority: Int
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/caregivers", use: show)
        routes.post("portal/caregivers", use: share)
        routes.post("portal/caregivers/:consent/end", use: end)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        var context = context
        context.notice =
            Form.query(of: request)["done"] == "ended" ? "They can no longer see your record." : nil
        return try await page(context)
    }

    @Sendable func share(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try PortalPerson.own(context)
        let library = services.care.shares
        let name = form["name"] ?? ""
        let verb = ShareRecord(
            person: person.id, name: name, relation: form["relation"], shares: Set(form.all("share")),
            until: form["until"].flatMap { CalendarDay($0) }.map { SiteDay(zone: services.zone).end(of: $0) })
        let now = services.now()
        do {
            let ages = services.records.policy.ages
            let relative = try await services.records.write(as: person.caller, at: now) { change in
                guard ages.mayNameOthers(try change.reader.get("Patient", person.id).root, at: now) else {
                    throw InvitationFailure.notOfAge
                }
                return try verb.perform(in: change, library).reference
            }
            let given = try await services.invitations.invite(relative, of: person.id, as: person.caller, at: now)
            return try await page(context, given: try WayIn(given, name: name, request, services))
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems)
        } catch InvitationFailure.notOfAge {
            throw NotNow("Sharing is open to grown-ups whose birth date is on file. Ask your care team.")
        }
    }

    @Sendable func end(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let person = try PortalPerson.own(context)
        let consent = try context.part("consent")
        try await services.records.write(as: person.caller, at: services.now()) { change in
            let stored = try change.reader.get("Consent", consent)
            guard ConsentLedger([stored]).entries.contains(where: { $0.kind == .proxy }) else {
                throw RecordsFailure.notFound(type: "Consent", id: consent)
            }
            _ = try RevokeConsent(
                consent: consent, version: stored.version, recorder: change.caller.practitioner
            ).perform(in: change)
        }
        return .seeOther("/portal/caregivers?done=ended")
    }

    private func page(
        _ context: StaffContext, given: WayIn? = nil, typed: Form = Form([]), problems: FormProblems? = nil
    ) async throws -> Response {
        let person = try PortalPerson.own(context)
        let now = services.now()
        let record = try await services.records.read(as: person.caller, at: now, for: "portal caregivers") { reader in
            try reader.person(person.id, ["Consent", "Patient", "RelatedPerson"])
        }
        let ages = services.records.policy.ages
        let minor = record.patient.flatMap { ages.minor($0.root, at: now) }
        let mayName = record.patient.map { ages.mayNameOthers($0.root, at: now) } ?? false
        let shared = PortalShares(record, services.care.shares, at: now)
        let accounts = try await services.portalAccounts.all(
            shared.all.map(\.caregiver), of: person.id, as: person.caller, at: now)
        let lines = shared.all.map { share in
            Model.Line(
                name: share.name, relation: share.relation, sees: share.titles,
                until: share.until.map { Words.day($0 - 1, now: now, zone: services.zone) } ?? "",
                end: "/portal/caregivers/\(share.consent)/end", isHere: accounts[share.caregiver] != nil)
        }
        return try services.pages.response(
            Model(
                page: PageFrame("Who may see my record", context, current: "/portal/caregivers", problems: problems),
                site: services.site, given: given, lines: lines,
                parents: minor == nil ? [] : parents(record, at: now),
                kept: PortalKept(services).words, add: mayName ? form(typed, problems) : nil, majority: ages.majority),
            "portal-caregivers",
            status: problems == nil ? .ok : .unprocessableContent)
    }

    private func parents(_ record: PersonRecord, at now: Int64) -> [Model.Parent] {
        Representatives(record, at: now).standing.map { Model.Parent(name: $0.name, relation: $0.relation?.words) }
    }

    private func form(_ typed: Form, _ problems: FormProblems?) -> FormModel {
        var shares = Field.checks(
            "share", "What may they see?", services.care.shares.all.map { ($0.name, $0.title) },
            chosen: typed.all("share"))
        for (place, share) in services.care.shares.all.enumerated() where shares.options.indices.contains(place) {
            shares.options[place].more = share.about
        }
        return FormModel(
            "/portal/caregivers", submit: "Let them see this",
            fields: [
                .line("name", "Their name", value: typed["name"]),
                Field.line("relation", "Who are they to you?", value: typed["relation"]).with {
                    $0.hint = "Like daughter, friend, neighbor"
                },
                shares,
                Field.line("until", "Until which day?", value: typed["until"], type: "date").with {
                    $0.short = true
                    $0.hint = "A year at most. You can stop it any time."
                },
            ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }))
    }
}
