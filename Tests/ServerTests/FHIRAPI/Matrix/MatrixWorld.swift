import Access
import Care
import CareTestSupport
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Records
import Synchronization
import TestSupport
import Testing

@testable import Server

/// Records that hold a part of the population, with a server before them. Its clock and the ids that it mints depend only on
/// the request, so that what two worlds answer can be compared byte by byte.
final class MatrixWorld: Sendable {
    /// When the first request comes: after all that is on file.
    static let start: Int64 = 1_800_000_000_000

    private let scratch: ScratchRecords
    private let services: Services
    private let token: String
    /// Of an account with the roles of the test; nil: the token asks.
    private let cookie: String?
    private let turn: Turn

    /// The request that is being answered.
    private final class Turn: Sendable {
        private let state = Mutex((request: 0, minted: 0))

        func begin(_ request: Int) { state.withLock { $0 = (request, 0) } }

        func mint() -> String {
            state.withLock { state in
                state.minted += 1
                return "m-\(state.request)-\(state.minted)"
            }
        }

        var now: Int64 { MatrixWorld.start + Int64(state.withLock { $0.request }) * 1_000 }
    }

    private init(scratch: ScratchRecords, services: Services, token: String, cookie: String?, turn: Turn) {
        self.cookie = cookie
        self.scratch = scratch
        self.services = services
        self.token = token
        self.turn = turn
    }

    /// A world in which some of the steps have happened, with a token for who will ask, or with an account of some roles.
    static func open(
        _ steps: [MatrixStep], for caller: MatrixCaller, references: Judgement = .warn, policy: Policy? = nil,
        roles: [String] = []
    ) async throws -> MatrixWorld {
        let turn = Turn()
        let scratch = try await ScratchRecords.open(staffed: false, policy: policy, newID: { turn.mint() })
        var account: Account?
        if !roles.isEmpty {
            let accounts = Accounts(records: scratch.records)
            _ = try await accounts.create(
                id: "ruth", name: "Ruth", roles: Set(roles.map(Role.init(rawValue:))), mustChange: false,
                as: .system("test"), at: 0)
            account = try await accounts.all(as: Caller(account: "a", name: "A", roles: [.administrator]))
                .first { $0.id == "ruth" }
        }
        for chunk in steps.chunked(by: \.at) {
            try await scratch.records.write(as: .system("test"), at: chunk[0].at) { change in
                for step in chunk {
                    if let resource = step.resource {
                        try change.update(resource, ifVersion: nil)
                    } else {
                        _ = try change.delete(step.type, step.id)
                    }
                }
            }
        }
        let content = Content(folder: nil)
        var services = try Services(
            records: scratch.records, content: content, care: try CareContent.shipped(), now: { turn.now },
            zone: .gmt, site: "Test")
        services.url = "http://here"
        services.references = references
        let token = try await services.tokens.create(
            client: caller.name, scopes: caller.scopes, panel: caller.panel, hidden: caller.hidden, as: .system("test"),
            at: 0)
        var cookie: String?
        if let account {
            cookie =
                "\(SessionCookie(isSecure: false).name)=\(try await services.sessions.open(for: account, at: start))"
        }
        return MatrixWorld(scratch: scratch, services: services, token: token, cookie: cookie, turn: turn)
    }

    /// The bearer token of somebody else in this world.
    func token(for caller: MatrixCaller) async throws -> String {
        try await services.tokens.create(
            client: caller.name, scopes: caller.scopes, panel: caller.panel, hidden: caller.hidden, as: .system("test"),
            at: 0)
    }

    func run(_ body: @Sendable (Asker) async throws -> Void) async throws {
        let router = Router(context: StaffContext.self)
        FHIRAPI(services: services).add(to: router)
        let (turn, token, cookie) = (turn, token, cookie)
        try await Application(router: router).test(.router) { client in
            try await body(Asker(client: client, token: token, cookie: cookie, begin: { turn.begin($0) }))
        }
    }

    struct Asker: Sendable {
        let client: any TestClientProtocol
        var token: String
        var cookie: String?
        let begin: @Sendable (Int) -> Void

        /// Sends a request; its number decides the clock and the ids.
        func callAsFunction(_ request: MatrixRequest, number: Int) async throws -> MatrixAnswer {
            begin(number)
            var fields: HTTPFields = [:]
            if let cookie {
                fields[.cookie] = cookie
                HTTPField.Name("Sec-Fetch-Site").map { fields[$0] = "same-origin" }
            } else {
                fields[.authorization] = "Bearer \(token)"
            }
            if request.body != nil {
                fields[.contentType] = "application/fhir+json"
            }
            for (name, value) in request.headers {
                if let name = HTTPField.Name(name) {
                    fields[name] = value
                }
            }
            let response = try await client.execute(
                uri: request.path, method: request.method, headers: fields,
                body: request.body.map { ByteBuffer(bytes: $0) })
            let headers = response.headers.filter { $0.name != .date && $0.name.canonicalName != "x-request-id" }
            return MatrixAnswer(
                status: response.status.code, headers: headers.map { "\($0.name.canonicalName): \($0.value)" },
                body: String(decoding: response.body.readableBytesView, as: UTF8.self))
        }
    }
}

/// All of an answer that a client can see.
struct MatrixAnswer: Sendable, Equatable {
    let status: Int
    let headers: [String]
    let body: String

    /// The path of the next page.
    var next: String? {
        let root = try? JSONDocument(Array(body.utf8)).root
        let url = root?.list("link").first { $0["relation"]?.string == "next" }?["url"]?.string
        return url.map { String($0.dropFirst("http://here".count)) }
    }

    /// Where two answers part, for the person who has to find out why.
    func difference(from other: MatrixAnswer) -> String {
        if status != other.status {
            return "\(status) or \(other.status): \(body.prefix(300)) | \(other.body.prefix(300))"
        }
        if headers != other.headers {
            return "headers \(headers) | \(other.headers)"
        }
        let same = zip(body, other.body).prefix { $0 == $1 }.count
        let start = max(0, same - 60)
        return "\(body.dropFirst(start).prefix(300)) | \(other.body.dropFirst(start).prefix(300))"
    }
}

extension Array {
    /// Runs of neighbours that have the same value.
    func chunked<Value: Equatable>(by value: KeyPath<Element, Value>) -> [[Element]] {
        reduce(into: []) { chunks, element in
            if let last = chunks.last?.last, last[keyPath: value] == element[keyPath: value] {
                chunks[chunks.count - 1].append(element)
            } else {
                chunks.append([element])
            }
        }
    }
}
