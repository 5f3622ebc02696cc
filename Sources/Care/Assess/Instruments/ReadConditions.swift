import FHIR

extension QuestionnaireReader {
    func conditions(_ node: JSONNode, of linkId: String) throws(InstrumentFailure) -> [Instrument.Condition] {
        var found: [Instrument.Condition] = []
        for condition in node.list("enableWhen") {
            guard let question = condition.text("question"), question != linkId else {
                throw failure("\(linkId): enableWhen names no question, or its own")
            }
            let answer = Answer(condition, prefix: "answer")
            let test: Instrument.Condition.Test
            switch (condition.text("operator"), answer) {
            case ("exists", .boolean(let wanted)?): test = .exists(wanted)
            case ("=", let answer?): test = .equals(answer)
            case ("!=", let answer?): test = .differs(answer)
            case (let sign?, let answer?):
                guard let order = Instrument.Condition.Order(rawValue: sign), answer.order(to: answer) == 0 else {
                    throw failure("\(linkId): this enableWhen is not supported: \(sign) does not fit its answer")
                }
                test = .compares(order, answer)
            default: throw failure("\(linkId): this enableWhen is not supported")
            }
            found.append(Instrument.Condition(question: question, test: test))
        }
        return found
    }
}
