import Access
import FHIR
import Foundation
import Gzip
import HTTPTypes
import Records
import Testing

@testable import Server

/// Who comes in, in which form, and what is too much.
struct GateTests {
    @Test func `nobody without a token gets further than the capabilities`() async throws {
        try await APIDesk.open().run { known in
            var ask = known
            ask.token = nil
            try await ask.expect(200, .get, "/fhir/metadata")
            let refused = try await ask(.get, "/fhir/Patient/p")
            #expect(refused.status == 401)
            #expect(refused.header("WWW-Authenticate") == "Bearer realm=\"almoner\"")
            ask.token = "alm_guess"
            try await ask.expect(401, .get, "/fhir/metadata")
            try await ask.expect(401, .get, "/fhir/Patient", nil, ["Authorization": "Basic eDp5"])
            ask.token = nil
            let browser = try await ask(.get, "/fhir/Patient/p", nil, ["Accept": "text/html,*/*;q=0.8"])
            #expect(browser.status == 303)
            #expect(browser.header("Location") == "/sign-in?next=%2Ffhir%2FPatient%2Fp")
        }
    }

    @Test func `a signed-in browser reads, and changes only from a page of this server`() async throws {
        let desk = try await APIDesk.open()
        let accounts = desk.services.accounts
        let once = try await accounts.create(
            id: "dora", name: "Dora Day, RN", roles: [.careManager], as: .system("test"), at: desk.services.now())
        try await accounts.change(password: once, to: "a long password", of: "dora", at: desk.services.now())
        let account = try await accounts.signIn("dora", password: "a long password", at: desk.services.now())
        let cookie = "almoner-session=" + (try await desk.services.sessions.open(for: account, at: desk.services.now()))
        try await desk.run { known in
            var ask = known
            _ = try await ask(.put, "/fhir/Patient/p", .patient("<b>Stone", id: "p"))
            ask.token = nil
            let page = try await ask(.get, "/fhir/Patient/p", nil, ["Cookie": cookie, "Accept": "text/html"])
            #expect(page.status == 200)
            #expect(page.header("Content-Type") == "text/html; charset=utf-8")
            #expect(page.text.contains("&lt;b&gt;Stone"))
            #expect(!page.text.contains("<b>Stone"))
            let write = try await ask(.post, "/fhir/Patient", .patient(), ["Cookie": cookie])
            #expect(write.status == 403)
            let foreign = ["Cookie": cookie, "Origin": "http://evil"]
            try await ask.expect(403, .post, "/fhir/Patient", .patient(), foreign)
            let own = ["Cookie": cookie, "Sec-Fetch-Site": "same-origin"]
            try await ask.expect(201, .post, "/fhir/Patient", .patient(), own)
            // What was recorded is corrected, never removed, by staff.
            try await ask.expect(403, .delete, "/fhir/Patient/p", nil, own)
        }
    }

    @Test func `only JSON is spoken`() async throws {
        try await APIDesk.open().run { ask in
            _ = try await ask(.put, "/fhir/Patient/p", .patient(id: "p"))
            try await ask.expect(406, .get, "/fhir/Patient/p", nil, ["Accept": "application/fhir+xml"])
            try await ask.expect(406, .get, "/fhir/Patient/p?_format=xml")
            try await ask.expect(200, .get, "/fhir/Patient/p?_format=application/fhir+json")
            try await ask.expect(200, .get, "/fhir/Patient/p?_format=json", nil, ["Accept": "application/fhir+xml"])
            try await ask.expect(
                200, .get, "/fhir/Patient/p", nil, ["Accept": "application/fhir+xml, application/json;q=0.5"])
            for kind in ["application/fhir+xml", "text/plain", "application/fhir+json; charset=latin1"] {
                try await ask.expect(415, .post, "/fhir/Patient", .patient(), ["Content-Type": kind])
            }
            let kind = "application/fhir+json; charset=UTF-8; fhirVersion=4.0"
            try await ask.expect(201, .post, "/fhir/Patient", .patient(), ["Content-Type": kind])
            let pretty = try await ask(.get, "/fhir/Patient/p?_pretty=true")
            #expect(pretty.text.contains("\n  \"resourceType\": \"Patient\""))
            let part = try await ask(.get, "/fhir/Patient/p?_elements=name")
            #expect(part.json?.text("meta", "tag", "code") == "SUBSETTED")
        }
    }

    @Test func `bodies and answers may be packed`() async throws {
        try await APIDesk.open().run { ask in
            var big = JSON.patient(id: "p")
            big["name"] = .array((0..<60).map { ["family": .string("Name \($0) of many names")] })
            var packed: [UInt8] = []
            Gzip.Packer()?.pack(big.serialized(), isLast: true, into: &packed)
            let made = try await ask.send(.put, "/fhir/Patient/p", packed, ["Content-Encoding": "gzip"])
            #expect(made.status == 201)
            let read = try await ask(.get, "/fhir/Patient/p", nil, ["Accept-Encoding": "gzip"])
            #expect(read.header("Content-Encoding") == "gzip")
            #expect(try Gzip.unpacked(read.bytes, limit: 1 << 20) == made.bytes)
            try await ask.expectSend(400, .put, "/fhir/Patient/p", [1, 2, 3], ["Content-Encoding": "gzip"])
            try await ask.expectSend(415, .put, "/fhir/Patient/p", [1], ["Content-Encoding": "br"])
        }
    }

