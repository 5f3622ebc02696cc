import Access
import ArgumentParser
import Exchange
import Foundation
import Records

struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write everything as FHIR NDJSON, one file a type; the same data gives the same bytes.")

    @OptionGroup var options: DataOptions

    @Option(help: "The folder to write to.")
    var out: String

    @Flag(help: "Also write the security labels that Almoner has set by codes.")
    var labels = false

    func run() async throws {
        let wiring = try await Wiring(options)
        let counts = try await Exporter(records: wiring.records, caller: .system("export"), keepsLabels: labels)
            .run(to: URL(filePath: out, directoryHint: .isDirectory), at: Wiring.now)
        for (type, count) in counts.sorted(by: { $0.key < $1.key }) {
            print("  \(type): \(count)")
        }
        print("\(counts.values.reduce(0, +)) resources in \(out)")
        try await wiring.records.end()
    }
}
