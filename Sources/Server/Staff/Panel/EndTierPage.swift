import Care
import HTTPTypes
import Hummingbird
import Records

/// Ends a care manager's own judgement of a tier. Setting one is part of the person's page.
struct EndTierPage: Sendable {
    let services: Services

    func add(to routes: StaffRoutes) {
        routes.post("people/:id/tier/end", use: end)
    }

    /// Goes back to the person with `done=saved`.
    @Sendable func end(_ request: Request, _ context: StaffContext) async throws -> Response {
        try SameOrigin.check(try await Form.read(request), context)
        let person = try context.part("id")
        let verb = EndTierOverride(person: person, rules: services.care.identify)
        try await services.records.write(as: context.caller(), at: services.now()) { change in
            _ = try verb.perform(in: change)
        }
        return .seeOther("/people/\(person)?done=saved")
    }
}
