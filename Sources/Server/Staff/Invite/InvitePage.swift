import Access
import Care
import FHIR
import Hummingbird
import Records

/// A person's way into the portal: inviting, what waits, who has an account, parents of a minor, and who sees what by the
/// person's own wish.
struct InvitePage: Sendable {
    let services: Services

    struct Model {
        struct Line {
            let text: String
            let detail: String
            let action: String?
            let submit: String
        }

        let page: PageFrame
        let banner: PatientBanner
        /// Shown this once.
        let given: WayIn?
        /// Why the person cannot be invited.
        let closed: String?
        let invite: FormModel?
        let accounts: [Line]
        let waiting: [Line]
        let shares: [Line]
        let parents: RepresentativesPage.Part?
    }

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/portal", use: show)
        routes.post("people/:id/portal/invite", use: invite)
        routes.post("people/:id/portal/invitations/:invitation/end", use: endInvitation)
        routes.post("people/:id/portal/accounts/:account/end", use: endAccount)
        RepresentativesPage(services: services).add(to: routes)
    }

    private static let notices = [
        "taken-back": "The invitation is taken back.", "ended": "The account is ended. They are signed out.",
        "representative-ended": "They see nothing any more, from now on.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        var context = context
        context.notice = Form.query(of: request)["done"].flatMap { Self.notices[$0] }
        return try await page(context, nil, request)
    }

    @Sendable func invite(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let person = try context.part("id")
        do {
            let given = try await services.invitations.invite(
                "Patient/\(person)", of: person, as: try context.caller(), at: services.now())
            return try await page(context, given, request)
        } catch InvitationFailure.notOfAge {
            throw NotNow(closed)
        }
    }

    @Sendable func endInvitation(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let person = try context.part("id")
        try await services.invitations.end(
            try context.part("invitation"), of: person, as: try context.caller(), at: services.now())
        return .seeOther("/people/\(person)/portal?done=taken-back")
    }

    @Sendable func endAccount(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let person = try context.part("id")
        try await services.portalAccounts.end(
            try context.part("account"), of: person, as: try context.caller(), at: services.now())
        return .seeOther("/people/\(person)/portal?done=ended")
    }

    private var closed: String {
        "An account of their own is open to people of \(services.records.policy.ages.ownAccountFrom) years or more whose "
            + "whole birth date is on file, and who are alive."
    }

    /// The page, with an invitation that was made just now and whom it is for (nil: the person), or with a form about a parent
    /// that comes back with what is the matter.
    func page(
        _ context: StaffContext, _ given: Invitations.Given?, to invited: String? = nil, _ request: Request,
        typed: Form = Form([]), problems: FormProblems? = nil
    ) async throws -> Response {
        let person = try context.part("id")
        let caller = try context.caller()
        let (now, zone) = (services.now(), services.zone)
        let record = try await services.records.read(as: caller, at: now, for: "portal access page") { reader in
            try reader.person(person, PatientBanner.reads)
        }
        guard let patient = record.patient else {
            throw RecordsFailure.notFound(type: "Patient", id: person)
        }
        let path = "/people/\(person)/portal"
        let relatives = record.all("RelatedPerson")
        let names = Dictionary(
            ([patient] + relatives).map { ($0.reference, Words.spokenName($0.root)) }, uniquingKeysWith: { $1 })
        let accounts = try await services.portalAccounts.all(
            [patient.reference] + relatives.map(\.reference), of: person, as: caller, at: now)
        let waiting = try await services.invitations.open(of: person, as: caller, at: now)
        let isOpen = services.records.policy.ages.mayHaveAccount(patient.root, at: now)
        let hasAccount = accounts[patient.reference] != nil
        let model = Model(
            page: PageFrame("Portal", context, current: "/panel", problems: problems),
            banner: PatientBanner(record, now: now, zone: zone),
            given: try given.map { try WayIn($0, name: names[invited ?? patient.reference] ?? "", request, services) },
            closed: isOpen ? nil : closed,
            invite: isOpen ? form(path, hasAccount: hasAccount) : nil,
            accounts: accounts.sorted { $0.key < $1.key }.map { reference, account in
                Model.Line(
                    text: names[reference] ?? account.name,
                    detail: "\(account.id), \(services.records.policy.roles.titles(account.roles))",
                    action: "\(path)/accounts/\(account.id)/end", submit: "End the account")
            },
            waiting: waiting.map { open in
                Model.Line(
                    text: names[open.who] ?? "Someone who is no longer on file",
                    detail: "made \(Words.dayTime(open.created, now: now, zone: zone)), good until "
                        + Words.dayTime(open.until, now: now, zone: zone),
                    action: "\(path)/invitations/\(open.id)/end", submit: "Take it back")
            },
            shares: PortalShares(record, services.care.shares, in: .en, at: now).all.map { share in
                Model.Line(
                    text: [share.name, share.relation].compactMap(\.self).joined(separator: ", "),
                    detail: share.titles.joined(separator: "; ")
                        + (share.until.map { ", until \(Words.day($0 - 1, now: now, zone: zone))" } ?? ""), action: nil,
                    submit: "")
            },
            parents: RepresentativesPage(services: services).part(record, path, typed: typed, problems: problems))
        return try services.pages.response(model, "invite", status: problems == nil ? .ok : .unprocessableContent)
    }

    private func form(_ path: String, hasAccount: Bool) -> FormModel {
        FormModel(
            "\(path)/invite", submit: hasAccount ? "Make a new invitation" : "Invite to the portal",
            intro: hasAccount
                ? "There is an account already. Whoever lost the password or the phone gets a new start: the new account takes "
                    + "its place once the invitation is used."
                : "You get a link to hand over, and a code to tell by phone. Both are shown once.")
    }
}
