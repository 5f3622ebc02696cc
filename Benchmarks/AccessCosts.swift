import Access
import ArgumentParser
import CArgon2
import Content
import FHIR
import Foundation
import Records

/// What the policy costs by itself: whom a role reaches, as a decision and as SQL; the labels of a resource; and, as the
/// floor of a sign-in, Argon2id alone with the parameters of an account's password.
struct AccessCosts: AsyncParsableCommand {
    @Argument(help: "A folder of FHIR files, bundles or NDJSON.")
    var source: String

    @Option(help: "An empty folder to work in.")
    var work: String

    @Option(help: "How many resources get their labels.")
    var resources = 20_000

    @Option(help: "How often each is measured.")
    var runs = 5

    func run() async throws {
        let folder = URL(filePath: work, directoryHint: .isDirectory)
        let policy = try Policy(content: Content())
        let records = try await BenchRecords.open(
            .folder(folder.appending(path: "with")), beside: folder.appending(path: "with"), policy: policy)
        let bare = try await BenchRecords.open(
            .folder(folder.appending(path: "without")), beside: folder.appending(path: "without"),
            policy: Policy(roles: policy.roles, labels: .none))
        let compiling = try await compiling(policy, records)
        let labels = try labels(records, bare)
        let report: JSON = [
            "policy": .array(compiling), "labels": labels,
            "argon2_ms": .array(Self.argon(runs * 4).map { .number($0) }),
        ]
        try await records.end()
        try await bare.end()
        print(String(decoding: report.serialized(), as: UTF8.self))
    }

    // MARK: Policy

    private func compiling(_ policy: Policy, _ records: Records) async throws -> [JSON] {
        var sets = policy.roles.all.map { Set([$0.role]) }.sorted { $0.description < $1.description }
        sets.append([.careManager, .supervisor])
        sets.append([Role(rawValue: "community-health-worker"), Role(rawValue: "front-desk")])
        let types = records.definitions.resourceTypes
        var found: [JSON] = []
        for roles in sets {
            let caller = Caller(
                account: "bench", name: "Bench", roles: roles, practitioner: "Practitioner/bench",
                scopes: roles.contains(.client)
                    ? Set(["system/Observation.rs?category=laboratory", "system/Patient.rs"].compactMap { Scope($0) })
                    : [])
            let runs = runs
            let (decided, written) = try await records.read(
                as: caller, at: BenchRecords.now, for: "bench"
            ) { reader -> ([Double], [Double]) in
                let clock = ContinuousClock()
                var decided: [Double] = []
                var written: [Double] = []
                for _ in 0..<runs {
                    var parts = 0
                    decided.append(
                        clock.measure {
                            for type in types {
                                parts += policy.reach(of: caller, for: .search, on: type).parts.count
                            }
                        }.microseconds / Double(types.count))
                    var length = 0
                    written.append(
                        clock.measure {
                            for type in types {
                                length += reader.reachText(.search, on: type)?.utf8.count ?? 0
                            }
                        }.microseconds / Double(types.count))
                    precondition(parts >= 0 && length >= 0)
                }
                return (decided, written)
            }
            found.append([
                "roles": .string(roles.map(\.rawValue).sorted().joined(separator: " + ")),
                "decision_us": .number(median(decided)), "sql_us": .number(median(written)),
            ])
        }
        return found
    }

    // MARK: Labels

    private func labels(_ records: Records, _ bare: Records) throws -> JSON {
        let documents = try documents()
        guard !documents.isEmpty else {
            throw ValidationError("There are no resources in \(source).")
        }
        let clock = ContinuousClock()
        var with: [Double] = []
        var without: [Double] = []
        var labelled = 0
        for _ in 0..<runs {
            without.append(
                clock.measure {
                    for document in documents {
                        _ = bare.prepareUnjudged(document)
                    }
                }.microseconds / Double(documents.count))
            labelled = 0
            with.append(
                clock.measure {
                    for document in documents {
                        labelled += records.prepareUnjudged(document)?.labels.isEmpty == false ? 1 : 0
                    }
                }.microseconds / Double(documents.count))
        }
        return [
            "resources": .int(documents.count), "labelled": .int(labelled), "with_us": .number(median(with)),
            "without_us": .number(median(without)),
        ]
    }

    /// Resources in the form in which they are kept.
    private func documents() throws -> [JSONDocument] {
        var found: [JSONDocument] = []
        let folder = URL(filePath: source)
        for name in try FileManager.default.contentsOfDirectory(atPath: source).sorted() {
            let bytes = Array(try Data(contentsOf: folder.appending(path: name)))
            let texts = name.hasSuffix(".ndjson") ? bytes.split(separator: UInt8(ascii: "\n")).map(Array.init) : [bytes]
            for text in texts {
                let root = try JSONDocument(text).root
                let nodes =
                    root["resourceType"]?.string == "Bundle" ? root.list("entry").compactMap { $0["resource"] } : [root]
                for node in nodes {
                    guard found.count < resources else {
                        return found
                    }
                    found.append(try KeptForm.document(of: node, id: node["id"]?.string ?? "bench"))
                }
            }
        }
        return found
    }

    // MARK: Argon2id

    /// Milliseconds of one hash after the other.
    private static func argon(_ count: Int) -> [Double] {
        let password = Array("a long enough passphrase".utf8)
        let salt = [UInt8](repeating: 7, count: 16)
        var hash = [UInt8](repeating: 0, count: 32)
        let clock = ContinuousClock()
        return (0..<count).map { _ in
            clock.measure {
                _ = argon2id_hash_raw(2, 19 * 1024, 1, password, password.count, salt, salt.count, &hash, hash.count)
            } / .milliseconds(1)
        }
    }
}

extension JSON {
    static func number(_ value: Double) -> JSON { .decimal(String(format: "%.3f", value)) }
}
