import ArgumentParser
import Content
import Exchange
import FHIR
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
    var patients: Int = Environment.value("PATIENTS").flatMap { Int($0) } ?? 200

    @Option(help: "Any whole number; the same one gives the same people.")
    var seed: UInt64 = Environment.value("SEED").flatMap { UInt64($0) } ?? 1

    @Option(help: "The folder to write to; made when it does not exist.")
    var out: String = Environment.value("OUT") ?? "./almoner-synthetic"

    @Option(name: .customLong("as-of"), help: "The day on which the records end, YYYY-MM-DD; today when left out.")
    var asOf: String? = Environment.value("AS_OF")

    @Flag(help: "Eight years of full records instead of two years of the essentials.")
    var rich = Environment.value("RICH") == "1"

    func validate() throws {
        guard (1...10_000_000).contains(patients) else {
            throw ValidationError("--patients is a number from 1 to 10000000.")
        }
        if let asOf, CalendarDay(asOf) == nil {
            throw ValidationError("--as-of is a day written YYYY-MM-DD.")
        }
    }

    func run() async throws {
        let today = CalendarDay(daysSinceEpoch: Int(Date().timeIntervalSince1970) / 86_400)
        let files = Content()
        let content = try SyntheticContent { files.file($0) }
        let population = SyntheticPopulation(
            seed: seed, patients: patients, rich: rich, asOf: asOf.flatMap { CalendarDay($0) } ?? today,
            content: content)
        let step = max(1, patients / 20)
        var told = 0
        let resources = try population.write(to: out) { done in
            guard done - told >= step || done == patients else { return }
            told = done
            note("\(done) of \(patients) people")
        }
        note("\(resources) resources in \(out)")
    }
}
