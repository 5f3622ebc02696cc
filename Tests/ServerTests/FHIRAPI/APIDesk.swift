import Access
import Care
import CareTestSupport
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Records
import Synchronization
import TestSupport
import Testing

@testable import Server

/// A server with a client that holds a token, for tests of the API.
final class APIDesk: Sendable {
    let scratch: ScratchRecords
    let services: Services
    let token: String
    private let clock: Clock

    private final class Clock: Sendable {
        let now = Mutex<Int64>(ScratchRecords.now)
    }

    private init(scratch: ScratchRecords, services: Services, token: String, clock: Clock) {
        self.scratch = scratch
        self.services = services
        self.token = token
        self.clock = clock
    }

    /// Lets time pass, in milliseconds.
    func wait(_ milliseconds: Int64) {
        clock.now.withLock { $0 += milliseconds }
    }

    static func open(
        scope: String = "system/*.cruds", panel: String? = nil, _ adapt: (inout Services) -> Void = { _ in }
    ) async throws -> APIDesk {
        let scratch = try await ScratchRecords.open()
        let clock = Clock()
        let content = Content(folder: nil)
        var services = try Services(
            records: scratch.records, content: content, care: try CareContent.shipped(),
            now: { clock.now.withLock { $0 } }, zone: .gmt, site: "Test")
        services.url = "http://here"
        adapt(&services)
        let token = try await services.tokens.create(
            client: "test", scopes: scope, panel: panel, as: .system("test"), at: services.now())
        return APIDesk(scratch: scratch, services: services, token: token, clock: clock)
    }

    /// Another token for the same records.
    func token(scope: String, panel: String? = nil) async throws -> String {
        try await services.tokens.create(
            client: "other", scopes: scope, panel: panel, as: .system("test"), at: services.now())
    }

    /// What the server answered.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var json: JSONNode? { try? JSONDocument(bytes).root }
        /// The diagnostics of an OperationOutcome.
        var reasons: [String] { json?.list("issue").compactMap { $0["diagnostics"]?.string } ?? [] }
        /// Where its errors stand.
        var places: [String] {
            json?.list("issue").filter { $0["severity"]?.string == "error" }.compactMap { $0.text("expression") } ?? []
        }
        var codes: [String] { json?.list("issue").compactMap { $0["code"]?.string } ?? [] }
        /// Of the entries of a Bundle.
        var statuses: [Int] {
            entries.compactMap { $0.text("response", "status").flatMap { Int($0.prefix(3)) } }
        }
        var entries: [JSONNode] { json?.list("entry") ?? [] }
        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
        func link(_ relation: String) -> String? {
            json?.list("link").first { $0["relation"]?.string == relation }?["url"]?.string
        }
    }

    /// Runs a test against the server.
    func run(
        limits: APILimits = APILimits(), _ body: @Sendable (Asker) async throws -> Void
    ) async throws {
        let router = Router(context: StaffContext.self)
        FHIRAPI(services: services, limits: limits).add(to: router)
        let app = Application(router: router)
        let token = token
        try await app.test(.router) { client in
            try await body(Asker(client: client, token: token))
        }
    }

    struct Asker: Sendable {
        let client: any TestClientProtocol
        var token: String?

        func callAsFunction(
            _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil, _ headers: [String: String] = [:]
        ) async throws -> Answer {
            try await send(method, path, body.map { $0.serialized() } ?? [], headers)
        }

        /// Asks, and expects a status.
        func expect(
            _ status: Int, _ method: HTTPRequest.Method, _ path: String, _ body: JSON? = nil,
            _ headers: [String: String] = [:], at place: SourceLocation = #_sourceLocation
        ) async throws {
            let answer = try await self(method, path, body, headers)
            #expect(answer.status == status, sourceLocation: place)
        }

        func expectSend(
            _ status: Int, _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8],
            _ headers: [String: String] = [:], at place: SourceLocation = #_sourceLocation
        ) async throws {
            let answer = try await send(method, path, body, headers)
            #expect(answer.status == status, sourceLocation: place)
        }

        func send(
            _ method: HTTPRequest.Method, _ path: String, _ body: [UInt8], _ headers: [String: String] = [:]
        ) async throws -> Answer {
            var fields: HTTPFields = [:]
            if let token {
                fields[.authorization] = "Bearer \(token)"
            }
            if !body.isEmpty {
                fields[.contentType] = "application/fhir+json"
            }
            for (name, value) in headers {
                if let name = HTTPField.Name(name) {
                    fields[name] = value
                }
            }
            let path = path.hasPrefix("http://here") ? String(path.dropFirst("http://here".count)) : path
            let response = try await client.execute(
                uri: path, method: method, headers: fields, body: body.isEmpty ? nil : ByteBuffer(bytes: body))
            return Answer(
                status: response.status.code, headers: response.headers,
                bytes: Array(response.body.readableBytesView))
        }
    }
}

extension JSON {
    /// A small Patient.
    static func patient(_ family: String = "Stone", id: String? = nil, identifier: String? = nil) -> JSON {
        .compact([
            "resourceType": "Patient", "id": id.map { .string($0) },
            "identifier": identifier.map { [["system": "urn:test", "value": .string($0)]] },
            "name": [["family": .string(family)]],
        ])
    }

    /// A Bundle of requests.
    static func bundle(_ type: String, _ entries: [JSON]) -> JSON {
        ["resourceType": "Bundle", "type": .string(type), "entry": .array(entries)]
    }

    static func entry(
        _ method: String, _ url: String, _ resource: JSON? = nil, fullURL: String? = nil, ifNoneExist: String? = nil,
        ifMatch: String? = nil
    ) -> JSON {
        .compact([
            "fullUrl": fullURL.map { .string($0) }, "resource": resource,
            "request": .compact([
                "method": .string(method), "url": .string(url), "ifNoneExist": ifNoneExist.map { .string($0) },
                "ifMatch": ifMatch.map { .string($0) },
            ]),
        ])
    }
}
