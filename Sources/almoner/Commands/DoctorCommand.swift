import ArgumentParser
import Foundation
import Records
import Server

/// Is this installation as it should be, and what mends it if not?
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at this installation and print what mends each fault.",
        discussion: """
            It changes nothing, and the server may be running. Ends with 0 when there is no fault; what is marked "look" \
            is for the site to decide. Whether the audit is as it was: almoner audit verify.
            """)

    @OptionGroup var options: DataOptions

    @Option(help: "Where the key is that seals secrets. Beside the data folder unless it is given.")
    var keyFile: String? = Environment.value("KEY_FILE")

    @Option(help: "Where WeasyPrint is. Looked for in the PATH unless it is given.")
    var weasyprint: String? = Environment.value("WEASYPRINT")

    func run() async throws {
        let folder = options.folder.standardizedFileURL
        let secrets = SecretsPlace.file(keyFile, beside: folder)
        let printer = PDFPrinter.find(named: weasyprint, path: ProcessInfo.processInfo.environment["PATH"])
        var all: [Finding] = []
        let keys = [(secrets, "The key of secrets"), (options.audit.key, "The key of the audit")]
        all += FolderFindings(folder: folder, keys: keys, heads: options.audit.heads).all()
        all += DiskFindings(folder: folder).all()
        all += await RecordFindings(place: try options.place, folder: folder).all()
        all += MachineFindings(weasyprint: printer).all()
        for finding in all {
            print(finding.lines)
        }
        let faults = all.filter { $0.level == .fault }.count
        guard faults == 0 else {
            print("\(faults == 1 ? "1 fault" : "\(faults) faults").")
            throw ExitCode(1)
        }
        print("No fault.")
    }
}
