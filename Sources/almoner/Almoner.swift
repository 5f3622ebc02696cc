import ArgumentParser

/// The command line: one binary does everything.
@main
struct Almoner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "almoner",
        abstract: "Care management: find the people whom ordinary care fails, and stay with them.",
        version: "0.1.0",
        subcommands: [
            Serve.self,
            Demo.self,
            Import.self,
            Export.self,
            Generate.self,
            Score.self,
            ProgramsCommand.self,
            ContentCommand.self,
            User.self,
            ClientCommand.self,
            TokenCommand.self,
            Audit.self,
            DoctorCommand.self,
            Reindex.self,
            CountOutcomes.self,
            ReadingLevels.self,
            EvaluateFHIRPath.self,
        ])
}
