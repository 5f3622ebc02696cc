import ArgumentParser
import Care
import Records

struct CountOutcomes: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outcomes",
        abstract: "Count the figures of the outcomes page anew. A running server does so itself.")

    @OptionGroup var options: DataOptions

    func run() async throws {
        let wiring = try await Wiring(options)
        let clock = ContinuousClock()
        var rows = 0
        let time = try await clock.measure {
            rows = try await RefreshOutcomes(records: wiring.records).run(asOf: Wiring.now)
        }
        try await wiring.records.end()
        print("Counted \(rows) rows in \(Int(time / .milliseconds(1))) ms.")
    }
}
