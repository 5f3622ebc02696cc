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

@testable import Server

/// A server with accounts, and browsers that keep their cookie, for tests of the door.
final class SignInDesk: Sendable {
    static let password = "walks to the church"
    let scratch: ScratchRecords
    let services: Services
    private let clock: Clock

    private final class Clock: Sendable {
        let now = Mutex<Int64>(ScratchRecords.now)
    }

    private init(scratch: ScratchRecords, services: Services, clock: Clock) {
        self.scratch = scratch
        self.services = services
        self.clock = clock
    }

    /// Sam is a supervisor, Ada an administrator, Dora a care manager; all have the same password.
    static func open(
        secondFactor: SignInRules.Enforced = .off, care: CareContent? = nil,
        _ adapt: (inout Services) -> Void = { _ in }
    ) async throws -> SignInDesk {
        let scratch = try await ScratchRecords.open(
            projections: Projections.all(try CareContent.shipped()))
        let clock = Clock()
        let content = Content(folder: nil)
        var services = try Services(
            records: scratch.records, content: content, care: try care ?? CareContent.shipped(),
            now: { clock.now.withLock { $0 } }, zone: .gmt, site: "Test Site", secrets: .passing(),
            secondFactor: secondFactor)
        adapt(&services)
        for (id, roles) in [
            ("sam", [.supervisor, .careManager]), ("ada", [.administrator]), ("dora", [.careManager]),
        ] as [(String, Set<Role>)] {
            let once = try await services.accounts.create(
                id: id, name: id.capitalized, roles: roles, as: .system("test"), at: services.now())
            try await services.accounts.change(password: once, to: password, of: id, at: services.now())
        }
        return SignInDesk(scratch: scratch, services: services, clock: clock)
    }

    func wait(_ milliseconds: Int64) {
        clock.now.withLock { $0 += milliseconds }
    }

    var now: Int64 { services.now() }

    func run(_ kind: TestingSetup = .router, _ body: @Sendable (Browser) async throws -> Void) async throws {
        let app = Application(router: Routes.router(services))
        try await app.test(kind) { client in
            try await body(Browser(client: client))
        }
    }

    struct Page: Sendable {
        let status: Int
        let text: String
        let headers: HTTPFields
        let bytes: [UInt8]

        var location: String? { headers[.location] }
        var csrf: String { value(of: "csrf") }

        /// What stands in the first field of that name.
        func value(of name: String) -> String {
            text.components(separatedBy: "name=\"\(name)\" value=\"").dropFirst().first?
                .components(separatedBy: "\"").first ?? ""
        }
    }

    /// Keeps its cookie as a browser does.
    final class Browser: Sendable {
        private let client: any TestClientProtocol
        private let jar = Mutex<String?>(nil)

        init(client: any TestClientProtocol) {
            self.client = client
        }

        /// Another browser at the same server.
        func other() -> Browser { Browser(client: client) }

        var cookie: String? {
            get { jar.withLock { $0 } }
            set { jar.withLock { $0 = newValue } }
        }

        func get(_ path: String) async throws -> Page { try await send(.get, path, nil, [:]) }

        /// A form with files, as a browser sends it.
        func post(
            _ path: String, _ fields: [(String, String)], files: [(field: String, name: String, bytes: [UInt8])]
        ) async throws -> Page {
            var body: [UInt8] = []
            for (name, value) in fields {
                body += Array("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
            }
            for file in files {
                let name = file.name.replacing("\"", with: "%22")
                let names = "name=\"\(file.field)\"; filename=\"\(name)\""
                body += Array("--b\r\nContent-Disposition: form-data; \(names)\r\nContent-Type: x/y\r\n\r\n".utf8)
                body += file.bytes + [13, 10]
            }
            body += Array("--b--\r\n".utf8)
            return try await send(
                .post, path, ByteBuffer(bytes: body), ["Content-Type": "multipart/form-data; boundary=b"])
        }

        func post(
            _ path: String, _ fields: [(String, String)], _ headers: [String: String] = [:]
        ) async throws -> Page {
            try await send(
                .post, path, ByteBuffer(string: Form(fields.map { (name: $0.0, value: $0.1) }).encoded), headers)
        }

        private func send(
            _ method: HTTPRequest.Method, _ path: String, _ body: ByteBuffer?, _ headers: [String: String]
        ) async throws -> Page {
            var fields: HTTPFields = [:]
            if let cookie {
                fields[.cookie] = cookie
            }
            if body != nil {
                fields[.contentType] = "application/x-www-form-urlencoded"
            }
            for (name, value) in headers {
                if let name = HTTPField.Name(name) {
                    fields[name] = value
                }
            }
            let answer = try await client.execute(
                uri: path, method: method, headers: fields, body: body)
            if let set = answer.headers[.setCookie]?.split(separator: ";").first {
                cookie = set.hasSuffix("=") ? nil : String(set)
            }
            return Page(
                status: answer.status.code, text: String(buffer: answer.body), headers: answer.headers,
                bytes: Array(answer.body.readableBytesView))
        }

        @discardableResult
        func signIn(_ name: String, code: String = "", next: String? = nil) async throws -> Page {
            try await post(
                "/sign-in",
                [("name", name), ("password", SignInDesk.password), ("code", code)]
                    + (next.map { [("next", $0)] } ?? []))
        }
    }
}
