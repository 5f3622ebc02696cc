import Access
import Care
import HTTPTypes
import Hummingbird
import Records

/// The programs that work with the records: registered and ended by an administrator.
struct ClientsPage: Sendable {
    let services: Services

    struct Model {
        struct Given {
            let name: String
            let id: String
            let secret: String
        }

        struct Line {
            let name: String
            let id: String
            let scopes: String
            let people: String
            let shows: String
            let state: String
            let tone: String
            let forms: [UsersPage.Model.Button]
        }

        let page: PageFrame
        let given: Given?
        let token: String
        let clients: [Line]
        let add: FormModel
    }

    func add(to routes: StaffRoutes) {
        let grave = routes.group("").add(middleware: AccountManagersOnly(services: services))
            .add(middleware: ProvedLately(services: services))
        routes.get("clients", use: show)
        grave.post("clients", use: register)
        grave.post("clients/:id/secret", use: renewSecret)
        grave.post("clients/:id/end", use: end)
    }

    private static func notice(_ code: String?) -> String? {
        switch code {
        case "registered": "The client is registered. It signs with its own key."
        case "ended": "The client is ended. Its tokens stop working within seconds."
        default: nil
        }
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        var context = context
        context.notice = Self.notice(Form.query(of: request)["done"])
        return try await page(request, context)
    }

    @Sendable func register(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await checked(request, context)
        let caller = try context.caller()
        let byKey = form["shows"] == "key"
        let byAddress = form["shows"] == "address"
        var problems: [FormProblems.Problem] = []
        if byKey {
            do {
                _ = try JWKSet(form["keys"] ?? "")
            } catch {
                problems.append(.init("keys", "\(error)"))
            }
        }
        if byAddress, (try? OutboundURL(form["address"] ?? "")) == nil {
            problems.append(.init("address", "This is no address. Write it as https://lab.example/keys.json."))
        }
        let algorithms = form["more"] == nil ? ClientDraft.usualAlgorithms : JWKSet.algorithms
        let draft = ClientDraft(
            id: form["client"] ?? "", name: form["name"] ?? "", scopes: form["scopes"] ?? "", panel: form["panel"],
            hidden: (form["hidden"] ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init),
            keys: byKey ? form["keys"] : nil, keysURL: byAddress ? form["address"] : nil, algorithms: algorithms)
        do {
            try FormProblems(problems).check()
            let secret = try await services.clients.register(draft, as: caller, at: services.now())
            guard let secret else {
                return .seeOther("/clients?done=registered")
            }
            return try await page(
                request, context, given: Model.Given(name: draft.name, id: draft.id, secret: secret))
        } catch let problems as FormProblems {
            return try await page(request, context, typed: form, problems: problems)
        } catch let failure as ClientFailure {
            return try await page(request, context, typed: form, problems: try Self.problem(failure))
        }
    }

    private static func problem(_ failure: ClientFailure) throws -> FormProblems {
        switch failure {
        case .forbidden: throw AccountFailure.forbidden
        case .idTaken: FormProblems("client", "There is a client of this name already.")
        case .idUnfit:
            FormProblems("client", "Use 2 to 60 small letters, digits, - _ or dots, a letter or digit first.")
        case .nameUnfit: FormProblems("name", "Give a name of 1 to 80 letters.")
        case .scope(let text, let reason):
            FormProblems("scopes", text.isEmpty ? reason : "\(text.prefix(100)): \(reason)")
        case .labelUnknown: FormProblems("hidden", "One of these is no label. Under Access stands which there are.")
        case .panelUnknown: FormProblems("panel", "That care manager is not on file.")
        }
    }

    @Sendable func renewSecret(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try await checked(request, context)
        let client = try await client(context)
        let secret = try await services.clients.renewSecret(
            of: client.id, as: try context.caller(), at: services.now())
        guard let secret else {
            throw NotNow("This client is ended, or signs with its own key and has no secret.")
        }
        return try await page(
            request, context, given: Model.Given(name: client.name, id: client.id, secret: secret))
    }

    @Sendable func end(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try await checked(request, context)
        let client = try await client(context)
        try await services.clients.end(client.id, as: try context.caller(), at: services.now())
        services.tokens.forget()
        return .seeOther("/clients?done=ended")
    }

    private func checked(_ request: Request, _ context: StaffContext) async throws -> Form {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        return form
    }

    private func client(_ context: StaffContext) async throws -> Client {
        let id = try context.part("id")
        guard let client = try await clients(context).first(where: { $0.id == id }) else {
            throw HTTPError(.notFound)
        }
        return client
    }

