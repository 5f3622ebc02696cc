import Content
import FHIR
import Foundation
import TestSupport
import Testing

@testable import Care

struct CheckContentTests {
    private func check(_ files: [String: String]) throws -> CheckContent.Report {
        let folder = FileManager.default.temporaryDirectory.appending(path: "check-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        return CheckContent(Content(folder: folder), definitions: try ScratchRecords.definitions()).run()
    }

    private var program: String {
        ShippedContent.text("programs/chronic-care.yaml").replacing("id: chronic-care", with: "id: our-care")
    }

    private var pack: String { ShippedContent.text("plans/falls.yaml").replacing("id: falls", with: "id: our-falls") }

    @Test func `every file that is wrong is told at once, with its line, and what follows from it is not`() throws {
        let report = try check([
            "programs/our-care.yaml": program.replacing("%age >= 18", with: "%age >=> 18"),
            "plans/our-falls.yaml": pack.replacing("title: ", with: "titel: "),
            // Names a pack that is wrong itself: nothing is the matter with this sheet.
            "education/our-sheet.yaml": ShippedContent.text("education/falls.yaml")
                .replacing("id: falls", with: "id: our-sheet").replacing("pack: falls", with: "pack: our-falls"),
            "instruments/our-form.json": "{",
            "program/misplaced.yaml": program,
        ])
        #expect(
            report.faults.map(\.file) == [
                "instruments/our-form.json", "plans/our-falls.yaml", "program/misplaced.yaml", "programs/our-care.yaml",
            ])
        let lines = program.split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(lines.firstIndex { $0.contains("%age >= 18") }) + 1
        #expect(report.faults.last?.line == line)
        #expect(report.faults.last?.description.hasPrefix("programs/our-care.yaml:\(line): entry.all[0]") == true)
    }

    @Test func `each wrong entry of a file is told, under its own number, and what follows from one is not`() throws {
        let text = pack.replacing("dueInDays: 90\n", with: "dueInDays: soon\n")
            .replacing("dueInDays: 30\n", with: "dueInDays: late\n")
        let report = try check(["plans/our-falls.yaml": text])
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let wrong = lines.indices.filter { lines[$0].hasSuffix(": soon") || lines[$0].hasSuffix(": late") }
        #expect(wrong.count >= 2)
        #expect(report.faults.count >= 2, "\(report.faults)")
        #expect(report.faults.allSatisfy { fault in wrong.contains { $0 + 1 == fault.line } }, "\(report.faults)")
        #expect(report.faults.map(\.problem).prefix(2).map { $0.prefix(8) } == ["goals[0]", "goals[1]"])
    }

    @Test func `what may be used is listed as added or as standing instead of the program's`() throws {
        let report = try check([
            "programs/our-care.yaml": program, "plans/falls.yaml": ShippedContent.text("plans/falls.yaml"),
        ])
        #expect(report == .init(added: ["programs/our-care.yaml"], replaced: ["plans/falls.yaml"], faults: []))
    }
}
