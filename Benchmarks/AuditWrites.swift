import Access
import ArgumentParser
import Foundation
import Records

/// As many audit rows as the server keeps, each for a look of its own before that look would be answered; then until all
/// of them are in the table and under seals.
struct AuditWrites: AsyncParsableCommand {
    @Option(help: "The data folder; with --postgres only the key and the heads of the audit lie beside it.")
    var data: String

    @Option(help: "The address of a PostgreSQL database.")
    var postgres: String?

    @Option(help: "How many rows.")
    var rows = 100_000

    @Option(help: "How many ask at once.")
    var askers = 8

    func run() async throws {
        let folder = URL(filePath: data, directoryHint: .isDirectory)
        var place = Records.Place.folder(folder)
        if let postgres {
            guard let address = PostgresAddress(postgres) else {
                throw ValidationError("“\(postgres)” is no address of PostgreSQL.")
            }
            place = .postgres(address)
        }
        let records = try await BenchRecords.open(place, beside: folder, policy: Policy())
        let clock = ContinuousClock()
        let began = clock.now
        let each = rows / askers
        try await withThrowingTaskGroup(of: Void.self) { group in
            for asker in 0..<askers {
                group.addTask {
                    let caller = Caller(account: "asker-\(asker)", name: "Asker", roles: [.careManager])
                    for turn in 0..<each {
                        try await records.noteRefusal(
                            of: caller, at: BenchRecords.now, for: "search Observation",
                            asking: "patient=\(asker)-\(turn)&code=http://loinc.org|85354-9&_count=20")
                    }
                }
            }
            try await group.waitForAll()
        }
        let kept = (clock.now - began) / .seconds(1)
        try await records.end()
        let sealed = (clock.now - began) / .seconds(1)
        print(
            """
            {"rows": \(each * askers), "kept_per_s": \(Double(each * askers) / kept), \
            "sealed_per_s": \(Double(each * askers) / sealed)}
            """)
    }
}
