import Access
import ArgumentParser
import Automation
import Care
import Content
import Exchange
import FHIR
import Foundation
import Logging
import Records

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "An invented population in a scratch folder, served, with sign-ins printed.")

    @Option(help: "How many people, apart from the twelve with a story.")
    var patients = 188

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: Int = Environment.value("PORT").flatMap { Int($0) } ?? 8080

    @Option(help: "The folder to make; must be empty. A scratch folder unless it is given.")
    var data: String?

    @Option(help: "The same seed gives the same people.")
    var seed: UInt64 = 20

    func run() async throws {
        let folder = try scratch()
        let wiring = try await Wiring(folder: folder)
        let now = Wiring.now
        note("Making \(patients + DemoStory.all.count) people …")
        try await population(wiring, in: folder, at: now)
        let passwords = try await accounts(wiring, at: now)
        note("Playing what the care team did …")
        var staff: [String: Caller] = [:]
        for account in try await Accounts(records: wiring.records).all(as: .system("demo")) {
            staff[account.id] = account.caller
        }
        let stage = DemoStage(records: wiring.records, care: wiring.care, now: now, staff: staff)
        try await stage.play(DemoStory.all)
        try await stage.playPrivate()
        var family: [(account: String, whose: String, password: String)] = []
        if let ruth = staff["ruth"] {
            family = try await DemoFamily(records: wiring.records, care: wiring.care, now: now).play(ruth)
        }
        let inPortal = family
        try await settle(wiring)
        var serve = try Serve.parse([])
        // The key goes with the scratch folder, and nobody needs a phone to look around.
        serve.keyFile = folder.appending(path: "demo.key").path
        serve.secondFactor = .off
        try await serve.serve(wiring, host: "127.0.0.1", port: port) { port in
            say("")
            say("Almoner is ready on http://localhost:\(port)/")
            say("")
            for (name, role, password) in passwords {
                say(
                    "  \(role.padding(toLength: 27, withPad: " ", startingAt: 0))  \(name.padding(toLength: 6, withPad: " ", startingAt: 0))  \(password)"
                )
            }
            say("")
            say("  In the portal, each with its own view:")
            for (name, whose, password) in inPortal {
                say(
                    "  \(whose.padding(toLength: 32, withPad: " ", startingAt: 0))  \(name.padding(toLength: 6, withPad: " ", startingAt: 0))  \(password)"
                )
            }
            say("")
            say("The people are invented. The records are in \(folder.path). Ctrl-C ends it.")
        }
    }

    private func scratch() throws -> URL {
        guard let data else {
            return FileManager.default.temporaryDirectory.appending(path: "almoner-demo-\(UUID().uuidString.prefix(8))")
        }
        let folder = URL(filePath: data, directoryHint: .isDirectory)
        let there = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        guard there.isEmpty else {
            throw ValidationError("\(data) is not empty. Name an empty folder for the demo.")
        }
        return folder
    }

    private func population(_ wiring: Wiring, in folder: URL, at now: Int64) async throws {
        let files = folder.appending(path: "generated")
        let content = wiring.content
        let tables = try SyntheticContent { content.file($0) }
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now))
        let population = SyntheticPopulation(seed: seed, patients: patients, rich: false, asOf: today, content: tables)
        _ = try population.write(to: files.path) { _ in }
        var lines: [UInt8] = []
        let stories =
            try SyntheticPopulation.stories(asOf: today, content: tables)
            + SyntheticPopulation.privateStories(asOf: today, content: tables)
        for story in stories {
            for resource in story.resources {
                lines += resource.bytes
                lines.append(10)
            }
        }
        try Data(lines).write(to: files.appending(path: "stories.ndjson"))
        let report = try await Importer(records: wiring.records, caller: .system("demo"), source: "demo").run(
            ImportSource.files(at: [files]), quarantine: folder.appending(path: "quarantine/demo.ndjson"), at: now
        ) { _, _ in }
        guard report.quarantined == 0 else {
            throw ValidationError(
                "\(report.quarantined) of the demo's own records were refused: \(report.firstQuarantined.first?.reason ?? "")"
            )
        }
    }

    private func accounts(_ wiring: Wiring, at now: Int64) async throws -> [(String, String, String)] {
        let people: [(String, String, Role)] = [
            ("ruth", "Ruth Adeyemi, RN", .careManager), ("sam", "Sam Ortiz, LCSW", .supervisor),
            ("admin", "Alex Kim", .administrator),
            ("bea", "Bea Nakamura, PsyD", Role(rawValue: "behavioural-health")),
            ("cora", "Cora Bell", Role(rawValue: "community-health-worker")),
        ]
        var passwords: [(String, String, String)] = []
        for (id, name, role) in people {
            let roles: Set<Role> = role == .supervisor ? [.supervisor, .careManager] : [role]
            let password = try await Accounts(records: wiring.records).create(
                id: id, name: name, roles: roles, mustChange: false, as: .system("demo"), at: now)
            passwords.append((id, wiring.records.policy.roles.title(role), password))
        }
        return passwords
    }

    /// Lets the reactions to everything that was stored run before anybody looks.
    private func settle(_ wiring: Wiring) async throws {
        let worker = Worker(
            records: wiring.records, reactions: Reactions.all(wiring.care, zone: .named(.current)),
            now: { Wiring.now }, logger: Logger(label: "demo") { StreamLogHandler.standardError(label: $0) })
        try await worker.drain()
    }
}
