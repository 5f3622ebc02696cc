import Testing

@testable import Content

struct YAMLTests {
    func parse(_ text: String) throws(YAMLError) -> ContentField {
        ContentField(root: try YAML.parse(Array(text.utf8)))
    }

    @Test func `members keep their order and texts are not guessed at`() throws {
        let root = try parse("b: 44250-9\na: 2026-01-01\nc: yes\nd: \"~\"\ne: ~\n")
        #expect(try root.members().map(\.name) == ["b", "a", "c", "d", "e"])
        #expect(try root["a"].text() == "2026-01-01")
        #expect(try root["c"].text() == "yes")
        #expect(root["d"].isPresent && !root["e"].isPresent && !root["z"].isPresent)
    }

    @Test func `a mistake is told with its place`() throws {
        let root = try parse("goals:\n  - due: soon\n")
        let problem = #expect(throws: ContentProblem.self) { try root["goals"].list()[0]["due"].int() }
        #expect(problem?.place == "goals[0].due")
    }

    @Test(arguments: ["a: [", "a: 1\na: 2", "a: &x 1\nb: *y", "\t- a", "? [a]\n: b"])
    func `what is not plain YAML is refused`(text: String) {
        #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
    }

    @Test func `bad UTF-8, deep nesting and multiplying aliases end in an error`() {
        #expect(throws: YAMLError.self) { try YAML.parse([0x61, 0xff]) }
        #expect(throws: YAMLError.self) {
            try YAML.parse(Array((String(repeating: "[", count: 200) + String(repeating: "]", count: 200)).utf8))
        }
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for step in 1...7 {
            let list = Array(repeating: "*a\(step - 1)", count: 10).joined(separator: ", ")
            text += "a\(step): &a\(step) [\(list)]\n"
        }
        #expect(throws: YAMLError.self) { try YAML.parse(Array(text.utf8)) }
    }

    @Test func `an empty file is an empty mapping`() throws {
        #expect(try YAML.parse([]) == .mapping([]))
    }
}
