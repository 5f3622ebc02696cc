package import FHIR

extension Instrument {
    /// The form as it was when a response was given: with its rows, and with choices that a formula gave then.
    func asAnswered(_ response: JSONNode, _ answers: Answers) -> Instrument {
        let hasMovingChoices = isWorkedOut && questions.contains { $0.formulas.choices != nil }
        guard hasRepeatedGroups || hasMovingChoices else { return self }
        var form = unrolled(by: answers)
        guard hasMovingChoices else { return form }
        var chosen: [String: [Option]] = [:]
        func walk(_ node: JSONNode) {
            for item in node.list("item") {
                walk(item)
                for answer in item.list("answer") {
                    walk(answer)
                    guard let linkId = item.text("linkId"), let option = Option(answered: answer) else { continue }
                    chosen[linkId, default: []].append(option)
                }
            }
        }
        walk(response)
        func shaped(_ items: [Item]) -> [Item] {
            items.map { item in
                var item = item
                if item.formulas.choices != nil { item.options = chosen[item.asked] ?? [] }
                item.items = shaped(item.items)
                return item
            }
        }
        form.items = shaped(form.items)
        return form
    }
}

extension Instrument.Option {
    /// The choice that an answer names.
    fileprivate init?(answered node: JSONNode) {
        let coding: Instrument.Coding
        var value = "valueCoding"
        if let given = node["valueCoding"], let code = given.text("code") {
            coding = .init(system: given.text("system") ?? "", code: code, display: given.text("display") ?? code)
        } else if let given = node["valueReference"], let reference = given.text("reference") {
            coding = .init(system: "", code: reference, display: given.text("display") ?? reference)
            value = "valueReference"
        } else if let text = node.text("valueString") {
            coding = .init(system: "", code: text, display: text)
            value = "valueString"
        } else {
            return nil
        }
        self.init(coding: coding, score: nil, need: nil, displayIn: [:])
        self.value = value
    }
}
