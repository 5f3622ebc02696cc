import Foundation
import TestSupport
import Testing

struct GenerateRiskTablesTests {
    @Test(.enabled(if: SharedData.isThere))
    func `generating the tables again gives the same bytes`() throws {
        let generator = Process()
        generator.executableURL = URL(filePath: "/usr/bin/env")
        generator.arguments = ["python3", RiskContent.root.appending(path: "bin/generate-risk-tables").path, "--check"]
        let output = Pipe()
        generator.standardOutput = output
        try generator.run()
        let differences = try output.fileHandleForReading.readToEnd() ?? Data()
        generator.waitUntilExit()
        #expect(String(decoding: differences, as: UTF8.self).isEmpty)
        #expect(generator.terminationStatus == 0)
    }
}
