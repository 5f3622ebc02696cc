import ArgumentParser
import Foundation

/// Where the records are. Every option can also stand in the environment as `ALMONER_…`.
struct DataOptions: ParsableArguments {
    @Option(help: "The folder that holds the records.")
    var data: String = Environment.value("DATA") ?? "./almoner-data"

    var folder: URL { URL(filePath: data, directoryHint: .isDirectory) }
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
