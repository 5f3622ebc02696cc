import Access
import FHIR
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Records

/// The FHIR R4 API: everything below `/fhir`. A request becomes an ``Ask``, finds its ``Interaction``, and its
/// ``Reply`` is written as the client can read it.
struct FHIRAPI: Sendable {
    let services: Services
    let limits: APILimits
    let budget: BodyBudget
    /// Since when this server runs; milliseconds since 1970.
    let started: Int64

    init(services: Services, limits: APILimits = APILimits()) {
        self.services = services
        self.limits = limits
        budget = BodyBudget(limit: limits.bodiesInFlight)
        started = services.now()
    }

    var records: Records { services.records }
    var definitions: Definitions { services.records.definitions }

    func add(to router: Router<StaffContext>) {
        let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .options]
        for method in methods {
            router.on("fhir", method: method, use: answer)
            router.on("fhir/**", method: method, use: answer)
        }
    }

    @Sendable func answer(_ request: Request, _ context: StaffContext) async throws -> Response {
        var manner = Manner()
        do {
            manner = try Manner(request)
            let ask = try await ask(request, &manner, context)
            return try await write(try await perform(ask), ask, manner, context)
        } catch let page as SignInFirst {
            return .seeOther("/sign-in?next=" + page.path.formEncoded)
        } catch {
            var refusal = Refusal(error)
            if Self.mayHaveMoreToSend(request) {
                refusal.headers[.connection] = "close"
            }
            if refusal.headers[.connection] == "close" {
                context.closeSoon()
            }
            if refusal.status.code >= 500 {
                context.logger.error("an interaction failed", metadata: ["kind": "\(type(of: error))"])
            }
            return try await write(refusal.answer, nil, manner, context)
        }
    }

    /// Whether a body that was refused may still be on its way, and large.
    private static func mayHaveMoreToSend(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil
            || request.headers[.contentLength].flatMap { Int($0) }.map { $0 > 1 << 20 } ?? false
    }

    /// Reads a request: who calls, what is asked for, and what came with it.
    private func ask(_ request: Request, _ manner: inout Manner, _ context: StaffContext) async throws -> Ask {
        guard request.uri.string.utf8.count <= APIAddress.longest else {
            throw Refusal(.uriTooLong, .tooLong, "The address is longer than \(APIAddress.longest) bytes.")
        }
        let base = try BaseURL.of(request, configured: services.url)
        let path = try APIAddress.parts(request.uri.path.dropFirst("/fhir".count))
        let caller = try await WhoCalls(services: services).caller(request, path: path, context)
        let isHead = request.method == .head
        var ask = Ask(
            method: isHead ? .get : request.method, path: path,
            query: try APIAddress.parameters(request.uri.query ?? ""), base: base, caller: caller,
            now: services.now(), newID: records.mintID)
        ask.isHeadOnly = isHead
        ask.prefer = Prefer(request.values(of: .prefer))
        ask.conditions = Ask.Conditions(
            ifMatch: request.headers[.ifMatch], ifNoneMatch: request.headers[.ifNoneMatch],
            ifModifiedSince: request.headers[.ifModifiedSince], ifNoneExist: request.values(of: .ifNoneExist))
        manner.hear(ask.query)
        manner.hear(ask, ask.parameter("_format"))
        try manner.check()
        if request.method == .post || request.method == .put || request.method == .patch {
            try await ReadBody(limits: limits, budget: budget).read(request, into: &ask)
        }
        return ask
    }

    /// Finds the interaction and carries it out.
    /// - Throws: ``Refusal``, ``RecordsFailure``, or what the database reports.
    func perform(_ ask: Ask) async throws -> Reply {
        let (interaction, ask) = try await open(ask)
        switch interaction.work {
        case .look(let look):
            return try await records.read(
                as: ask.caller, at: ask.now, for: interaction.purpose(ask), asking: interaction.searched(ask)
            ) { reader in try look(ask, reader, self) }
        case .change(let ready, let change):
            var ask = ask
            let made = try await ready(&ask, self)
            let asked = ask
            return try await records.write(as: ask.caller, at: ask.now) { writer in
                shown(try change(asked, made, writer, self), asked)
            }
        case .own(let perform): return try await perform(ask, self)
        case .tell(let tell): return try tell(ask, self)
        }
    }

    /// The same as ``find(_:)``; a refusal is in the audit before it is answered.
    private func open(_ ask: Ask) async throws -> (Interaction, Ask) {
        do {
            return try find(ask)
        } catch RecordsFailure.forbidden(let type) {
            try await noteRefusal(of: ask, type)
            throw RecordsFailure.forbidden(type: type)
        }
    }

    func noteRefusal(of ask: Ask, _ type: String) async throws {
        try await records.noteRefusal(of: ask.caller, at: ask.now, for: "api \(ask.method.rawValue) \(type)")
    }

    /// What a change answers to a caller who may write a type and not read it: that it is done.
    func shown(_ reply: Reply, _ ask: Ask) -> Reply {
        guard !ask.type.isEmpty, ask.prefer.answer != .outcome, reply.status.code < 300,
            records.policy.inForce(at: ask.now).reach(of: ask.caller, for: .read, on: ask.type) == .nobody
        else {
            return reply
        }
        var reply = reply
        reply.body = []
        return reply
    }

    /// - Returns: the interaction that is asked for, and the ask with its parts named.
    /// - Throws: 403, 404 or 405.
    func find(_ ask: Ask) throws -> (Interaction, Ask) {
        var others: [HTTPRequest.Method] = []
        let table = AuditInteractions.all(for: ask, self) + InteractionTable.all
        for interaction in table where interaction.fits(ask.path) {
            guard interaction.method == ask.method else {
                others.append(interaction.method)
                continue
            }
            let named = interaction.named(ask)
            for type in [named.type, named.within] where !type.isEmpty && definitions.number(ofType: type) == nil {
                throw Refusal(
                    .notFound, .notSupported, "FHIR R4 has no resource type “\(type.prefix(64))”.")
            }
            if let action = interaction.action {
                let type = named.type.isEmpty ? "Patient" : named.type
                for needed in [action] + interaction.alsoNeeds(named) {
                    try permit(needed, type, ask)
                }
            }
            return (interaction, named)
        }
        guard others.isEmpty else {
            var refusal = Refusal(.methodNotAllowed, .notSupported, "This address does not answer \(ask.method).")
            refusal.headers[.allow] = Set(others.map(\.rawValue)).sorted().joined(separator: ", ")
            throw refusal
        }
        throw Refusal(.notFound, .notSupported, "The API has no such address.")
    }

    /// - Throws: 403 when the caller may not do this with the type at all.
    func permit(_ action: Action, _ type: String, _ ask: Ask) throws {
        guard records.policy.inForce(at: ask.now).reach(of: ask.caller, for: action, on: type) != .nobody else {
            throw RecordsFailure.forbidden(type: type)
        }
    }
}

