import ArgumentParser
import FHIR
import Foundation
import Synchronization

/// The floor of a read or a search: the same statement by the database's own C library, nothing around it.
///
/// Several connections at once, each in its own thread, ask for one row of values after another until the time is up. Every
/// column of every row found is copied, as one who hands it on must do.
struct RawReads: ParsableCommand {
    @Argument(help: "A file with {\"sql\": …, \"values\": [[…], …]}; parameters are $1, $2 … in this order.")
    var question: String

    @Option(help: "The file of a SQLite database.")
    var sqlite: String?

    @Option(help: "The address of a PostgreSQL database.")
    var postgres: String?

    @Option(help: "How many connections.")
    var connections = 2

    @Option(help: "For how many seconds.")
    var seconds = 5.0

    func run() throws {
        let document = try JSONDocument(Array(try Data(contentsOf: URL(filePath: question))))
        let sql = document.root["sql"]?.string ?? ""
        let values = document.root.list("values").map { row in row.elements.map { $0.string ?? $0.digits ?? "" } }
        guard !values.isEmpty else {
            throw ValidationError("There are no values to ask for.")
        }
        let readers = try (0..<connections).map { _ -> any RawReader in
            if let sqlite {
                return try RawSQLite(path: sqlite, sql: sql)
            }
            if let postgres {
                return try RawPostgres(address: postgres, sql: sql)
            }
            throw ValidationError("Name a database: --sqlite or --postgres.")
        }
        let total = Mutex(RawCount())
        let clock = ContinuousClock()
        let group = DispatchGroup()
        let began = clock.now
        for (number, reader) in readers.enumerated() {
            let until = began + .seconds(seconds)
            group.enter()
            Thread {
                var count = RawCount()
                var turn = number &* 7_919
                while clock.now < until {
                    for _ in 0..<16 {
                        turn &+= 1
                        reader.ask(values[turn % values.count], &count)
                    }
                }
                total.withLock { $0.add(count) }
                group.leave()
            }.start()
        }
        group.wait()
        let took = (clock.now - began) / .seconds(1)
        let count = total.withLock { $0 }
        print(
            """
            {"questions": \(count.questions), "rows": \(count.rows), "bytes": \(count.bytes), "failures": \(count.failures), \
            "per_s": \(Double(count.questions) / took)}
            """)
    }
}

struct RawCount {
    var questions = 0
    var rows = 0
    var bytes = 0
    var failures = 0

    mutating func add(_ other: RawCount) {
        questions += other.questions
        rows += other.rows
        bytes += other.bytes
        failures += other.failures
    }
}

/// One connection with its prepared statement. It is used by one thread, the one that it was handed to.
protocol RawReader: Sendable {
    func ask(_ values: [String], _ count: inout RawCount)
}
