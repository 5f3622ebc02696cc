import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isThere))
struct GenerateDefinitionsTests {
    @Test
    func `generating the tables again gives the same bytes`() async throws {
        let shared = try #require(SharedData.folder)
        let out = FileManager.default.temporaryDirectory.appending(path: "definitions-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: out) }
        let made = try await runScript(
            R4.root.appending(path: "bin/generate-definitions").path,
            ["--source", shared.appending(path: "fhir").path, "--out", out.path])
        #expect(made.isGood)
        var size = 0
        for name in ["elements.tsv", "codes.tsv", "searchparameters.tsv", "compartment.tsv", "invariants.tsv"] {
            let table = try R4.bytes(name, in: out)
            #expect(try table == R4.bytes(name), "\(name) differs from what bin/generate-definitions makes")
            #expect(String(decoding: table.prefix(600), as: UTF8.self).contains("# licence: CC0-1.0"))
            size += table.count
        }
        #expect(size < 1_000_000)
    }
}
