import FHIR
import Foundation
import TestSupport
import Testing

@Suite(.enabled(if: SharedData.isThere))
struct SharedRecordsTests {
    private func issues(_ file: URL) throws -> [String] {
        let document = try JSONDocument(Array(Data(contentsOf: file)))
        return Validator(definitions: try R4.definitions()).validate(document.root).filter { $0.severity == .error }.map
        { issue in
            (issue.expression ?? "-") + " " + issue.code.rawValue
        }
    }

    @Test(arguments: SharedData.files(in: "data/synthea", ending: ".json"))
    func `records of sixty people are sound`(file: URL) throws {
        #expect(try issues(file) == [])
    }

    @Test(arguments: SharedData.files(in: "data/examples-us-core", ending: ".json"))
    func `examples of US Core are sound`(file: URL) throws {
        #expect(try issues(file) == [])
    }

    @Test(arguments: SharedData.files(in: "data/examples-r4", ending: ".json"))
    func `examples of the specification are sound but for those known not to be`(file: URL) throws {
        let found = try issues(file)
        switch file.lastPathComponent {
        // Display items without the linkId that R4 asks of every item.
        case "bundle-questionnaire.json": #expect(found.count { $0.hasSuffix("linkId required") } == 50, "\(found)")
        default: #expect(found == [])
        }
    }
}
