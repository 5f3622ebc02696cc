import Access
import FHIR
import HTTPTypes
import Hummingbird
import Records

/// What could somebody see, and why: of an account, or of roles before anybody has them.
struct AccessPage: Sendable {
    let services: Services

    struct Model {
        struct Rule {
            let name: String
            let why: String
            let verbs: String
            let types: String
            let whose: String
            let labels: String
            /// What is left out of records; nil: nothing.
            let fields: String?
            /// When it holds; nil: always.
            let hours: String?
            let isOff: Bool
        }

        struct Answer {
            let verb: String
            let short: String
            let tone: String
            let whose: [String]
            let because: [String]
        }

        let page: PageFrame
        let who: String
        /// The moment that is asked for.
        let moment: String
        let ask: FormModel
        let type: String
        let answers: [Answer]
        let rules: [Rule]
        let offices: [String]
        let lists: String
    }

    func add(to routes: StaffRoutes) {
        routes.get("access", use: show)
        routes.get("users/:id/access", use: showAccount)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        let known = Set(services.records.policy.roles.all.map(\.role))
        let roles = Set(query.all("role").map(Role.init(rawValue:))).intersection(known)
        let tried = roles.isEmpty ? [.careManager] : roles
        // Somebody who has these roles; nobody's panel stands behind it.
        let caller = Caller(account: "tried", name: "", roles: tried, practitioner: "Practitioner/tried")
        let titles = services.records.policy.roles.titles(tried)
        return try page(context, caller, "Whoever is: \(titles)", query, action: "/access", tried: tried)
    }

    @Sendable func showAccount(_ request: Request, _ context: StaffContext) async throws -> Response {
        let id = try context.part("id")
        let accounts = try await services.accounts.all(as: try context.caller())
        guard var account = accounts.first(where: { $0.id == id }) else {
            throw HTTPError(.notFound)
        }
        account.opened = try await BrokenGlass(records: services.records).people(of: id, at: services.now())
        let titles = services.records.policy.roles.titles(account.roles)
        return try page(
            context, account.caller, "\(account.name): \(titles)", Form.query(of: request),
            action: "/users/\(id)/access", tried: nil)
    }

    private func page(
        _ context: StaffContext, _ caller: Caller, _ who: String, _ query: Form, action: String, tried: Set<Role>?
    ) throws -> Response {
        let known = services.records.policy
        let now = services.now()
        let (zone, typed) = (services.zone, query["at"] ?? "")
        let moment = typed.isEmpty ? now : LocalTime.moment(typed, zone: zone)
        let policy = known.inForce(at: moment ?? now)
        let types = services.records.definitions.resourceTypes
        let type = query["type"].flatMap { types.contains($0) ? $0 : nil } ?? "Observation"
        let words = AccessWords(policy: policy)
        let rules = caller.roles.compactMap { known.roles[$0] }.sorted { $0.title < $1.title }.flatMap { role in
            let inForce = Set((policy.roles[role.role]?.rules ?? []).map(\.id))
            return role.rules.map { words.rule($0, of: role, isInForce: inForce.contains($0.id)) }
        }
        var fields = [Field.select("type", "Kind of record", types.map { ($0, $0) }, chosen: type)]
        fields.append(
            Field.line(
                "at", "At", value: typed.isEmpty ? LocalTime.text(now, zone: zone) : typed, type: "datetime-local"
            )
            .with {
                $0.hint = "Some rules hold at some hours only."
                $0.error = moment == nil ? "Give a day and a time, such as 2026-12-01T20:00." : nil
            })
        if let tried {
            fields.insert(
                .checks(
                    "role", "Roles to try", policy.roles.forAccounts.map { ($0.role.rawValue, $0.title) },
                    chosen: tried.map(\.rawValue)), at: 0)
        }
        let offices = Policy.Office.allCases.filter { policy.permits(caller, $0) }.map(AccessWords.office)
        let model = Model(
            page: PageFrame("What could they see", context, current: "/access"), who: who,
            moment: Words.dayTime(moment ?? now, now: now, zone: zone),
            ask: FormModel(action, submit: "Show", fields: fields), type: type,
            answers: Action.allCases.map { words.answer(caller, $0, type) }, rules: rules, offices: offices,
            lists: words.whose(policy.reachOfLists(caller)))
        return try services.pages.response(model, "access")
    }
}
