import Access
import ArgumentParser
import Records

struct Reindex: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute the search index and the derived tables anew from the records.")

    @OptionGroup var options: DataOptions

    @Option(name: .customLong("as-of"), help: ArgumentHelp("Now, in milliseconds since 1970.", visibility: .hidden))
    var asOf: Int64?

    func run() async throws {
        let wiring = try await Wiring(options)
        try await wiring.records.noteCommand("reindex", as: .system("reindex"), at: Wiring.now)
        try await wiring.records.reindex(asOf: asOf ?? Wiring.now) { done in
            if done % 10_000 == 0 {
                note("\(done) resources")
            }
        }
        try await wiring.records.end()
        print("The index and the derived tables are up to date.")
    }
}
