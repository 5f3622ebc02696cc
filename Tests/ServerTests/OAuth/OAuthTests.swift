import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

struct OAuthTests {
    private func registered(
        _ scopes: String, _ desk: APIDesk, id: String = "lab"
    ) async throws -> String {
        try #require(
            try await desk.services.clients.register(
                ClientDraft(id: id, name: "Lab", scopes: scopes), as: .system("test"), at: desk.services.now()))
    }

    private func basic(_ id: String, _ secret: String) -> String {
        "Basic " + Data("\(id):\(secret)".utf8).base64EncodedString()
    }

    private let credentials = ("grant_type", "client_credentials")

    @Test func `a secret opens by basic and by post, and a scope is given as far as it is registered`() async throws {
        let desk = try await APIDesk.open()
        let secret = try await registered("system/Patient.rs system/Observation.rs?category=laboratory", desk)
        try await desk.whole { ask in
            let all = try await ask.post("/oauth/token", [credentials], authorization: basic("lab", secret))
            #expect(all.status == 200)
            #expect(
                all.json?["scope"]?.string == "system/Patient.rs system/Observation.rs?category=laboratory")
            let some = try await ask.post(
                "/oauth/token",
                [
                    credentials, ("client_id", "lab"), ("client_secret", secret),
                    ("scope", "system/Patient.r system/Condition.rs system/Observation.rs"),
                ])
            #expect(some.json?["scope"]?.string == "system/Patient.r")
            #expect(try await ask.get("/fhir/Patient", token: some.token).status == 403)
            #expect(try await ask.get("/fhir/Patient/none", token: some.token).status == 404)
        }
    }

    @Test func `what cannot be given is refused with the codes of the standard`() async throws {
        let desk = try await APIDesk.open()
        let secret = try await registered("system/Patient.rs", desk)
        try await desk.whole { ask in
            let lab = basic("lab", secret)
            let asked: [(String, [(String, String)], String)] = [
                ("invalid_request", [], lab),
                ("unsupported_grant_type", [("grant_type", "password")], lab),
                ("invalid_scope", [credentials, ("scope", "everything")], lab),
                ("invalid_scope", [credentials, ("scope", "system/Condition.rs")], lab),
                ("invalid_scope", [credentials, ("scope", "system/Patient.rs?colour=red")], lab),
                ("invalid_request", [credentials, credentials], lab),
                ("invalid_request", [credentials, ("client_secret", secret)], lab),
                ("invalid_client", [credentials], basic("lab", "wrong")),
                ("invalid_client", [credentials], basic("nobody", secret)),
                ("invalid_client", [credentials], "Basic !!!"),
                ("invalid_client", [credentials, ("client_id", "other")], lab),
            ]
            for (code, fields, header) in asked {
                let answer = try await ask.post("/oauth/token", fields, authorization: header)
                #expect(answer.error == code && answer.json?["access_token"] == nil)
            }
        }
    }

    @Test func `a filter of a scope holds on every way to a resource`() async throws {
        let desk = try await APIDesk.open()
        let secret = try await registered(
            "system/Observation.cruds?category=laboratory system/Patient.rs", desk)
        try await desk.scratch.put(["resourceType": "Patient", "name": [["family": "Okafor"]]], id: "p")
        for (id, category) in [("lab", "laboratory"), ("vital", "vital-signs")] {
            try await desk.scratch.put(Self.observation(category), id: id)
        }
        try await desk.whole { ask in
            let token = try await ask.post("/oauth/token", [credentials], authorization: basic("lab", secret)).token
            func ids(_ path: String) async throws -> [String] {
                let answer = try await ask.get(path, token: token)
                #expect(answer.status == 200, "\(path)")
                return (answer.json?.list("entry") ?? []).compactMap { $0.text("resource", "id") }.sorted()
            }
            #expect(try await ids("/fhir/Observation") == ["lab"])
            #expect(try await ids("/fhir/Observation?category=vital-signs") == [])
            #expect(try await ids("/fhir/Observation?patient.name=okafor") == ["lab"])
            #expect(try await ids("/fhir/Patient?_has:Observation:patient:_id=vital") == [])
            #expect(try await ids("/fhir/Patient?_revinclude=Observation:patient") == ["lab", "p"])
            #expect(try await ids("/fhir/Patient/p/Observation") == ["lab"])
            #expect(try await ids("/fhir/Patient/p/$everything") == ["lab", "p"])
            #expect(try await ids("/fhir/Observation/_history") == ["lab"])
            #expect(try await ids("/fhir/Observation/lab/_history") == ["lab"])
            #expect(try await ids("/fhir?_type=Observation,Patient") == ["lab", "p"])
            for path in ["vital", "vital/_history", "vital/_history/1", "vital/$meta"] {
                let hidden = try await ask.get("/fhir/Observation/" + path, token: token)
                let absent = try await ask.get(
                    "/fhir/Observation/" + path.replacing("vital", with: "never"), token: token)
                #expect(hidden.status == absent.status && hidden.status == 404, "\(path)")
            }
            let writes: [(Int, JSON)] = [
                (201, Self.observation("laboratory")), (403, Self.observation("vital-signs")),
            ]
            for (status, resource) in writes {
                #expect(try await ask.send(.post, "/fhir/Observation", token: token, resource).status == status)
            }
            var moved = Self.observation("vital-signs")
            moved["id"] = "lab"
            #expect(try await ask.send(.put, "/fhir/Observation/lab", token: token, moved).status == 403)
            var stolen = Self.observation("laboratory")
            stolen["id"] = "vital"
            #expect(try await ask.send(.put, "/fhir/Observation/vital", token: token, stolen).status == 403)
            _ = try await ask.send(.delete, "/fhir/Observation/vital", token: token, nil)
            #expect(try await desk.stands("vital"))
            let bundle: JSON = [
                "resourceType": "Bundle", "type": "transaction",
                "entry": [
                    ["resource": Self.observation("laboratory"), "request": ["method": "POST", "url": "Observation"]],
                    [
                        "resource": Self.observation("vital-signs"),
                        "request": ["method": "POST", "url": "Observation"],
                    ],
                ],
            ]
            #expect(try await ask.send(.post, "/fhir", token: token, bundle).status == 403)
            let conditional = try await ask.send(
                .put, "/fhir/Observation?category=vital-signs", token: token, Self.observation("laboratory"))
            #expect(conditional.status == 201)
            #expect(try await desk.stands("vital"))
        }
    }

    private static func observation(_ category: String) -> JSON {
        [
            "resourceType": "Observation", "status": "final",
            "code": ["coding": [["system": "urn:l", "code": "c"]]], "subject": ["reference": "Patient/p"],
            "category": [["coding": [["system": "urn:category", "code": .string(category)]]]],
        ]
    }

    @Test func `a client asks about its own tokens and withdraws them`() async throws {
        let desk = try await APIDesk.open()
        let secret = try await registered("system/Patient.rs", desk)
        let others = try await registered("system/Patient.rs", desk, id: "other")
        try await desk.whole { ask in
            let mine = basic("lab", secret)
            let token = try #require(
                try await ask.post("/oauth/token", [credentials], authorization: mine).token)
            let facts = try await ask.post("/oauth/introspect", [("token", token)], authorization: mine)
            #expect(facts.json?["active"]?.bool == true && facts.json?["client_id"]?.string == "lab")
            #expect(facts.json?["exp"]?.int == Int(desk.services.now() / 1_000) + 300)
            let foreign = basic("other", others)
            let hidden = try await ask.post("/oauth/introspect", [("token", token)], authorization: foreign)
            #expect(hidden.json?["active"]?.bool == false && hidden.json?["client_id"] == nil)
            #expect(try await ask.post("/oauth/revoke", [("token", token)], authorization: foreign).status == 200)
            #expect(try await ask.get("/fhir/Patient", token: token).status == 200)
            #expect(try await ask.post("/oauth/introspect", [("token", token)]).status == 401)
            #expect(try await ask.post("/oauth/revoke", [("token", token)], authorization: mine).status == 200)
            #expect(try await ask.get("/fhir/Patient", token: token).status == 401)
            let over = try await ask.post("/oauth/introspect", [("token", token)], authorization: mine)
            #expect(over.json?["active"]?.bool == false)
        }
    }

    @Test func `the server says where tokens are`() async throws {
        try await APIDesk.open().whole { ask in
            let smart = try await ask.get("/fhir/.well-known/smart-configuration", token: nil)
            #expect(smart.status == 200)
            #expect(smart.json?["token_endpoint"]?.string == "http://here/oauth/token")
            let statement = try await ask.get("/fhir/metadata", token: nil)
            let endpoint = statement.json?.text("rest", "security", "extension", "extension", "valueUri")
            #expect(endpoint == "http://here/oauth/token")
        }
    }
}

extension APIDesk {
    fileprivate func stands(_ id: String) async throws -> Bool {
        try await scratch.records.read(as: .system("test"), at: services.now(), for: "test") { reader in
            try reader.find("Observation", id) != nil
        }
    }
}
