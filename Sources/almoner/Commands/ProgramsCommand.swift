import Access
import ArgumentParser
import Care
import Content
import FHIR
import Foundation
import Records

/// `almoner programs`: programmes as data, from the command line.
struct ProgramsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "programs",
        abstract: "Check programmes, try them out on everybody, or work out anew who could enter.",
        subcommands: [Check.self, Try.self, Evaluate.self, Describe.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Check the file of a programme.")

        @Argument(help: "The YAML file.")
        var file: String

        func run() throws {
            let program = try ProgramsCommand.read(file, try CareContent.definitions(Content()))
            print(
                "\(program.id) \(program.origin.version): \(program.title). In force from \(program.origin.effectiveFrom)."
            )
        }
    }

    struct Try: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "dry-run",
            abstract: "Say who would enter and leave if a programme were in force. Nothing is stored.",
            discussion: "Counts are shown; --people adds the ids of the people, which are their records' names.")

        @Argument(help: "The YAML file, or a folder of them.")
        var file: String

        @Flag(help: "Name the people by the ids of their records.")
        var people = false

        @OptionGroup var options: DataOptions

        func run() async throws {
            let named = people
            try await Wiring.use(options) { wiring in
                var proposed = wiring.care.programs
                var day = FHIRDate.day(Wiring.now)
                for path in ProgramsCommand.files(file) {
                    let program = try ProgramsCommand.read(path, wiring.definitions)
                    proposed = try proposed.with(program)
                    day = max(day, program.origin.effectiveFrom)
                }
                let now = Wiring.now
                if named {
                    try await wiring.records.noteExport(by: .system("dry run"), at: now, for: "people of a dry run")
                }
                let report = try await DryRun(
                    records: wiring.records, care: wiring.care, proposed: proposed, day: day, at: now
                ).run(at: now) { done in
                    if done % 10_000 == 0 {
                        note("\(done) people")
                    }
                }
                print("\(report.people) people, against the programmes of \(report.day).")
                for effect in report.effects {
                    print(
                        "\(effect.title): \(effect.enter.count) would be proposed, \(effect.drop.count) no more, "
                            + "\(effect.leave.count) would be ready to leave, \(effect.keep.count) no more; "
                            + "\(effect.stay) proposed and \(effect.enrolled) enrolled as before.")
                    for (words, ids) in [
                        ("enter", effect.enter), ("drop", effect.drop), ("leave", effect.leave), ("keep", effect.keep),
                    ] where named {
                        for id in ids {
                            print("  \(words) Patient/\(id)")
                        }
                    }
                }
            }
        }
    }

    struct Evaluate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Work out anew where everybody stands. A running server does so by itself.")

        @OptionGroup var options: DataOptions

        func run() async throws {
            try await Wiring.use(options) { wiring in
                let began = ContinuousClock.now
                let report = try await EvaluatePrograms(records: wiring.records, programs: wiring.care.programs)
                    .run(at: Wiring.now) { done in
                        if done % 10_000 == 0 {
                            note("\(done) people")
                        }
                    }
                let milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
                print("\(report.people) people, \(report.changed) changed, in \(milliseconds) ms.")
            }
        }
    }

    struct Describe: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write the file of a programme as a FHIR PlanDefinition.")

        @Argument(help: "The YAML file.")
        var file: String

        func run() throws {
            let program = try ProgramsCommand.read(file, try CareContent.definitions(Content()))
            say(String(decoding: program.planDefinition().serialized(), as: UTF8.self))
        }
    }

    static func read(_ path: String, _ definitions: Definitions) throws -> Program {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) is not there or cannot be read.")
        }
        do {
            return try ProgramLibrary.program(Array(data), file: nil, definitions: definitions)
        } catch {
            throw ValidationError("\(path): \(error.problem)")
        }
    }

    /// The file itself, or the programmes of a folder.
    static func files(_ path: String) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            return [path]
        }
        return names.sorted().filter { $0.hasSuffix(".yaml") && $0 != "reasons.yaml" }.map { "\(path)/\($0)" }
    }
}
