import ArgumentParser
import Content
import Exchange
import Foundation

/// `almoner generate`: an invented population as FHIR R4 NDJSON.
struct Generate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Write an invented population as FHIR R4, one NDJSON file a resource type.",
        discussion: """
            The same seed and day give the same bytes. About 40 resources a person, about 300 with --rich. \
            Nobody in it exists.
            """)

    @Option(help: "How many people.")
    var patients: Int = 200

    @Option(help: "Any whole number; the same one gives the same people.")
    var seed: UInt64 = 1

    @Option(name: .customLong("as-of"), help: "The day on which the records end, YYYY-MM-DD; today when left out.")
    var asOf: String?

    @Option(help: "The folder to write to; made when it does not exist.")
    var out: String

    @Flag(help: "Eight years of full records instead of two years of the essentials.")
    var rich = false

    func validate() throws {
        guard (1...10_000_000).contains(patients) else {
            throw ValidationError("--patients is a number from 1 to 10000000.")
        }
        if let asOf, SyntheticPopulation.Day(asOf) == nil {
            throw ValidationError("--as-of is a day written YYYY-MM-DD.")
        }
    }

    func run() async throws {
        let today = SyntheticPopulation.Day(secondsSince1970: Int(Date().timeIntervalSince1970))
        let content = try SyntheticContent { Content().file($0) }
        let population = SyntheticPopulation(
            seed: seed, patients: patients, rich: rich, asOf: asOf.flatMap(SyntheticPopulation.Day.init) ?? today,
            content: content)
        let step = max(1, patients / 20)
        var told = 0
        let resources = try population.write(to: out) { done in
            guard done - told >= step || done == patients else { return }
            told = done
            Self.tell("\(done) of \(patients) people")
        }
        Self.tell("\(resources) resources in \(out)")
    }

    private static func tell(_ text: String) {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
