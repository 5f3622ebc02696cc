import Access
import ArgumentParser
import FHIR
import Foundation
import Records

/// The audit: is it as it was, what is in it, and who vouches for it.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify the audit, export it, or print the key that signs it.",
        subcommands: [Verify.self, ExportEvents.self, Key.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Walk through the audit and name the first row of each lane that is not as it was.",
            discussion: "The server may be running. Ends with 0 only when all is well.")

        @OptionGroup var options: DataOptions

        @Option(help: "Another public key whose seals count; can be given more than once. See `almoner audit key`.")
        var trust: [String] = []

        func run() async throws {
            let verifier = try AuditVerifier(options.place, audit: options.audit, trusted: trust)
            let began = ContinuousClock.now
            let reports = try await verifier.run { rows in
                if rows % 1_000_000 < 20_000 {
                    note("\(rows) rows")
                }
            }
            let seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1_000
            try verifier.close()
            for report in reports {
                print(Self.words(report))
            }
            let rows = reports.reduce(0) { $0 + $1.verified }
            note("\(rows) rows in \(seconds) s")
            guard reports.allSatisfy({ $0.broken == nil }) else {
                print("The audit is not as it was.")
                throw ExitCode(1)
            }
            print("The audit is as it was.")
        }

        private static func words(_ report: AuditLaneReport) -> String {
            var parts = ["\(report.verified) rows under \(report.seals) seals"]
            if report.unchained > 0 {
                parts.append("\(report.unchained) older rows without a chain")
            }
            if report.unsealed > 0 {
                parts.append("\(report.unsealed) new rows not sealed yet")
            }
            var text = "Lane \(report.lane): \(parts.joined(separator: ", "))."
            if let broken = report.broken {
                let row = broken.row.map { "row \($0)" } ?? "the lane"
                let when = broken.at.map { " of \(FHIRDate.instant($0))" } ?? ""
                text += "\n  First broken: \(row)\(when): \(broken.words)"
            }
            return text
        }
    }

    struct ExportEvents: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write the audit as FHIR AuditEvents, one a line (NDJSON).")

        @OptionGroup var options: DataOptions

        @Option(help: "The file to write to; standard output unless it is given.")
        var out: String?

        @Option(help: "The name of the site, as the events say it.")
        var site: String = Environment.value("SITE") ?? "Care management"

        private static let page = 2_000
        private static let caller = Caller(account: "system/audit", name: "Almoner (audit)", roles: [.administrator])

        func run() async throws {
            let wiring = try await Wiring(options)
            if let out {
                FileManager.default.createFile(atPath: out, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            let handle = try out.map { try FileHandle(forWritingTo: URL(filePath: $0)) } ?? .standardOutput
            try await wiring.records.noteExport(by: .system("audit"), at: Wiring.now, for: "export of the audit")
            var ask = AuditAsk()
            ask.order = .oldest
            ask.limit = Self.page
            var count = 0
            while true {
                let question = ask
                let lines = try await wiring.records.auditLines(question, as: Self.caller, at: Wiring.now)
                for line in lines {
                    let event = AuditEvent.json(line, site: site).serialized() + [UInt8(ascii: "\n")]
                    try handle.write(contentsOf: event)
                }
                count += lines.count
                guard let last = lines.last, lines.count == Self.page else {
                    break
                }
                ask.after = last.place
            }
            try handle.synchronizeIfFile()
            try await wiring.records.end()
            note("\(count) events")
        }
    }

    struct Key: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the public half of the key that signs the audit of this machine.")

        @OptionGroup var options: DataOptions

        func run() async throws {
            guard let key = try AuditKey(existing: options.audit.key) else {
                throw ValidationError("There is no key at \(options.audit.key.path): start the server once.")
            }
            print(key.publicText)
        }
    }
}

extension FileHandle {
    /// Standard output may be a pipe, which has nothing to synchronise.
    fileprivate func synchronizeIfFile() throws {
        if self !== FileHandle.standardOutput {
            try synchronize()
            try close()
        }
    }
}
