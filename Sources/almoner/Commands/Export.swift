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

    @Option(help: "Who gets the files: it stands in everybody's accounting of disclosures.")
    var recipient: String?

    @Option(
        help: """
            What for: \(PurposeOfUse.allCases.map { "\($0.rawValue) (\($0.title.lowercased()))" }.joined(separator: ", ")).
            """)
    var purpose: PurposeOfUse = .operations

    func run() async throws {
        let wiring = try await Wiring(options)
        var caller = Caller.system("export")
        caller.statedPurpose = purpose
        let counts = try await Exporter(
            records: wiring.records, caller: caller, keepsLabels: labels, recipient: recipient
        )
        .run(to: URL(filePath: out, directoryHint: .isDirectory), at: Wiring.now)
        for (type, count) in counts.sorted(by: { $0.key < $1.key }) {
            print("  \(type): \(count)")
        }
        print("\(counts.values.reduce(0, +)) resources in \(out)")
        try await wiring.records.end()
    }
}

extension PurposeOfUse: ExpressibleByArgument {}
