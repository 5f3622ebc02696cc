import Access
import Care
import CareTestSupport
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Records
import Synchronization
import TestSupport
import Testing

@testable import Server

/// A whole server with people who are signed in, for tests of pages and of what goes around them.
final class StaffDesk: Sendable {
    let scratch: ScratchRecords
    let services: Services
    let log = CollectedLog()
    static let password = "a long password"

    private init(scratch: ScratchRecords, services: Services) {
        self.scratch = scratch
        self.services = services
    }

    static func open(
        _ engine: TestEngine = .usual, _ adapt: (inout Services) -> Void = { _ in }
    ) async throws -> StaffDesk {
        try await open(engine, clock: { ScratchRecords.now }, adapt)
    }

    /// The same at a time that the test sets.
    static func open(
        _ engine: TestEngine = .usual, clock: @escaping @Sendable () -> Int64, _ adapt: (inout Services) -> Void
    ) async throws -> StaffDesk {
        let scratch = try await ScratchRecords.open(
            engine, projections: Projections.all(try CareContent.shipped()))
        let content = Content(folder: nil)
        var services = try Services(
            records: scratch.records, content: content, care: try CareContent.shipped(),
            now: clock, zone: .gmt, site: "Test")
        adapt(&services)
        return StaffDesk(scratch: scratch, services: services)
    }

    /// Makes an account.
    /// - Returns: the cookie of somebody who is signed in with it.
    func signIn(_ id: String, _ roles: Set<Role>) async throws -> String {
        let (accounts, now) = (services.accounts, services.now())
        let once = try await accounts.create(id: id, name: id.capitalized, roles: roles, as: .system("test"), at: now)
        try await accounts.change(password: once, to: Self.password, of: id, at: now)
        let account = try await accounts.signIn(id, password: Self.password, at: now)
        return SessionCookie(isSecure: false).name + "=" + (try await services.sessions.open(for: account, at: now))
    }

    struct Answer: Sendable {
        let status: Int
        let headers: HTTPFields
        let text: String

        func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
    }

    struct Asker: Sendable {
        let client: any TestClientProtocol

        func callAsFunction(
            _ path: String, _ cookie: String? = nil, method: HTTPRequest.Method = .get, form: Form? = nil,
            headers more: [String: String] = [:], body: String? = nil
        ) async throws -> Answer {
            var headers: HTTPFields = [:]
            headers[.cookie] = cookie
            for (name, value) in more {
                if let name = HTTPField.Name(name) {
                    headers[name] = value
                }
            }
            let sent = (form?.encoded ?? body).map { ByteBuffer(string: $0) }
            let response = try await client.execute(uri: path, method: method, headers: headers, body: sent)
            return Answer(
                status: response.status.code, headers: response.headers, text: String(buffer: response.body))
        }
    }

    /// Runs a test against the server, by a real connection where it has to be one.
    func run(_ kind: TestingSetup = .router, _ body: @Sendable (Asker) async throws -> Void) async throws {
        let log = log
        let app = Application(
            router: Routes.router(services), logger: Logger(label: "test") { _ in log.handler() })
        try await app.test(kind) { try await body(Asker(client: $0)) }
    }
}

/// All that was logged.
final class CollectedLog: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    func handler() -> any LogHandler { Handler(log: self) }

    private struct Handler: LogHandler {
        let log: CollectedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            log.lines.withLock { $0.append("\(event.level) \(event.message) \(all)") }
        }
    }
}
