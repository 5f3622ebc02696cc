import Access
import FHIR
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Records
import TestSupport
import Testing

@testable import Server

/// What every answer says to the browser, whatever was asked for.
struct SecureHeadersTests {
    private func check(_ answer: StaffDesk.Answer, _ path: String) {
        let policy = answer.header("Content-Security-Policy") ?? ""
        #expect(policy.contains("default-src 'none'"), "\(path)")
        #expect(policy.contains("frame-ancestors 'none'"), "\(path)")
        for weak in ["unsafe-inline", "unsafe-eval", "*", "data:", "http:"] {
            #expect(!policy.contains(weak), "\(path)")
        }
        #expect(answer.header("X-Content-Type-Options") == "nosniff", "\(path)")
        #expect(answer.header("Referrer-Policy") == "same-origin", "\(path)")
        #expect(answer.header("Cross-Origin-Opener-Policy") == "same-origin", "\(path)")
        #expect(answer.header("Cross-Origin-Resource-Policy") == "same-origin", "\(path)")
        if !path.hasPrefix("/design/") {
            #expect(answer.header("Cache-Control") == "no-store", "\(path)")
        }
        #expect(!answer.text.contains("<script>"), "\(path)")
        #expect(!answer.text.contains(" style="), "\(path)")
        #expect(!answer.text.contains(" onclick="), "\(path)")
    }

    @Test func `every route of the server says them, errors and downloads too`() async throws {
        let desk = try await StaffDesk.open()
        try await desk.scratch.put(["resourceType": "Patient", "name": [["family": "Stone"]]], id: "maud")
        let cookies: [String?] = [
            nil, try await desk.signIn("nora", [.careManager]), try await desk.signIn("sam", [.supervisor]),
            try await desk.signIn("ada", [.administrator]),
        ]
        let routes = Routes.router(desk.services).routes.map { (path: $0.path.description, method: $0.method) }
        #expect(routes.count > 50)
        try await desk.run { ask in
            for route in routes {
                let path =
                    "/"
                    + route.path.split(separator: "/").map { part in
                        switch part {
                        case "{id}": "maud"
                        case "**": route.path.hasPrefix("/fhir") ? "Patient/maud" : "almoner.css"
                        case _ where part.hasPrefix("{"): "x"
                        default: String(part)
                        }
                    }.joined(separator: "/")
                for cookie in cookies {
                    check(try await ask(path, cookie, method: route.method), path)
                }
            }
            for path in ["/nowhere", "/people/nobody", "/%ff", "/design/none", "/fhir/None/1", "/fhir/metadata"] {
                for cookie in cookies {
                    check(try await ask(path, cookie), path)
                    check(try await ask(path, cookie, headers: ["Accept": "text/html"]), path)
                }
            }
        }
    }

    @Test func `by TLS browsers are told to stay with it`() async throws {
        let desk = try await StaffDesk.open { $0.isEncrypted = true }
        try await desk.run { ask in
            for path in ["/", "/sign-in", "/livez", "/nowhere", "/fhir/metadata"] {
                let answer = try await ask(path)
                #expect(answer.header("Strict-Transport-Security") == "max-age=31536000")
                #expect(answer.header("Content-Security-Policy")?.hasSuffix("upgrade-insecure-requests") == true)
            }
        }
        let plain = try await StaffDesk.open()
        try await plain.run { ask in
            let answer = try await ask("/sign-in")
            #expect(answer.header("Strict-Transport-Security") == nil)
        }
    }
}
