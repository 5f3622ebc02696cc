import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// A person on one page.
struct PatientPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.get("people/:id", use: show)
        routes.post("people/:id/tier", use: setTier)
    }

    private static let notices = [
        "tier": "The tier is set.", "tier-ended": "The tier follows the records again.",
        "contact": "The contact is saved.", "enrolled": "Enrolled.", "saved": "Saved.",
    ]

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        var context = context
        context.notice = Form.query(of: request)["done"].flatMap { Self.notices[$0] } ?? context.notice
        return try await page(context)
    }

    @Sendable func setTier(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        let services = services
        let rules = services.care.identify
        if form["end"] != nil {
            try await services.records.write(as: caller, at: services.now()) { change in
                _ = try EndTierOverride(person: person, rules: rules).perform(in: change)
            }
            return .seeOther("/people/\(person)?done=tier-ended")
        }
        let override = OverrideTier(
            person: person, tier: form["tier"] ?? "", reason: form["reason"] ?? "",
            until: form["until"].flatMap(endOfDay), by: caller, rules: rules)
        do {
            _ = try await services.records.write(as: caller, at: services.now()) { try override.perform(in: $0) }
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems)
        }
        return .seeOther("/people/\(person)?done=tier")
    }

    /// The moment at which a day typed as yyyy-mm-dd is over where the site is.
    private func endOfDay(_ text: String) -> Int64? {
        CalendarDay(text).map { Words.start(of: $0.adding(days: 1), zone: services.zone) }
    }

    private func page(
        _ context: StaffContext, typed: Form? = nil, problems: FormProblems? = nil
    ) async throws -> Response {
        let now = services.now()
        let zone = services.zone
        let person = try context.part("id")
        let today = Words.calendarDay(now, zone: zone)
        let first = CalendarDay(year: today.year, month: today.month, day: 1) ?? today
        let month = Words.start(of: first, zone: zone)..<Words.start(of: first.adding(months: 1), zone: zone)
        let summary = try await services.records.read(as: context.caller(), at: now, for: "person page") { reader in
            try PersonSummary.read(
                person, by: reader, with: PatientBanner.reads.union(AssessmentClock.reads), month: month, now: now)
        }
        let words = PatientWords(summary: summary, now: now, zone: zone)
        let banner = PatientBanner(summary.record, now: now, zone: zone, place: .summary)
        let model = PatientModel(
            page: PageFrame(banner.name, context, current: "/panel", problems: problems), banner: banner,
            died: summary.hasDied, matters: words.matters, now: words.next, watch: words.watch(services.care.plans),
            goals: words.goals,
            planHref: "\(words.path)/plan", problems: words.problems, barriers: words.barriers,
            medicines: words.medicines, charts: words.charts, risk: words.risk(typed: typed, problems: problems),
            team: words.team, loops: words.loops(with: services.care), contacts: words.contacts,
            contactsHref: "\(words.path)/contact",
            enrolment: words.enrolment, minutes: words.minutes,
            looksHref: services.records.policy.permits(try context.caller(), .seeAudit) ? "\(words.path)/looks" : nil,
            portalHref: services.records.policy.permits(try context.caller(), .invitePatients)
                ? "\(words.path)/portal" : nil,
            notesHref: NotesApartPage.href(person, services, try context.caller()))
        return try services.pages.response(model, "patient", status: problems == nil ? .ok : .unprocessableContent)
    }
}
