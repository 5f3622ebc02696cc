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
import TestSupport
import Testing

@testable import Server

/// Every role, every resource type, every verb: the API lets in whom the files of Content/roles let in, and nobody else. The
/// files are read here once more, by other lines than those that decide.
struct RoleMatrixTests {
    private struct Rule {
        let verbs: Set<String>
        let types: Set<String>?
        let except: Set<String>

        func allows(_ verb: String, _ type: String) -> Bool {
            verbs.contains(verb) && (types.map { $0.contains(type) } ?? !except.contains(type))
        }
    }

    private static func roles() throws -> [String: [Rule]] {
        let content = Content(folder: nil)
        var found: [String: [Rule]] = [:]
        for file in content.files(under: "roles/") where file.hasSuffix(".yaml") {
            let root = ContentField(root: try YAML.parse(content.file(file) ?? []))
            guard try root["given"].text() == "staff" else {
                continue
            }
            found[try root["role"].text()] = try root["rules"].list().filter { field in
                // Nobody has broken a glass here.
                (try? field["whose"].text()) != "opened"
            }.map { field in
                let isAll = (try? field["types"].text()) == "all"
                return Rule(
                    verbs: Set(try field["verbs"].texts()), types: isAll ? nil : Set(try field["types"].texts()),
                    except: Set(try field["except"].texts()))
            }
        }
        return found
    }

    /// The server's own audit is open to who has the office, whatever the rules say of the type.
    private static func auditors() throws -> Set<String> {
        let content = Content(folder: nil)
        let files = content.files(under: "roles/").filter { $0.hasSuffix(".yaml") }
        return Set(
            try files.map { ContentField(root: try YAML.parse(content.file($0) ?? [])) }
                .filter { try $0["offices"].texts().contains("see-audit") }.map { try $0["role"].text() })
    }

    private static func request(_ verb: String, _ type: String) -> (HTTPRequest.Method, String, String?) {
        // What is sent is no resource, so that nothing is stored: being let in shows in being told so.
        let nonsense = #"{"resourceType":"Nonsense"}"#
        switch verb {
        case "read": return (.get, "/fhir/\(type)/nowhere", nil)
        case "search": return (.get, "/fhir/\(type)?_summary=count", nil)
        case "create": return (.post, "/fhir/\(type)", nonsense)
        case "update": return (.put, "/fhir/\(type)/nowhere", nonsense)
        default: return (.delete, "/fhir/\(type)/nowhere", nil)
        }
    }

    @Test func `the API lets each role do with each type what its file says`() async throws {
        let scratch = try await ScratchRecords.open()
        let content = Content(folder: nil)
        let services = try Services(
            records: scratch.records, content: content, care: try CareContent.shipped(),
            now: { ScratchRecords.now }, zone: .gmt, site: "Test")
        let types = scratch.records.definitions.resourceTypes
        let asked = Noted(0)
        let router = Router(context: StaffContext.self)
        FHIRAPI(services: services).add(to: router)
        let auditors = try Self.auditors()
        for (role, rules) in try Self.roles() {
            _ = try await services.accounts.create(
                id: role, name: role, roles: [Role(rawValue: role)], mustChange: false, as: .system("test"),
                at: ScratchRecords.now)
            let account = try #require(
                try await services.accounts.all(as: Caller(account: "a", name: "A", roles: [.administrator]))
                    .first { $0.id == role })
            let cookie =
                "\(SessionCookie(isSecure: false).name)=\(try await services.sessions.open(for: account, at: ScratchRecords.now))"
            try await Application(router: router).test(.router) { client in
                for type in types {
                    for verb in Action.allCases.map(\.rawValue) {
                        let (method, path, body) = Self.request(verb, type)
                        var fields: HTTPFields = [.cookie: cookie, .accept: "application/fhir+json"]
                        if let name = HTTPField.Name("Sec-Fetch-Site") {
                            fields[name] = "same-origin"
                        }
                        if body != nil {
                            fields[.contentType] = "application/fhir+json"
                        }
                        let answer = try await client.execute(
                            uri: path, method: method, headers: fields, body: body.map { ByteBuffer(string: $0) })
                        let isAudit = type == "AuditEvent" && verb == "search"
                        let isOpen = rules.contains { $0.allows(verb, type) } || isAudit && auditors.contains(role)
                        #expect(
                            (answer.status != .forbidden) == isOpen, "\(role) \(verb) \(type): \(answer.status.code)")
                        #expect(answer.status.code < 500, "\(role) \(verb) \(type)")
                        asked.change { $0 += 1 }
                    }
                }
            }
        }
        print("The matrix of roles has \(asked.now) requests.")
        #expect(asked.now > 5_000)
    }
}
