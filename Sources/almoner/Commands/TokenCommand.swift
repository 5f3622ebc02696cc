import Access
import ArgumentParser
import Foundation
import Records

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make and withdraw bearer tokens of API clients.",
        subcommands: [Create.self, End.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token; prints it, once.")

        @Option(help: "What it may do, for example 'system/*.cruds' or 'system/Patient.rs system/Observation.rs'.")
        var scope: String

        @Option(help: "The client's name, as the audit says it.")
        var name: String = "api"

        @Option(help: "Only the people in the care of this practitioner, for example Practitioner/ruth.")
        var panel: String?

        @Option(help: "Labels of what it must not see, for example 42CFRPart2,PSYTHPN.")
        var hide: String = ""

        @OptionGroup var options: DataOptions

        func run() async throws {
            try await Wiring.use(options) { wiring in
                do {
                    _ = try Clients(records: wiring.records).scopes(scope)
                } catch ClientFailure.scope(let text, let reason) {
                    throw ValidationError("“\(text)”: \(reason)")
                }
                do {
                    print(
                        try await Tokens(records: wiring.records).create(
                            client: name, scopes: scope, panel: panel,
                            hidden: hide.split(separator: ",").map(String.init), as: .system("token create"),
                            at: Wiring.now
                        ))
                } catch AccountFailure.roleMissing {
                    throw ValidationError("A token needs at least one scope.")
                } catch AccountFailure.labelUnknown {
                    let known = wiring.records.policy.labels.labels.map(\.code).joined(separator: ", ")
                    throw ValidationError("Labels are \(known).")
                }
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Withdraw all tokens of a client.")

        @Option(help: "The client's name.")
        var name: String

        @OptionGroup var options: DataOptions

        func run() async throws {
            try await Wiring.use(options) { wiring in
                try await Tokens(records: wiring.records).end(client: name, as: .system("token end"), at: Wiring.now)
            }
        }
    }
}
