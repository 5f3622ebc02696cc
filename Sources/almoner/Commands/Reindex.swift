import ArgumentParser
import Records

struct Reindex: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compute the search index and the derived tables anew from the records.")

    @OptionGroup var options: DataOptions

    func run() async throws {
        let wiring = try await Wiring(folder: options.folder)
        try await wiring.records.reindex(asOf: Wiring.now) { done in
            if done % 10_000 == 0 {
                note("\(done) resources")
            }
        }
        try wiring.records.close()
        print("The index and the derived tables are up to date.")
    }
}
