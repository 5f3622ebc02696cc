import ArgumentParser

/// Measures the parts that a page or a command does not show alone; `bin/bench` runs it and writes docs/benchmarks.md.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "almoner-bench",
        subcommands: [
            AccessCosts.self, AuditFloor.self, AuditWrites.self, ConflictCosts.self, FormCosts.self, ImportFloor.self, ProgramCosts.self,
            RawReads.self,
            Replay.self,
            Scoring.self,
        ])
}