    @Test func `what is too much is refused with a reason`() async throws {
        var limits = APILimits()
        limits.body = 200_000
        limits.entries = 100
        try await APIDesk.open().run(limits: limits) { ask in
            let long = [UInt8](repeating: UInt8(ascii: " "), count: 200_001)
            try await ask.expectSend(413, .post, "/fhir/Patient", long)
            var bomb: [UInt8] = []
            Gzip.Packer(level: 9)?.pack([UInt8](repeating: 0, count: 4 << 20), isLast: true, into: &bomb)
            #expect(bomb.count < 10_000)
            try await ask.expectSend(413, .post, "/fhir/Patient", bomb, ["Content-Encoding": "gzip"])
            let nested = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
            try await ask.expectSend(400, .post, "/fhir/Patient", nested)
            let twice = Array("{\"resourceType\":\"Patient\",\"id\":\"1\",\"id\":\"2\"}".utf8)
            try await ask.expectSend(400, .post, "/fhir/Patient", twice)
            let surrogate = Array("{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\\ud800\"}]}".utf8)
            try await ask.expectSend(400, .post, "/fhir/Patient", surrogate)
            let entries = (0..<101).map { JSON.entry("GET", "Patient/\($0)") }
            let many = try await ask(.post, "/fhir", .bundle("batch", entries))
            #expect(many.status == 413)
            #expect(many.places == ["Bundle.entry"])
            let parameters = (0..<1_001).map { "a=\($0)" }.joined(separator: "&")
            try await ask.expect(400, .get, "/fhir/Patient?\(parameters)")
            let address = String(repeating: "a", count: 33_000)
            try await ask.expect(414, .get, "/fhir/Patient?family=\(address)")
            try await ask.expect(400, .get, "/fhir/Patient/%00")
            try await ask.expect(400, .get, "/fhir/Patient?family=%zz")
            try await ask.expect(404, .get, "/fhir/Patient/p?_count=1000000000")
        }
    }

    @Test func `wrong addresses and methods are told apart`() async throws {
        try await APIDesk.open().run { ask in
            try await ask.expect(404, .get, "/fhir/Nonsense/1")
            try await ask.expect(404, .get, "/fhir/Patient/1/2/3/4/5")
            let wrong = try await ask(.delete, "/fhir/metadata")
            #expect(wrong.status == 405)
            #expect(wrong.header("Allow") == "GET")
            #expect(wrong.json?["resourceType"]?.string == "OperationOutcome")
        }
    }

    @Test func `the capabilities name every type and what is done with it`() async throws {
        try await APIDesk.open().run { ask in
            let answer = try await ask(.get, "/fhir/metadata")
            let rest = try #require(answer.json?.list("rest").first)
            #expect(rest.list("resource").count == 146 || rest.list("resource").count == 148)
            let patient = try #require(rest.list("resource").first { $0["type"]?.string == "Patient" })
            let codes = patient.list("interaction").compactMap { $0["code"]?.string }
            #expect(Set(codes).isSuperset(of: ["read", "vread", "update", "patch", "delete", "create", "search-type"]))
            let operations = patient.list("operation").compactMap { $0["name"]?.string }
            #expect(Set(operations).isSuperset(of: ["everything", "validate", "meta-add"]))
            let own = try await ask.send(.post, "/fhir/CapabilityStatement/$validate", answer.bytes)
            #expect(own.status == 200)
            #expect(own.places.isEmpty)
        }
    }

    @Test func `what is hidden from a caller is absent`() async throws {
        let desk = try await APIDesk.open()
        let narrow = try await desk.token(scope: "system/*.cruds", panel: "Practitioner/ruth")
        try await desk.run { ask in
            var panel = ask
            panel.token = narrow
            _ = try await ask(.put, "/fhir/Patient/mine", .patient(id: "mine"))
            _ = try await ask(.put, "/fhir/Patient/theirs", .patient(id: "theirs"))
            let episode: JSON = [
                "resourceType": "EpisodeOfCare", "id": "e", "status": "active",
                "patient": ["reference": "Patient/mine"], "careManager": ["reference": "Practitioner/ruth"],
            ]
            _ = try await ask(.put, "/fhir/EpisodeOfCare/e", episode)
            try await panel.expect(200, .get, "/fhir/Patient/mine")
            for path in ["theirs", "nobody"] {
                try await panel.expect(404, .get, "/fhir/Patient/\(path)")
                try await panel.expect(404, .get, "/fhir/Patient/\(path)/_history")
                try await panel.expect(404, .get, "/fhir/Patient/\(path)/$everything")
                try await panel.expect(204, .delete, "/fhir/Patient/\(path)")
                try await panel.expect(403, .put, "/fhir/Patient/\(path)", .patient(id: path))
            }
            try await ask.expect(200, .get, "/fhir/Patient/theirs")
            let history = try await panel(.get, "/fhir/Patient/_history")
            #expect(history.entries.count == 1)
        }
    }
}
