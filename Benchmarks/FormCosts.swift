import Access
import ArgumentParser
import Care
import Content
import FHIR
import Foundation
import Records

/// A form of many questions: opened on a person's record, kept while it is typed, scored and handed in. Every third question
/// hangs on the one before it, and totals are worked out by formulas.
struct FormCosts: AsyncParsableCommand {
    @Option(help: "An empty folder to work in.")
    var work: String

    @Option(help: "How many questions.")
    var questions = 60

    @Option(help: "How often each is measured.")
    var runs = 50

    func run() async throws {
        let folder = URL(filePath: work, directoryHint: .isDirectory)
        let content = Content()
        let records = try await BenchRecords.open(
            .folder(folder.appending(path: "records")), beside: folder, policy: try Policy(content: content))
        let text = form
        let file = "instruments/measured.json"
        let library = try InstrumentLibrary(
            content: { $0 == file ? Array(text.utf8) : content.file($0) },
            files: content.files(under: "instruments/") + [file])
        guard let instrument = library["measured"] else { throw ExitCode.failure }
        let caller = Caller(account: "bench", name: "Bench", roles: [.careManager], practitioner: "Practitioner/bench")
        try await records.write(as: .system("bench"), at: BenchRecords.now) { change in
            try change.create(["resourceType": "Patient", "birthDate": "1950-01-01"], id: "p")
        }
        var answers: Answers = [:]
        for number in 0..<questions { answers["q\(number)"] = [.code("2")] }
        let given = answers
        var (open, typed, scored, handed): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
        let clock = ContinuousClock()
        for turn in 0..<runs {
            let id = "measured-\(turn)"
            var began = clock.now
            try await records.read(as: caller, at: BenchRecords.now, for: "bench") { reader in
                let history = AssessmentHistory.of(
                    try reader.person("p", AssessmentHistory.reads), library: library, now: BenchRecords.now)
                let around = try FormSurroundings(
                    person: "p", user: nil, reader: reader, now: BenchRecords.now)
                _ = try instrument.beginning(in: around)
                let worked = instrument.worked([:], in: around)
                precondition(history.entries.count == turn && worked.faults.isEmpty)
            }
            open.append((clock.now - began).microseconds / 1_000)
            for closing in [false, true] {
                var verb = SubmitAssessment(
                    person: "p", instrument: instrument, answers: given, id: id, version: closing ? 1 : nil,
                    closing: closing, library: library)
                verb.isTyping = !closing
                let kept = verb
                began = clock.now
                _ = try await records.write(as: caller, at: BenchRecords.now) { try kept.perform(in: $0) }
                let took = (clock.now - began).microseconds / 1_000
                if closing { handed.append(took) } else { typed.append(took) }
            }
            began = clock.now
            _ = instrument.score(given)
            scored.append((clock.now - began).microseconds / 1_000)
        }
        let report: JSON = [
            "questions": .int(questions), "open_ms": .number("\(median(open))"),
            "typed_ms": .number("\(median(typed))"),
            "score_ms": .number("\(median(scored))"), "handed_in_ms": .number("\(median(handed))"),
        ]
        try await records.end()
        print(String(decoding: report.serialized(), as: UTF8.self))
    }

    private var form: String {
        let points = (0..<4).map { number in
            """
            {"valueCoding": {"system": "urn:example:answer", "code": "\(number)", "display": "Answer \(number)",
            "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": \(number)}]}}
            """
        }.joined(separator: ",")
        let items = (0..<questions).map { number in
            let hangs = """
                "enableWhen": [{"question": "q\(max(number - 1, 0))", "operator": "exists", "answerBoolean": true}],
                """
            return """
                {"linkId": "q\(number)", "text": "Question \(number)", "type": "choice", \(number % 3 == 2 ? hangs : "")
                "code": [{"system": "urn:example:question", "code": "q\(number)", "display": "Question \(number)"}],
                "answerOption": [\(points)]}
                """
        }
        return """
            {"resourceType": "Questionnaire", "url": "urn:example:measured", "version": "1", "status": "active",
            "title": "Measured", "description": "For measuring.", "copyright": "Apache-2.0",
            "effectivePeriod": {"start": "2026-01-01"}, "extension": [
            {"url": "urn:almoner:extension:source", "valueString": "For measuring"},
            {"url": "urn:almoner:extension:licence", "valueString": "Apache-2.0"}],
            "item": [{"linkId": "all", "text": "All", "type": "group", "item": [\(items.joined(separator: ","))]},
            {"linkId": "total", "text": "Total", "type": "decimal", "readOnly": true, "extension": [{
            "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
            "valueExpression": {"language": "text/fhirpath",
            "expression": "%resource.item.where(linkId='all').item.answer.value.ordinal().aggregate($this + $total, 0)"}}]}]}
            """
    }
}
