import Foundation
import Testing

@testable import Server

/// A printer that is not WeasyPrint: what it does wrong must not pass for a file.
struct PDFPrinterTests {
    private static func program(_ script: String) throws -> URL {
        let file = FileManager.default.temporaryDirectory.appending(path: "printer-\(UUID().uuidString)")
        try "#!/bin/sh\n\(script)\n".write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file.path)
        return file
    }

    @Test func `The file is what the program gives for the page`() async throws {
        let program = try Self.program("printf '%%PDF-1.7 '; cat")
        defer { try? FileManager.default.removeItem(at: program) }
        let file = try await PDFPrinter(program: program).print("<p>Ünder</p>")
        #expect(String(decoding: file, as: UTF8.self) == "%PDF-1.7 <p>Ünder</p>")
    }

    @Test(arguments: ["cat >/dev/null; exit 3", "cat", "cat >/dev/null; printf '%%PDF-'; exit 1", "exit 0"])
    func `What ends badly or gives no PDF is a failure`(script: String) async throws {
        let program = try Self.program(script)
        defer { try? FileManager.default.removeItem(at: program) }
        await #expect(throws: PDFPrinter.Failure.failed) {
            _ = try await PDFPrinter(program: program).print(String(repeating: "a", count: 300_000))
        }
    }

    @Test func `A program that does not end is ended`() async throws {
        let program = try Self.program("exec sleep 600")
        defer { try? FileManager.default.removeItem(at: program) }
        await #expect(throws: PDFPrinter.Failure.tookTooLong) {
            _ = try await PDFPrinter(program: program, limit: .milliseconds(200)).print("<p>")
        }
    }

    @Test func `Any number of pages asked for at once all become files`() async throws {
        let program = try Self.program("printf '%%PDF-'; cat")
        defer { try? FileManager.default.removeItem(at: program) }
        let printer = PDFPrinter(program: program, limit: .seconds(300))
        let files = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 0..<12 {
                group.addTask { try await printer.print("\(number)") }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert(String(decoding: $1, as: UTF8.self)) }
        }
        #expect(files == Set((0..<12).map { "%PDF-\($0)" }))
    }

    @Test func `It is looked for where the site says, else in the folders of programs`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appending(path: "weasyprint")
        #expect(PDFPrinter.find(named: nil, path: "/nowhere:\(folder.path)") == nil)
        try Data().write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program.path)
        #expect(PDFPrinter.find(named: nil, path: "/nowhere:\(folder.path)")?.path == program.path)
        #expect(PDFPrinter.find(named: "/nowhere/weasyprint", path: folder.path) == nil)
    }
}
