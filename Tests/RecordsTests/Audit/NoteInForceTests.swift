import Access
import TestSupport
import Testing

@testable import Records

struct NoteInForceTests {
    @Test(arguments: Engines.all) func `a row comes with what is otherwise, and only with that`(engine: TestEngine)
        async throws
    {
        let scratch = try await ScratchRecords.open(engine)
        func note(_ inForce: [String: String]) async throws -> [String] {
            try await scratch.records.noteInForce(inForce, as: .system("serve"), at: 1)
        }
        #expect(try await note(["roles/a.yaml": "1", "--tls": "no"]) == ["--tls", "roles/a.yaml"])
        #expect(try await note(["roles/a.yaml": "1", "--tls": "no"]).isEmpty)
        #expect(try await note(["roles/a.yaml": "2", "--tls": "no"]) == ["roles/a.yaml"])
        #expect(try await note(["roles/a.yaml": "2"]) == ["--tls"])
        var ask = AuditAsk()
        ask.account = "system/serve"
        ask.order = .oldest
        let asked = ask
        let lines = try await scratch.records.auditLines(
            asked, as: Caller(account: "ann", name: "Ann", roles: [.administrator]), at: ScratchRecords.now)
        #expect(lines.map(\.detail).suffix(2) == ["in force: roles/a.yaml", "in force: --tls"])
        #expect(lines.map(\.query) == ["no", "1", "2", "no longer"])
    }
}
