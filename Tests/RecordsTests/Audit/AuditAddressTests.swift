import Access
import FHIR
import TestSupport
import Testing

@testable import Records

/// From where something was done.
struct AuditAddressTests {
    private static let now = ScratchRecords.now
    private static let auditor = Caller(account: "ann", name: "Ann", roles: [.administrator])

    private func lines(_ scratch: ScratchRecords, as caller: Caller = auditor, _ ask: AuditAsk) async throws
        -> [AuditLine]
    {
        try await scratch.records.sealAudit()
        return try await scratch.records.read(as: caller, at: Self.now, for: "audit page") { try $0.audit(ask) }
    }

    @Test(arguments: Engines.all) func `looks, changes and refusals say it, and it can be asked for`(engine: TestEngine)
        async throws
    {
        let scratch = try await ScratchRecords.open(engine)
        let caller = scratch.caller.at(address: "2001:db8::7")
        try await scratch.records.write(as: caller, at: Self.now) { change in
            _ = try change.update(["resourceType": "Patient", "id": "p"], ifVersion: nil)
        }
        _ = try await scratch.records.read(as: caller, at: Self.now, for: "person page") { try $0.get("Patient", "p") }
        try await scratch.records.noteRefusal(of: caller, at: Self.now, for: "page /audit")
        try await scratch.records.noteExport(by: caller, at: Self.now, for: "audit as CSV")
        _ = try await scratch.records.read(as: scratch.caller, at: Self.now, for: "person page") {
            try $0.get("Patient", "p")
        }
        var ask = AuditAsk()
        ask.address = "2001:db8::7"
        let found = try await lines(scratch, ask)
        #expect(Set(found.map(\.deed)) == [.create, .look, .refusal, .export])
        for line in found {
            let event = AuditEvent.json(line, site: "Test")
            let issues = try scratch.records.examine(
                JSONDocument(event.serialized()).root, as: "AuditEvent"
            ).filter { $0.severity == .error }
            #expect(issues.isEmpty, "\(issues)")
            let text = String(decoding: event.serialized(), as: UTF8.self)
            #expect(text.contains(#""network":{"address":"2001:db8::7","type":"2"}"#))
        }
        ask.address = "10.0.0.1"
        #expect(try await lines(scratch, ask).isEmpty)
    }

    @Test func `the person whose record it is does not see addresses`() async throws {
        let scratch = try await ScratchRecords.open(.sqlite)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        _ = try await scratch.records.read(
            as: scratch.caller.at(address: "192.0.2.1"), at: Self.now, for: "person page"
        ) { try $0.get("Patient", "p") }
        let own = Caller(account: "pat", name: "Pat", roles: [.patient], practitioner: "Patient/p")
        var ask = AuditAsk()
        ask.person = "p"
        let seen = try await lines(scratch, as: own, ask)
        #expect(seen.contains { $0.detail == "person page" })
        #expect(seen.allSatisfy { $0.address.isEmpty })
    }

    @Test(arguments: Engines.all) func `each order has all lines once, page by page, and turns round`(
        engine: TestEngine
    )
        async throws
    {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        try await scratch.put(["resourceType": "Patient"], id: "a")
        for turn in 0..<24 {
            let caller = Caller(account: "c\(turn % 3)", name: "", roles: [turn % 2 == 0 ? .careManager : .supervisor])
                .at(address: turn % 4 == 0 ? nil : "192.0.2.\(turn % 5)")
            _ = try? await scratch.records.read(as: caller, at: Int64(turn / 4), for: "page \(turn)") { reader in
                if turn % 3 > 0 {
                    _ = try reader.find("Patient", turn % 3 == 1 ? "p" : "a")
                }
            }
        }
        for column in AuditAsk.Column.allCases {
            var all: [[String]] = []
            for isDescending in [false, true] {
                var ask = AuditAsk()
                ask.detail = "page "
                ask.until = 100
                ask.order = AuditAsk.Order(column, isDescending: isDescending)
                ask.limit = 5
                var seen: [String] = []
                while true {
                    let page = try await lines(scratch, ask)
                    seen += page.map(\.place.text)
                    guard let last = page.last, page.count == 5 else {
                        break
                    }
                    ask.after = last.place
                }
                all.append(seen)
            }
            #expect(Set(all[0]).count == 24 && all[0].count == 24, "\(column)")
            #expect(all[0] == all[1].reversed(), "\(column)")
        }
    }

    @Test func `what stands in a detail is looked for as it is`() async throws {
        let scratch = try await ScratchRecords.open(.sqlite)
        for detail in ["100% page", "100x page", "a_b", "axb", #"back\slash"#] {
            try await scratch.records.noteRefusal(of: scratch.caller, at: Self.now, for: detail)
        }
        for (typed, count) in [("100%", 1), ("a_b", 1), (#"k\s"#, 1), ("page", 2), ("'", 0)] {
            var ask = AuditAsk()
            ask.deeds = [.refusal]
            ask.detail = typed
            #expect(try await lines(scratch, ask).count == count, "\(typed)")
        }
    }
}
