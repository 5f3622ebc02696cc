import FHIR
import HTTPTypes
import Testing

@testable import Server

struct RawBinaryTests {
    @Test func `a file comes as what it is, and never as a page of ours`() async throws {
        try await APIDesk.open().run { ask in
            func put(_ id: String, _ type: String) async throws {
                let binary: JSON = [
                    "resourceType": "Binary", "id": .string(id), "contentType": .string(type),
                    "data": "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
                ]
                try await ask.expect(201, .put, "/fhir/Binary/\(id)", binary)
            }
            for (type, given) in [
                ("image/png", "image/png"), ("text/plain", "text/plain; charset=utf-8"),
                ("text/html", "application/octet-stream"), ("image/svg+xml", "application/octet-stream"),
                ("application/xhtml+xml", "application/octet-stream"), ("text/javascript", "application/octet-stream"),
            ] {
                try await put("b", type)
                let raw = try await ask(.get, "/fhir/Binary/b", nil, ["Accept": "image/png"])
                #expect(raw.status == 200)
                #expect(raw.text == "<script>alert(1)</script>")
                #expect(raw.header("Content-Type") == given)
                #expect(raw.header("Content-Disposition") == "attachment")
                #expect(raw.header("Content-Security-Policy")?.hasPrefix("sandbox;") == true)
                #expect(raw.header("Cache-Control") == "no-store")
                try await ask.expect(204, .delete, "/fhir/Binary/b")
            }
            try await put("c", "image/png")
            let json = try await ask(.get, "/fhir/Binary/c")
            #expect(json.json?["resourceType"]?.string == "Binary")
            try await ask.expect(406, .get, "/fhir/Patient/p", nil, ["Accept": "image/png"])
        }
    }
}
