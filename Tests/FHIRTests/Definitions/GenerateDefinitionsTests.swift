import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isThere))
struct GenerateDefinitionsTests {
    @Test
    func `generating the tables again gives the same bytes`() throws {
        let shared = try #require(SharedData.folder)
        let out = FileManager.default.temporaryDirectory.appending(path: "definitions-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: out) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "python3", R4.root.appending(path: "bin/generate-definitions").path, "--source",
            shared.appending(path: "fhir").path, "--out", out.path,
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var size = 0
        for name in ["elements.tsv", "codes.tsv", "searchparameters.tsv", "compartment.tsv", "invariants.tsv"] {
            let made = try R4.bytes(name, in: out)
            #expect(try made == R4.bytes(name), "\(name) differs from what bin/generate-definitions makes")
            #expect(String(decoding: made.prefix(600), as: UTF8.self).contains("# licence: CC0-1.0"))
            size += made.count
        }
        #expect(size < 1_000_000)
    }
}
