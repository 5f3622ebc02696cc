import FHIR
import Foundation
import FoundationXML
import TestSupport
import Testing

/// HL7's tests of FHIRPath for R4, as far as they are in `../shared/data/fhirpath`.
@Suite(.enabled(if: SharedData.isThere))
struct OfficialFHIRPathTests {
    /// What is not as the tests have it, and why; docs/fhirpath.md lists the same.
    static let known: [String: String] = [:]

    @Test
    func `the official tests pass but for those known not to`() throws {
        let folder = try #require(SharedData.folder).appending(path: "data/fhirpath")
        let document = try XMLDocument(contentsOf: folder.appending(path: "tests-fhir-r4.xml"))
        var failed: [String: String] = [:]
        var passed = 0
        var unread: [String] = []
        for case let test as XMLElement in try document.nodes(forXPath: "//test") {
            guard let name = test.attribute(forName: "name")?.stringValue else { continue }
            do {
                if let fault = try fault(of: test, in: folder) {
                    failed[name] = fault
                } else {
                    passed += 1
                }
            } catch is CocoaError {
                unread.append(name)
            }
        }
        print(
            "FHIRPath: \(passed) official tests pass, \(failed.count) do not, \(unread.count) lack their file: \(unread)"
        )
        for (name, fault) in failed.sorted(by: { $0.key < $1.key }) where Self.known[name] == nil {
            Issue.record("\(name): \(fault)")
        }
        for name in Self.known.keys where failed[name] == nil { Issue.record("\(name) passes, but is listed") }
        #expect(passed > 500)
    }

    private func fault(of test: XMLElement, in folder: URL) throws -> String? {
        guard let element = test.elements(forName: "expression").first, let expression = element.stringValue else {
            return "no expression"
        }
        let invalid = element.attribute(forName: "invalid")?.stringValue
        let wanted = test.elements(forName: "output").map {
            (type: $0.attribute(forName: "type")?.stringValue, text: $0.stringValue ?? "")
        }
        var input = test.attribute(forName: "inputfile")?.stringValue ?? "patient-example.xml"
        if input.hasSuffix(".xml") { input = String(input.dropLast(4)) + ".json" }
        let root = try JSONDocument(Array(Data(contentsOf: folder.appending(path: input)))).root
        do {
            let path = try FHIRPath(expression, definitions: try R4.definitions())
            if invalid == "semantic" { try path.check(on: root["resourceType"]?.string ?? "") }
            var environment = FHIRPathEnvironment()
            environment.now = 1_795_190_400_000
            let values = try path.evaluate(on: root, environment: environment)
            if invalid != nil { return "\(expression) should be refused, gave \(values.map(\.json))" }
            if test.attribute(forName: "predicate")?.stringValue == "true" {
                let isTrue = values.count == 1 ? values[0].bool ?? true : !values.isEmpty
                return "\(isTrue)" == wanted.first?.text ? nil : "as a condition \(isTrue)"
            }
            let isOrdered = test.attribute(forName: "ordered")?.stringValue != "false"
            var found = values.map { text($0) }
            var texts = wanted.map { plain($0.text) }
            if !isOrdered {
                found.sort()
                texts.sort()
            }
            guard found == texts else { return "\(expression) gave \(found) instead of \(texts)" }
            for (value, want) in zip(values, wanted) where isOrdered {
                if let type = want.type, value.type.lowercased() != type.lowercased() {
                    return "\(expression) gave a \(value.type) instead of a \(type)"
                }
            }
            return nil
        } catch let error as FHIRPathError {
            return invalid == nil ? "\(expression) was refused: \(error)" : nil
        }
    }

    private func text(_ value: FHIRPathValue) -> String { value.text ?? "(part)" }

    private func plain(_ text: String) -> String {
        text.hasPrefix("@T") ? String(text.dropFirst(2)) : text.hasPrefix("@") ? String(text.dropFirst()) : text
    }
}
