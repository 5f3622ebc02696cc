import Access
import ArgumentParser
import Automation
import Care
import Exchange
import Foundation
import Logging
import Records
import Synchronization

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract:
            "Bring in FHIR bundles, resources and NDJSON, plain or gzip, and HL7 v2 messages, from files or folders.",
        discussion: "Exit 0: all in. 2: some quarantined. 1: nothing done.")

    @Argument(help: "Files or folders.")
    var paths: [String]

    @OptionGroup var options: DataOptions

    @Option(help: "Names where the records come from; the same id from another source is not overwritten.")
    var source: String = Environment.value("SOURCE") ?? "import"

    @Option(help: ArgumentHelp("Resources a transaction.", visibility: .hidden))
    var batch = Importer.batchCount

    @Option(name: .customLong("as-of"), help: ArgumentHelp("Now, in milliseconds since 1970.", visibility: .hidden))
    var asOf: Int64?

    func validate() throws {
        guard (1...1_000_000).contains(batch) else {
            throw ValidationError("--batch is a number from 1 to 1000000.")
        }
    }

    func run() async throws {
        let all: [ImportSource]
        do {
            all = try ImportSource.files(at: paths.map { URL(filePath: $0) })
        } catch {
            note("There is nothing at \(error.path). Nothing was done.")
            throw ExitCode(1)
        }
        let messages = all.filter(\.holdsMessages)
        let files = all.filter { !$0.holdsMessages }
        guard !all.isEmpty else {
            note("There are no files to import. Nothing was done.")
            throw ExitCode(1)
        }
        let wiring = try await Wiring(options)
        let now = asOf ?? Wiring.now
        let place = options.folder.appending(path: "quarantine/import-\(now).ndjson")
        try await wiring.records.noteCommand(
            "import of \(all.count) files from \(source)", isImport: true, as: .system("import"), at: Wiring.now)
        let bar = ProgressBar(total: files.reduce(0) { $0 + $1.size })
        let began = ContinuousClock.now
        let report = try await Importer(
            records: wiring.records, caller: .system("import"), source: source, batch: batch
        )
        .run(files, quarantine: place, at: now) { bytes, report in
            bar.show(bytes, "\(report.read) resources durable")
        }
        bar.end()
        let taken = try await takeIn(messages, wiring)
        tell(report, taken, took: ContinuousClock.now - began)
        try await wiring.records.end()
        let faults = report.quarantined + taken.refused.count
        if faults > 0 {
            throw ExitCode(report.read + taken.taken > 0 ? 2 : 1)
        }
    }

    /// What became of messages of HL7 v2.
    private struct Taken {
        var files = 0
        var taken = 0
        var refused: [(file: String, line: Int, reason: String)] = []
    }

    /// Takes messages in as if they had been sent, and works on them.
    private func takeIn(_ files: [ImportSource], _ wiring: Wiring) async throws -> Taken {
        var report = Taken()
        guard !files.isEmpty else {
            return report
        }
        let intake = try Intake(wiring, zone: .current)
        for file in files {
            report.files += 1
            for message in HL7File.messages(try file.bytes()) {
                if let reason = await intake.refusal(of: message.bytes) {
                    report.refused.append((file.name, message.line, reason))
                } else {
                    report.taken += 1
                }
            }
        }
        let logger = Logger(label: "almoner") { StreamLogHandler.standardError(label: $0) }
        try await MessagesTick(
            records: wiring.records, work: intake.work(wiring.care.matching), now: { Wiring.now }, logger: logger
        ).drain()
        return report
    }

    private func tell(_ report: Importer.Report, _ taken: Taken, took: Duration) {
        for (type, count) in report.byType.sorted(by: { $0.key < $1.key }) {
            print("  \(type): \(count)")
        }
        if report.files > 0 {
            tell(report, took: took)
        }
        if report.files > 0, report.created == 0, report.updated == 0, report.quarantined == 0 {
            print("Nothing changed: all of it was here already.")
        }
        if taken.files > 0 {
            print(
                "\(taken.files) files of HL7 v2: \(taken.taken) messages taken, \(taken.refused.count) refused and kept."
            )
        }
        for entry in taken.refused.prefix(20) {
            print("  \(Self.onOneLine(entry.file)):\(entry.line): \(Self.onOneLine(entry.reason))")
        }
        for entry in report.firstQuarantined {
            print("  \(Self.onOneLine(entry.file)):\(entry.line): \(Self.onOneLine(entry.reason))")
        }
        if let place = report.quarantine {
            print("Quarantined texts with their reasons: \(place.path)")
        }
    }

    private func tell(_ report: Importer.Report, took: Duration) {
        print(
            """
            \(report.files) files: \(report.created) new, \(report.updated) changed, \(report.unchanged) unchanged, \
            \(report.quarantined) quarantined, in \(took.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))).
            """)
    }

    /// Names of files and what stood in them come from others: on a terminal they write no lines and no colours.
    private static func onOneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? "\u{FFFD}" : $0 }))
    }
}

/// One line on a terminal that is drawn again; where no person looks, a plain line each time, for scripts.
final class ProgressBar: Sendable {
    private let total: Int
    private let isShown = isatty(FileHandle.standardError.fileDescriptor) == 1
    private let wasDrawn = Mutex(false)

    init(total: Int) {
        self.total = max(total, 1)
    }

    func show(_ done: Int, _ text: String) {
        guard isShown else {
            note(text)
            return
        }
        let filled = min(40, done * 40 / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 40 - filled)
        FileHandle.standardError.write(Data("\r\(bar) \(min(100, done * 100 / total)) %  \(text)\u{1B}[K".utf8))
        wasDrawn.withLock { $0 = true }
    }

    func end() {
        if wasDrawn.withLock({ $0 }) {
            FileHandle.standardError.write(Data("\n".utf8))
        }
    }
}