extension Interaction {
    /// What a client must be allowed besides: a patch answers by what it finds, and a condition is a search.
    fileprivate func alsoNeeds(_ ask: Ask) -> [Action] {
        var needed: [Action] = []
        if name.hasSuffix("patch") || name.hasPrefix("$meta") {
            needed.append(.read)
        }
        if name.hasPrefix("conditional-") || name == "create" && !(ask.conditions.ifNoneExist?.isEmpty ?? true) {
            needed.append(.search)
        }
        return needed
    }

    /// What the audit says of it.
    func purpose(_ ask: Ask) -> String {
        let type = ask.within.isEmpty ? ask.type : ask.within
        return type.isEmpty ? "api \(name)" : "api \(name) \(type)"
    }

    /// What the audit keeps of a search: all that was asked for, and in whose compartment.
    func searched(_ ask: Ask) -> String {
        guard name.hasPrefix("search") else {
            return ""
        }
        let compartment = ask.within.isEmpty && name != "search-compartment" ? [] : [("_in", "\(ask.type)/\(ask.id)")]
        return Form(compartment + ask.criteria).encoded
    }
}

extension Request {
    /// All values of a header; nil when it is missing.
    fileprivate func values(of header: HTTPField.Name?) -> String? {
        guard let header, case let values = headers[values: header], !values.isEmpty else {
            return nil
        }
        return values.joined(separator: ",")
    }
}

extension HTTPField.Name? {
    fileprivate static let prefer = HTTPField.Name("Prefer")
    fileprivate static let ifNoneExist = HTTPField.Name("If-None-Exist")
}
