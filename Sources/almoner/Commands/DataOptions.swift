import ArgumentParser
import Foundation
import Records

/// Where the records are. Every option can also stand in the environment as `ALMONER_…`.
struct DataOptions: ParsableArguments {
    @Option(help: "The folder that holds the records and the files beside them.")
    var data: String = Environment.value("DATA") ?? "./almoner-data"

    // What stands in the environment is not the default here: help would print it, and it may hold a password.
    @Option(
        help: ArgumentHelp(
            "The PostgreSQL database that holds the records, postgres://…, instead of the folder.",
            discussion: "A URL with a password belongs into ALMONER_DATABASE: arguments can be read by others."))
    var database: String?

    @Option(help: "The key that signs the audit. Beside the data folder unless it is given: DATA.audit-key.")
    var auditKey: String? = Environment.value("AUDIT_KEY")

    @Option(
        help: ArgumentHelp(
            "A folder for the signed heads of the audit, DATA.audit unless it is given; can be given more than once.",
            discussion: "Best is one on another machine. In ALMONER_AUDIT_HEADS several stand with a colon between."))
    var auditHeads: [String] = Environment.value("AUDIT_HEADS").map { $0.split(separator: ":").map(String.init) } ?? []

    /// Where the key and the heads of the audit are.
    var audit: AuditPlaces {
        var places = AuditPlaces.beside(folder)
        if let auditKey {
            places.key = URL(filePath: auditKey)
        }
        if !auditHeads.isEmpty {
            places.heads = auditHeads.map { URL(filePath: $0, directoryHint: .isDirectory) }
        }
        return places
    }

    var folder: URL { URL(filePath: data, directoryHint: .isDirectory) }

    func validate() throws {
        if let database, PostgresAddress(database)?.holdsPassword == true {
            throw ValidationError(
                "A password among the arguments can be read by everybody on this machine. "
                    + "Put the URL into ALMONER_DATABASE, or the password into ~/.pgpass.")
        }
        _ = try place
    }

    var place: Records.Place {
        get throws {
            guard let text = database ?? Environment.value("DATABASE"), !text.isEmpty else {
                return .folder(folder)
            }
            guard let address = PostgresAddress(text) else {
                throw ValidationError("The database is given as postgres://USER@HOST/NAME.")
            }
            return .postgres(address)
        }
    }
}

/// Where the key is that seals secrets: as the site says, else beside the data folder.
enum SecretsPlace {
    static func file(_ named: String?, beside folder: URL) -> URL {
        let folder = folder.standardizedFileURL
        return named.map { URL(filePath: $0) }
            ?? folder.deletingLastPathComponent().appending(path: folder.lastPathComponent + ".key")
    }
}

enum Environment {
    static func value(_ name: String) -> String? {
        ProcessInfo.processInfo.environment["ALMONER_\(name)"]
    }
}

/// Notes for the person at the terminal go to standard error, results to standard output.
func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}

/// A line on standard output at once, also when a service manager and not a terminal reads it.
func say(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}
