package import FHIR

/// Where an answer came from that stood there before anybody was asked, and whether somebody said that it is right.
package struct KnownMark: Sendable, Equatable {
    static let from = QuestionnaireReader.own + "known-from"
    static let confirmed = QuestionnaireReader.own + "confirmed"

    package let source: String
    package let isConfirmed: Bool

    package init(source: String, isConfirmed: Bool) {
        self.source = source
        self.isConfirmed = isConfirmed
    }

    /// By link id, of a stored QuestionnaireResponse.
    package static func all(_ response: JSONNode) -> [String: KnownMark] {
        var found: [String: KnownMark] = [:]
        var waiting = response.list("item")
        while let item = waiting.popLast() {
            waiting += item.list("item")
            for answer in item.list("answer") {
                waiting += answer.list("item")
                let marks = answer.list("extension")
                guard let linkId = item.text("linkId"),
                    let source = marks.first(where: { $0.text("url") == from })?.text("valueString")
                else { continue }
                let isRight = marks.first { $0.text("url") == confirmed }?["valueBoolean"]?.bool ?? false
                found[linkId] = KnownMark(source: source, isConfirmed: isRight)
            }
        }
        return found
    }

    /// As it stands at an answer.
    var extensions: JSON {
        [
            ["url": .string(Self.from), "valueString": .string(source)],
            ["url": .string(Self.confirmed), "valueBoolean": .bool(isConfirmed)],
        ]
    }
}
