package import Content

/// What people are told to do more of, and less of: of two sentences on one matter that point different ways, a person
/// cannot follow both. `conflicts/instructions.yaml`
package struct InstructionRules: Sendable {
    package struct Said: Sendable {
        let text: String
        let source: String
        let reference: String?

        package init(text: String, source: String, reference: String?) {
            self.text = text
            self.source = source
            self.reference = reference
        }
    }

    private struct Topic: Sendable {
        let name: String
        let more: [String]
        let less: [String]
    }

    package static let file = "conflicts/instructions.yaml"
    package let origin: ContentOrigin
    private let topics: [Topic]

    /// - Throws: ``ContentProblem`` and what reading YAML throws.
    package init(content: Content) throws {
        guard let bytes = content.file(Self.file) else {
            throw ContentProblem(place: Self.file, problem: "it is not there")
        }
        let root = ContentField(root: try YAML.parse(bytes))
        try root.allow(["kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "topics"])
        guard try root["kind"].text() == "instruction-rules" else {
            throw root["kind"].problem("it is not instruction-rules")
        }
        origin = try ContentOrigin(root)
        topics = try root["topics"].list().map { field throws(ContentProblem) in
            try field.allow(["name", "more", "less"])
            return Topic(
                name: try field["name"].text(), more: try field["more"].texts().map(\.plainWords),
                less: try field["less"].texts().map(\.plainWords))
        }
    }

    func conflicts(_ said: [Said], _ ordered: [Said]) -> [PlanConflict] {
        let all = (said + ordered).map { (said: $0, plain: " \($0.text.plainWords) ") }
        return topics.flatMap { topic -> [PlanConflict] in
            func matches(_ words: [String]) -> [Said] {
                all.filter { one in words.contains { one.plain.contains(" \($0) ") } }.map(\.said)
            }
            let more = matches(topic.more)
            let less = matches(topic.less)
            var found: [PlanConflict] = []
            for one in more {
                for other in less where one.source != other.source {
                    let conflict = PlanConflict(
                        .instructions, "\(topic.name): told to do more and to do less",
                        "\(one.source): “\(one.text)” and \(other.source): “\(other.text)”",
                        [one.reference, other.reference].compactMap(\.self))
                    if !found.contains(conflict) { found.append(conflict) }
                }
            }
            return found
        }
    }
}
