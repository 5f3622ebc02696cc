import Foundation
import TestSupport
import Testing

struct GenerateRiskTablesTests {
    @Test(.enabled(if: SharedData.isThere))
    func `generating the tables again gives the same bytes`() async throws {
        let check = try await runScript(RiskContent.root.appending(path: "bin/generate-risk-tables").path, ["--check"])
        #expect(check.output.isEmpty)
        #expect(check.isGood)
    }
}