    private func clients(_ context: StaffContext) async throws -> [Client] {
        do {
            return try await services.clients.all(as: try context.caller())
        } catch ClientFailure.forbidden {
            throw AccountFailure.forbidden
        }
    }

    private func page(
        _ request: Request, _ context: StaffContext, typed: Form = Form([]), problems: FormProblems? = nil,
        given: Model.Given? = nil
    ) async throws -> Response {
        let clients = try await clients(context)
        let accounts = try await services.accounts.all(as: try context.caller())
        let names = Dictionary(
            accounts.compactMap { account in account.practitioner.map { ($0, account.name) } },
            uniquingKeysWith: { first, _ in first })
        let model = Model(
            page: PageFrame("API clients", context, current: "/clients", problems: problems), given: given,
            token: (try? OAuthAddress(request, services).token) ?? "/oauth/token",
            clients: clients.map { line($0, names) },
            add: form(typed, problems, accounts))
        return try services.pages.response(model, "clients", status: problems == nil ? .ok : .unprocessableContent)
    }

    private func line(_ client: Client, _ names: [String: String]) -> Model.Line {
        var buttons: [UsersPage.Model.Button] = []
        if !client.isEnded {
            if !client.signs {
                buttons.append(
                    .init(action: "/clients/\(client.id)/secret", submit: "New secret", version: nil, grave: false))
            }
            buttons.append(.init(action: "/clients/\(client.id)/end", submit: "End", version: nil, grave: true))
        }
        return Model.Line(
            name: client.name, id: client.id, scopes: client.scopes.map(\.text).joined(separator: " "),
            people: (client.panel.map { "People of " + (names[$0] ?? $0) } ?? "All people")
                + services.records.policy.labels.said(hiding: client.hidden),
            shows: shows(client),
            state: client.isEnded ? "Ended" : "Open", tone: client.isEnded ? "" : "good", forms: buttons)
    }

    private func shows(_ client: Client) -> String {
        let place = client.keysURL.map { " at \($0)" } ?? ""
        return client.signs ? "Own key\(place), " + client.algorithms.sorted().joined(separator: ", ") : "Secret"
    }

    private func form(_ typed: Form, _ problems: FormProblems?, _ accounts: [Account]) -> FormModel {
        let team = accounts.filter { !$0.isEnded && services.records.policy.permits($0.caller, .treat) }
            .compactMap { account in account.practitioner.map { ($0, account.name) } }
        let faults = (problems?.all ?? []).map { (field: $0.field, message: $0.message) }
        return FormModel(
            "/clients", submit: "Register the client",
            intro: "A secret is shown on the next page, once. A client with its own key has none.",
            fields: [
                Field.line("name", "What it is", value: typed["name"])
                    .with { $0.hint = "As the audit says it, for example: Laboratory of St. Anne's" },
                Field.line("client", "Its client_id", value: typed["client"])
                    .with { $0.hint = "2 to 60 small letters, digits, - _ or dots" },
                Field.area("scopes", "What it may do", value: typed["scopes"], rows: 3)
                    .with { $0.hint = "For example: system/Patient.rs system/Observation.rs?category=laboratory" },
                .select("panel", "About whom", [("", "All people")] + team, chosen: typed["panel"]),
                Field.line(
                    "hidden", "Labels of what it must not see",
                    // Notes of therapy and counselling leave only where somebody means it.
                    value: typed.fields.isEmpty ? "PSYTHPN sud-counselling-note" : typed["hidden"]
                ).with {
                    $0.hint =
                        "For example: 42CFRPart2 PSYTHPN. Leave the notes of therapy and counselling in this list."
                    $0.optional = true
                },
                .radios(
                    "shows", "How it shows who it is",
                    [
                        ("secret", "A secret that Almoner makes"), ("key", "Its own key (private_key_jwt)"),
                        ("address", "Its own key, at an address of its own (jwks_uri)"),
                    ],
                    chosen: typed["shows"] ?? "secret"),
                Field.area("keys", "Its public keys as a JWK Set", value: typed["keys"], rows: 4)
                    .with { $0.optional = true },
                Field.line("address", "The address of its JWK Set", value: typed["address"]).with {
                    $0.hint =
                        "For example: https://lab.example/keys.json. It is asked when the client asks for a token."
                    $0.optional = true
                },
                .check(
                    "more", "Its key signs with RS256 or ES256, which SMART does not ask for",
                    isOn: typed["more"] != nil),
            ].with(faults))
    }
}
