package import Foundation
import Glibc
import Subprocess
import SystemPackage

/// Makes tagged PDFs (PDF/UA-1) of pages with WeasyPrint, where the site has installed it.
///
/// The program gets the page on its standard input and gives the file on its standard output, so that nothing of a person
/// lies on the disk, and it may fetch nothing: neither an address nor a file.
package actor PDFPrinter {
    package enum Failure: Error, Sendable, Equatable {
        /// The program ended by itself and gave no file.
        case failed
        case tookTooLong
    }

    private let program: FilePath
    private let limit: Duration
    private var free = PDFPrinter.atOnce
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// A page takes a core for about a second: more at once would be slower for all.
    private static let atOnce = 2
    private static let largestFile = 64 * 1_024 * 1_024
    private static let arguments: Arguments = [
        "--quiet", "--encoding", "utf-8", "--pdf-variant", "pdf/ua-1", "--allowed-protocols", "data",
        "--no-http-redirects", "-", "-",
    ]

    /// - Parameters:
    ///   - program: WeasyPrint 63 or later.
    ///   - limit: what takes longer is ended.
    package init(program: URL, limit: Duration = .seconds(60)) {
        self.program = FilePath(program.path)
        self.limit = limit
    }

    /// The printer of this machine.
    /// - Parameters:
    ///   - named: where the site says that the program is.
    ///   - path: the folders to look in otherwise, with colons between, as in `PATH`.
    /// - Returns: nil when there is none.
    package static func find(named: String?, path: String?) -> URL? {
        let places =
            named.map { [URL(filePath: $0)] }
            ?? (path ?? "").split(separator: ":").map { URL(filePath: String($0)).appending(path: "weasyprint") }
        return places.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }

    /// - Parameter html: a whole page with its styles within.
    /// - Returns: the file.
    /// - Throws: ``Failure``; the program's own words are not passed on, for they may quote the page.
    func print(_ html: String) async throws -> [UInt8] {
        await begin()
        defer { end() }
        return try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask { [program] in try await Self.run(program, html) }
            group.addTask { [limit] in
                try await Task.sleep(for: limit)
                throw Failure.tookTooLong
            }
            defer { group.cancelAll() }
            guard let file = try await group.next() else {
                throw Failure.failed
            }
            return file
        }
    }

    /// A program that ends before it has read the page must not end the server with it: the failed write says enough.
    private static let withoutPipeSignal: Void = { _ = signal(SIGPIPE, SIG_IGN) }()

    private static func run(_ program: FilePath, _ html: String) async throws -> [UInt8] {
        _ = withoutPipeSignal
        let result: ExecutionResult<Void, BytesOutput, DiscardedOutput>
        do {
            result = try await Subprocess.run(
                .path(program), arguments: arguments,
                environment: .custom(["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]),
                input: .inputWriter, output: .bytes(limit: largestFile), error: .discarded
            ) { execution in
                // A program that ends early leaves the page unread: its way of ending says more than that. The end of
                // what it gets to read is written in any case, for the library does not forgive its absence.
                _ = try? await execution.standardInputWriter.write(Array(html.utf8))
                try? await execution.standardInputWriter.finish()
            }
        } catch is CancellationError {
            throw Failure.tookTooLong
        } catch {
            throw Failure.failed
        }
        guard result.terminationStatus.isSuccess, result.standardOutput.starts(with: Array("%PDF-".utf8)) else {
            throw Failure.failed
        }
        return result.standardOutput
    }

    private func begin() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func end() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
