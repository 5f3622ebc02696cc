import HTTPTypes
import Hummingbird
import Records

typealias StaffRoutes = RouterGroup<StaffContext>

/// All addresses of the server, a table of contents. Whom each lets in stands in ``Doors``.
enum Routes {
    static func router(_ services: Services) -> Router<StaffContext> {
        let router = Router(context: StaffContext.self)
        let metrics = Metrics()
        router.add(middleware: Counted(metrics: metrics))
        router.add(middleware: SecureHeaders(isEncrypted: services.isEncrypted))
        OAuth(services: services).add(to: router)  // /oauth
        FHIRAPI(services: services).add(to: router)  // /fhir

        router.add(middleware: Refusals(services: services))
        router.add(middleware: SameOrigin())

        router.get("livez") { _, _ in Response(status: .ok, body: .init(byteBuffer: .init(string: "alive\n"))) }
        router.get("readyz") { _, _ in
            // Care goes on while the audit waits for its seal: who watches is told, and nobody is turned away.
            let code = services.records.auditHealth.code.map { "\($0.rawValue)\n" } ?? ""
            return Response(status: .ok, body: .init(byteBuffer: .init(string: "ready\n" + code)))
        }
        router.get("metrics", use: MetricsPage(services: services, metrics: metrics).show)
        router.get("design/**", use: DesignFiles(content: services.content).answer)

        let signIn = SignInPage(services: services)
        router.get("sign-in", use: signIn.show)
        router.post("sign-in", use: signIn.signIn)
        let prove = ProvePage(services: services)
        router.post("unlock", use: prove.unlock)
        InvitationPage(services: services).add(to: router.group(""))  // /invitation
        HandedPage(services: services).add(to: router.group(""))  // /handed
        ReferPage(services: services).add(to: router.group(""))  // /refer

        let staff = router.group("").add(middleware: SignedIn(services: services))
            .add(middleware: Doorkeeper(services: services))
        staff.post("sign-out", use: signIn.signOut)
        staff.get("alive", use: signIn.alive)
        let password = PasswordPage(services: services)
        staff.get("password", use: password.show)
        staff.post("password", use: password.change)

        staff.get("prove", use: prove.show)
        staff.post("prove", use: prove.prove)
        AccountPage(services: services).add(to: staff)  // /account
        SecondFactorPage(services: services).add(to: staff)  // /account/second-factor

        TodayPage(services: services).add(to: staff)  // /
        UsersPage(services: services).add(to: staff)  // /users
        AccessPage(services: services).add(to: staff)  // /access
        GlassPage(services: services).add(to: staff)  // /glass
        AuditPage(services: services).add(to: staff)  // /audit, /people/:id/looks
        DisclosuresPage(services: services).add(to: staff)  // /people/:id/disclosures
        ClientsPage(services: services).add(to: staff)  // /clients

        PortalHome(services: services).add(to: staff)  // /portal
        PortalPlan(services: services).add(to: staff)  // /portal/plan
        PortalLooks(services: services).add(to: staff)  // /portal/looks
        PortalDisclosures(services: services).add(to: staff)  // /portal/disclosures
        PortalRecord(services: services).add(to: staff)  // /portal/record
        PortalEducation(services: services).add(to: staff)  // /portal/education
        PortalCorrections(services: services).add(to: staff)  // /portal/corrections
        PortalForms(services: services).add(to: staff)  // /portal/forms
        PortalCaregivers(services: services).add(to: staff)  // /portal/caregivers

        PanelPage(services: services).add(to: staff)  // /panel
        OutreachPage(services: services).add(to: staff)  // /outreach
        CaseloadsPage(services: services).add(to: staff)  // /caseloads
        SearchPage(services: services).add(to: staff)  // /search
        PatientPage(services: services).add(to: staff)  // /people/:id
        InvitePage(services: services).add(to: staff)  // /people/:id/portal
        EngagePage(services: services).add(to: staff)  // /people/:id/engage
        AssessmentPage(services: services).add(to: staff)  // /people/:id/assess
        ScoresPage(services: services).add(to: staff)  // /people/:id/scores
        PlanPage(services: services).add(to: staff)  // /people/:id/plan
        ProtocolsPage(services: services).add(to: staff)  // /protocols
        MovePage(services: services).add(to: staff)  // /protocols/:protocol/move
        MoveReportPage(services: services).add(to: staff)  // /protocols/:protocol/moves/:move
        MedicinesPage(services: services).add(to: staff)  // /people/:id/medicines
        EducationPage(services: services).add(to: staff)  // /people/:id/education
        ContactPage(services: services).add(to: staff)  // /people/:id/contact
        NotesApartPage(services: services).add(to: staff)  // /people/:id/notes-apart
        GraduatePage(services: services).add(to: staff)  // /people/:id/graduate
        TaskPage(services: services).add(to: staff)  // /tasks/:id
        TransitionsPage(services: services).add(to: staff)  // /transitions
        ReferralsPage(services: services).add(to: staff)  // /referrals
        NewReferralPage(services: services).add(to: staff)  // /new-referral
        DuplicatesPage(services: services).add(to: staff)  // /duplicates
        FeedsPage(services: services).add(to: staff)  // /feeds
        MatchesPage(services: services).add(to: staff)  // /matches
        OutcomesPage(services: services).add(to: staff)  // /outcomes
        FormsPage(services: services).add(to: staff)  // /forms
        ReviewPage(services: services).add(to: staff)  // /review
        ProgramsPage(services: services).add(to: staff)  // /programs
        DryRunPage(services: services).add(to: staff)  // /programs/dry-run
        WhyPage(services: services).add(to: staff)  // /people/:id/programs
        return router
    }
}
