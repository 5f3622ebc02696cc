import Access
import FHIR
import HTTPTypes
import Records

/// The server's own audit as AuditEvents, for those who may see it. To everyone else `AuditEvent` is a type like any
/// other, with what clients have stored of it.
enum AuditInteractions {
    static func all(for ask: Ask, _ api: FHIRAPI) -> [Interaction] {
        ask.path.first == "AuditEvent" && api.records.policy.permits(ask.caller, .seeAudit) ? table : []
    }

    private static let event = Interaction.Part.word("AuditEvent")
    private static let table: [Interaction] = [
        .init("read", .get, [event, .id], nil, .own(read)),
        .init("search-type", .get, [event], nil, .own(search)),
        .init("search-type", .post, [event, .word("_search")], nil, .own(search)),
    ]

    @Sendable private static func read(_ ask: Ask, _ api: FHIRAPI) async throws -> Reply {
        var ask = ask
        ask.type = "AuditEvent"
        let asked = ask
        guard let place = AuditAsk.Place(ask.id) else {
            // One that a client has stored.
            try api.permit(.read, "AuditEvent", ask)
            return try await api.records.read(as: ask.caller, at: ask.now, for: "api read AuditEvent") { reader in
                try Read.perform(asked, reader, api)
            }
        }
        try await api.records.sealAudit()
        var wanted = AuditAsk()
        wanted.places = [place]
        let question = wanted
        let lines = try await api.records.read(as: ask.caller, at: ask.now, for: "api read AuditEvent") { reader in
            try reader.audit(question)
        }
        guard let line = lines.first else {
            throw Refusal.notHere("AuditEvent")
        }
        return Reply(.ok, AuditEvent.json(line, site: api.services.site))
    }

    @Sendable private static func search(_ ask: Ask, _ api: FHIRAPI) async throws -> Reply {
        let count = try ask.count()
        var wanted = try AuditParameters.read(ask)
        wanted.limit = count + 1
        if let mark = ask.parameter(Ask.cursor) {
            wanted.after = try PlaceMark.parts(mark, of: ask.question).first.flatMap(AuditAsk.Place.init)
        }
        try await api.records.sealAudit()
        let question = wanted
        let found = try await api.records.read(
            as: ask.caller, at: ask.now, for: "api search-type AuditEvent", asking: Form(ask.criteria).encoded
        ) { try $0.audit(question) }
        let shown = found.prefix(count)
        var links = [(relation: "self", url: ask.url())]
        if found.count > count, let last = shown.last {
            links.append(("next", ask.url(after: PlaceMark.text([last.place.text], of: ask.question))))
        }
        var bundle = BundleText("searchset", links: links, for: ask)
        for line in shown {
            bundle.add(
                fullURL: "\(ask.base)/AuditEvent/\(line.place.text)",
                resource: AuditEvent.json(line, site: api.services.site).serialized(),
                [("search", ["mode": "match"])])
        }
        var reply = Reply()
        reply.body = bundle.text
        return reply
    }
}
