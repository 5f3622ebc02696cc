import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// Takes a care manager's own judgement of a tier, and its end.
struct TierPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.post("people/:id/tier", use: post)
    }

    /// Fields: `tier` (healthy, rising, high, complex), `reason`, `until` (a day; three months when it is empty);
    /// `end` alone ends the judgement that holds. Goes back to the person with `done=tier` or `done=tier-ended`.
    @Sendable func post(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let person = try context.part("id")
        let caller = try context.caller()
        let rules = services.care.identify
        let now = services.now()
        if form["end"] != nil {
            try await services.records.write(as: caller, at: now) { change in
                _ = try EndTierOverride(person: person, rules: rules).perform(in: change)
            }
            return .seeOther("/people/\(person)?done=tier-ended")
        }
        let verb = OverrideTier(
            person: person, tier: form["tier"] ?? "", reason: form["reason"] ?? "", until: until(form["until"], now),
            by: caller, rules: rules)
        try await services.records.write(as: caller, at: now) { change in
            _ = try verb.perform(in: change)
        }
        return .seeOther("/people/\(person)?done=tier")
    }

    /// The judgement holds through the day that was given.
    private func until(_ text: String?, _ now: Int64) -> Int64? {
        guard let text else {
            return now + Self.usual
        }
        guard let day = TypedDate.days(text).first else {
            return nil
        }
        return SiteDay(zone: services.zone).end(of: day)
    }

    private static let usual: Int64 = 90 * 86_400_000
}
