import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// Whether there is such an account, client, code or invitation is told by no text, no status and no count of tries. That it
/// costs the same work is counted in `RecordsTests/Accounts/SignInTests`.
struct EnumerationTests {
    @Test func `twelve failures at sign-in read the same for every name`() async throws {
        let desk = try await SignInDesk.open()
        let ada = try await desk.services.accounts.signIn("ada", password: SignInDesk.password, at: desk.now)
        let secret = try await desk.services.accounts.beginSecondFactor(of: ada, at: desk.now)
        _ = try await desk.services.accounts.confirmSecondFactor(
            of: ada, code: TOTP.code(secret, step: TOTP.step(at: desk.now)), at: desk.now)
        try await desk.services.accounts.end("sam", as: .system("test"), at: desk.now)
        try await desk.run { browser in
            var told: [String: [String]] = [:]
            // Known, with a second factor and its right password, ended with its right password, and unknown.
            for (name, password) in [
                ("dora", "wrong"), ("ada", SignInDesk.password), ("sam", SignInDesk.password), ("eve", "wrong"),
            ] {
                for code in ["", "000000", "recov-ery-code"] + Array(repeating: "", count: 9) {
                    let page = try await browser.post(
                        "/sign-in", [("name", name), ("password", password), ("code", code)])
                    told[name, default: []].append(
                        "\(page.status) \(page.headers[.setCookie] ?? "") "
                            + page.text.replacing("value=\"\(name)\"", with: ""))
                }
            }
            #expect(Set(told.values).count == 1)
            let texts = told["eve"] ?? []
            #expect(texts.count == 12 && texts.last?.contains("Too many attempts failed") == true)
            #expect(texts.first?.contains("do not go together") == true)
        }
    }

    @Test func `twelve failures at the token endpoint read the same for every client`() async throws {
        let desk = try await APIDesk.open { $0.url = "http://here" }
        let signer = try SigningClient()
        let (clients, now) = (desk.services.clients, desk.services.now())
        func register(_ id: String, keys: String? = nil) async throws -> String? {
            try await clients.register(
                ClientDraft(id: id, name: id, scopes: "system/Patient.rs", keys: keys), as: .system("test"), at: now)
        }
        _ = try await register("known")
        let ended = try await register("ended") ?? ""
        try await clients.end("ended", as: .system("test"), at: now)
        _ = try await register("signs", keys: try signer.keys)
        try await desk.whole { ask in
            for path in ["/oauth/token", "/oauth/introspect", "/oauth/revoke"] {
                var told: [String: [String]] = [:]
                for (id, secret) in [("known", "wrong"), ("ended", ended), ("signs", "wrong"), ("nobody", "wrong")] {
                    for place in 0..<12 {
                        let basic = "Basic " + Data("\(id):\(secret)".utf8).base64EncodedString()
                        // By the header, in the form, and with nothing at all to show.
                        let answer =
                            switch place % 3 {
                            case 0: try await ask.post(path, Self.fields, authorization: basic)
                            case 1:
                                try await ask.post(path, Self.fields + [("client_id", id), ("client_secret", secret)])
                            default: try await ask.post(path, Self.fields + [("client_id", id)])
                            }
                        let headers = answer.headers.filter { $0.name != .date }
                            .map { "\($0.name): \($0.value)" }.sorted()
                        told[id, default: []].append("\(answer.status) \(answer.json?.value ?? .null) \(headers)")
                    }
                    try await desk.services.accounts.unlock("client/\(id)", as: .system("test"), at: now)
                }
                #expect(Set(told.values).count == 1, "\(path)")
                #expect(told["nobody"]?.last?.hasPrefix("429") == true, "\(path): \(told["nobody"] ?? [])")
            }
        }
    }

    private static let fields = [("grant_type", "client_credentials"), ("token", "alm_none")]

    @Test func `assertions of a client that nobody registered read as wrong ones of one that is`() async throws {
        let desk = try await APIDesk.open { $0.url = "http://here" }
        let (signer, stranger) = (try SigningClient(), try SigningClient())
        let now = desk.services.now()
        _ = try await desk.services.clients.register(
            ClientDraft(id: "signer", name: "signer", scopes: "system/Patient.rs", keys: try signer.keys),
            as: .system("test"), at: now)
        try await desk.whole { ask in
            let wrong = try await ask.assertion(try stranger.signed(stranger.claims(now, id: "signer")))
            let unknown = try await ask.assertion(try stranger.signed(stranger.claims(now, id: "nobody")))
            #expect(wrong.status == 401 && wrong.status == unknown.status)
            #expect(wrong.json?.value == unknown.json?.value)
        }
    }
}
