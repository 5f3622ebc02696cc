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
        let says: PortalCaregiversWords
        /// Shown this once.
        let given: WayIn?
        let lines: [Line]
        /// Parents and guardians, of whoever is not of age.
        let parents: [Parent]
        /// What parents do not see.
        let kept: [String]
        /// nil for who may not let others see anything yet.
        let add: FormModel?
    }

    func add(to routes: StaffRoutes) {
        routes.get("portal/caregivers", use: show)
        routes.post("portal/caregivers", use: share)
        routes.post("portal/caregivers/:consent/end", use: end)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context, isEnded: Form.query(of: request)["done"] == "ended")
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
            let language = try await language(of: person)
            return try await page(context, given: try WayIn(given, name: name, in: language, request, services))
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems)
        } catch InvitationFailure.notOfAge {
            throw NotNow(PortalCaregiversWords(try await language(of: person), majority: 0).notOfAge)
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

    private func language(of person: PortalPerson) async throws -> PlanLanguage {
        try await services.records.read(as: person.caller, at: services.now(), for: "portal caregivers") {
            try $0.language(of: person)
        }
    }

    private func page(
        _ context: StaffContext, given: WayIn? = nil, typed: Form = Form([]), problems: FormProblems? = nil,
        isEnded: Bool = false
    ) async throws -> Response {
        let person = try PortalPerson.own(context)
        let now = services.now()
        let record = try await services.records.read(as: person.caller, at: now, for: "portal caregivers") { reader in
            try reader.person(person.id, ["Consent", "Patient", "RelatedPerson"])
        }
        let ages = services.records.policy.ages
        let language = PlanLanguage(code: record.patient.flatMap { Words.languageCode(of: $0.root) })
        let says = PortalCaregiversWords(language, majority: ages.majority)
        let days = PersonDays(language: language, now: now, zone: services.zone)
        let problems = problems.map { FormProblems($0.all.map { .init($0.field, says.problem($0)) }) }
        var context = context
        if isEnded { context.notice = says.ended }
        let minor = record.patient.flatMap { ages.minor($0.root, at: now) }
        let mayName = record.patient.map { ages.mayNameOthers($0.root, at: now) } ?? false
        let shared = PortalShares(record, services.care.shares, in: language, at: now)
        let accounts = try await services.portalAccounts.all(
            shared.all.map(\.caregiver), of: person.id, as: person.caller, at: now)
        let lines = shared.all.map { share in
            Model.Line(
                name: share.name, relation: share.relation, sees: share.titles,
                until: share.until.map { days.day($0 - 1) } ?? "",
                end: "/portal/caregivers/\(share.consent)/end", isHere: accounts[share.caregiver] != nil)
        }
        return try services.pages.response(
            Model(
                page: PageFrame(says.title, context, current: "/portal/caregivers", problems: problems).spoken(
                    language),
                site: services.site, says: says, given: given, lines: lines,
                parents: minor == nil ? [] : parents(record, at: now),
                kept: PortalKept(services, language).words, add: mayName ? form(typed, problems, says, language) : nil),
            "portal-caregivers",
            status: problems == nil ? .ok : .unprocessableContent)
    }

    private func parents(_ record: PersonRecord, at now: Int64) -> [Model.Parent] {
        Representatives(record, at: now).standing.map { Model.Parent(name: $0.name, relation: $0.relation?.words) }
    }

    private func form(
        _ typed: Form, _ problems: FormProblems?, _ says: PortalCaregiversWords, _ language: PlanLanguage
    ) -> FormModel {
        var shares = Field.checks(
            "share", says.what, services.care.shares.all.map { ($0.name, language.of($0.title)) },
            chosen: typed.all("share"))
        for (place, share) in services.care.shares.all.enumerated() where shares.options.indices.contains(place) {
            shares.options[place].more = share.about.map(language.of)
        }
        return FormModel(
            "/portal/caregivers", submit: says.send,
            fields: [
                .line("name", says.name, value: typed["name"]),
                Field.line("relation", says.relation, value: typed["relation"]).with {
                    $0.hint = says.relationLike
                },
                shares,
                Field.line("until", says.lastDay, value: typed["until"], type: "date").with {
                    $0.short = true
                    $0.hint = says.atMost
                },
            ].with((problems?.all ?? []).map { (field: $0.field, message: $0.message) }))
    }
}
