import Content
import FHIR
import TestSupport
import Testing

struct ReadPathsTests {
    private func paths(_ type: String, _ code: String) throws -> Set<[String]> {
        let definitions = try ScratchRecords.definitions()
        let number = try #require(definitions.number(ofType: type))
        return Set(definitions.pathsRead(by: try #require(definitions.searchParameter(number, code)).number))
    }

    @Test func `a parameter reads its elements and what chooses among them`() throws {
        #expect(try paths("Patient", "birthdate") == [["birthDate"]])
        #expect(try paths("Patient", "phone") == [["telecom"], ["telecom", "system"]])
        #expect(try paths("Encounter", "_tag") == [["meta", "tag"]])
        #expect(try paths("Observation", "value-quantity").isSuperset(of: [["valueQuantity"]]))
    }

    @Test func `a composite reads what its parts read`() throws {
        #expect(
            try paths("Observation", "component-code-value-quantity").isSuperset(of: [
                ["component"], ["component", "code"], ["component", "valueQuantity"],
            ]))
    }

    @Test func `what nobody can tell reads everything`() throws {
        #expect(try paths("Location", "near") == [[]])
        #expect(try ScratchRecords.definitions().pathsRead(by: 127 * 128 * 128) == [[]])
    }

    @Test func `every parameter of every type says what it reads`() throws {
        let definitions = try ScratchRecords.definitions()
        for type in definitions.resourceTypes.indices {
            for parameter in definitions.searchParameters(type) {
                for path in definitions.pathsRead(by: parameter.number) {
                    #expect(!path.contains(""), "\(parameter.code)")
                    #expect(!path.joined().contains { "[]:=|() ".contains($0) }, "\(parameter.code): \(path)")
                    let name = definitions.resourceTypes[type]
                    if let first = path.first, first != "meta" {
                        #expect(definitions.element("\(name).\(first)") != nil, "\(parameter.code): \(path)")
                    }
                }
            }
        }
    }
}
