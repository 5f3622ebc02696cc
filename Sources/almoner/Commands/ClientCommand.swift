import Access
import ArgumentParser
import Foundation
import Records
import Server

struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client", abstract: "Register, list and end API clients, which get their tokens by OAuth 2.",
        subcommands: [Add.self, List.self, End.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a client; prints its secret, once, unless it signs with its own key.")

        @Argument(help: "Its client_id: small letters, digits, - _ and dots.")
        var id: String

        @Option(help: "What it may do, for example 'system/Patient.rs system/Observation.rs?category=laboratory'.")
        var scope: String

        @Option(help: "What it is, as the audit says it.")
        var name: String?

        @Option(help: "Only the people in the care of this practitioner, for example Practitioner/ruth.")
        var panel: String?

        @Option(help: "Labels of what it must not see, for example 42CFRPart2,PSYTHPN.")
        var hide: String = ""

        @Option(help: "A file with its public keys as a JWK Set: the client signs with private_key_jwt.")
        var keys: String?

        @Option(help: "The address of its JWK Set, instead of a file, for example https://lab.example/keys.json.")
        var keysURL: String?

        @Flag(help: "Its key may sign with RS256 and ES256 too.")
        var sha256 = false

        @OptionGroup var options: DataOptions

        func validate() throws {
            guard keys == nil || keysURL == nil else {
                throw ValidationError("A client has its keys in a file or at an address, not both.")
            }
            if let keysURL, (try? OutboundURL(keysURL)) == nil {
                throw ValidationError("“\(keysURL)” is no address; one looks like https://lab.example/keys.json.")
            }
        }

        func run() async throws {
            let keys = try keys.map { path in
                guard let data = FileManager.default.contents(atPath: path) else {
                    throw ValidationError("\(path) cannot be read.")
                }
                let text = String(decoding: data, as: UTF8.self)
                do {
                    _ = try JWKSet(text)
                } catch {
                    throw ValidationError("\(path): \(error)")
                }
                return text
            }
            try await Wiring.use(options) { wiring in
                let draft = ClientDraft(
                    id: id, name: name ?? id, scopes: scope, panel: panel,
                    hidden: hide.split(separator: ",").map(String.init), keys: keys,
                    keysURL: keysURL, algorithms: sha256 ? JWKSet.algorithms : ClientDraft.usualAlgorithms)
                do {
                    let secret = try await Clients(records: wiring.records).register(
                        draft, as: .system("client add"), at: Wiring.now)
                    print(secret ?? "\(id) is registered. It signs with its own key.")
                } catch let failure as ClientFailure {
                    let labels = wiring.records.policy.labels.labels.map(\.code).joined(separator: ", ")
                    throw ValidationError(Self.words(failure, id, labels: labels))
                }
            }
        }

        private static func words(_ failure: ClientFailure, _ id: String, labels: String) -> String {
            switch failure {
            case .forbidden: "This may not be done here."
            case .idTaken: "There is a client \(id) already."
            case .idUnfit: "A client_id has 2 to 60 small letters, digits, - _ or dots, a letter or digit first."
            case .nameUnfit: "A name has 1 to 80 letters."
            case .scope(let text, let reason): "“\(text)”: \(reason)"
            case .labelUnknown: "Labels are \(labels)."
            case .panelUnknown: "That practitioner is not on file; one is written Practitioner/ruth."
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the clients, those that ended last.")

        @OptionGroup var options: DataOptions

        func run() async throws {
            try await Wiring.use(options) { wiring in
                for client in try await Clients(records: wiring.records).all(as: .system("client list")) {
                    let parts = [
                        client.id, client.name, client.isEnded ? "ended" : "open",
                        client.signs ? client.keysURL ?? "key" : "secret",
                        client.panel ?? "all people", client.scopes.map(\.text).joined(separator: " "),
                    ]
                    print(parts.joined(separator: "\t"))
                }
            }
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a client and withdraw its tokens. Every server process lets go of them within two seconds.")

        @Argument(help: "Its client_id.")
        var id: String

        @OptionGroup var options: DataOptions

        func run() async throws {
            try await Wiring.use(options) { wiring in
                try await Clients(records: wiring.records).end(id, as: .system("client end"), at: Wiring.now)
            }
        }
    }
}
