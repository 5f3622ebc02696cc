package import Content

/// What is to be done after somebody came home, by when and for whom. Content/transitions/home.yaml
package struct TransitionPlan: Sendable {
    package static let file = "transitions/home.yaml"

    /// How likely it is that the person comes back, by LACE and HOSPITAL.
    package enum Risk: String, Sendable, CaseIterable {
        case high, moderate, low, unknown
    }

    /// When a step is due, counted from the day of discharge, which is not counted.
    package enum Due: Sendable, Equatable {
        case businessDays(Int)
        case days(Int)
    }

    /// One of the answers to a step.
    package struct Answer: Sendable, Equatable {
        package let code: String
        package let words: String
        /// The step goes on.
        package let staysOpen: Bool
    }

    package struct Step: Sendable, Equatable {
        package let code: TaskCode
        package let title: String
        package let due: Due
        /// Empty: whatever the risk.
        let risk: Set<Risk>
        /// Empty: wherever the person went.
        let to: Set<Stay.Disposition>
        package let question: String?
        package let answers: [Answer]

        func fits(_ risk: Risk, _ to: Stay.Disposition) -> Bool {
            (self.risk.isEmpty || self.risk.contains(risk)) && (self.to.isEmpty || self.to.contains(to))
        }
    }

    package struct Conclusion: Sendable, Equatable {
        package let code: String
        package let words: String
    }

    package let origin: ContentOrigin
    package let title: String
    package let days: Int
    /// So many attempts in time meet the rule of the first contact.
    package let timelyAttempts: Int
    package let conclusions: [Conclusion]
    private let all: [Step]
    private let lace: [(risk: Risk, from: Int)]
    private let hospital: [(risk: Risk, from: Int)]

    /// The steps of one discharge, in the order of the file.
    package func steps(_ risk: Risk, to: Stay.Disposition) -> [Step] {
        var seen: Set<TaskCode> = []
        return all.filter { $0.fits(risk, to) && seen.insert($0.code).inserted }
    }

    /// The step of a code, as it is asked about; nil for one that asks nothing.
    package func asked(_ code: TaskCode) -> Step? { all.first { $0.code == code && $0.question != nil } }

    /// The higher of what the two scores say. Points of HOSPITAL that are not known are taken to be none.
    package func risk(lace: Int, hospital: Int?) -> Risk {
        let order: [Risk] = [.high, .moderate]
        return order.first { risk in
            self.lace.contains { $0.risk == risk && lace >= $0.from }
                || hospital.map { points in self.hospital.contains { $0.risk == risk && points >= $0.from } } ?? false
        } ?? .low
    }

    /// - Throws: ``ContentFailure``
    package init(content: Content) throws {
        self = try CareContent.read(Self.file, content) { root throws(ContentProblem) in try TransitionPlan(root) }
    }

    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow([
            "kind", "id", "title", "source", "version", "licence", "effectiveFrom", "effectiveTo", "days", "risk",
            "timelyAttempts", "steps", "conclusions",
        ])
        guard try root["kind"].text() == "transition-plan" else {
            throw root["kind"].problem("it is not transition-plan")
        }
        origin = try ContentOrigin(root)
        title = try root["title"].text()
        days = try root["days"].days()
        timelyAttempts = try root["timelyAttempts"].int()
        guard timelyAttempts > 0 else { throw root["timelyAttempts"].problem("it is not above 0") }
        var lace: [(Risk, Int)] = []
        var hospital: [(Risk, Int)] = []
        try root["risk"].allow(["high", "moderate"])
        for (name, field) in try root["risk"].members() {
            try field.allow(["lace", "hospital"])
            guard let risk = Risk(rawValue: name) else { throw field.problem("there is no risk of that name") }
            lace.append((risk, try field["lace"].int()))
            hospital.append((risk, try field["hospital"].int()))
        }
        (self.lace, self.hospital) = (lace, hospital)
        all = try root["steps"].list().map { field throws(ContentProblem) in try Step(field) }
        guard all.contains(where: { $0.code == .day30 && $0.risk.isEmpty && $0.to.isEmpty }) else {
            throw root["steps"].problem("day-30, for everybody, is not among them: nothing would close the 30 days")
        }
        conclusions = try root["conclusions"].list().map { field throws(ContentProblem) in
            try field.allow(["code", "words"])
            return Conclusion(code: try field["code"].text(), words: try field["words"].text())
        }
        guard !conclusions.isEmpty, Set(conclusions.map(\.code)).count == conclusions.count else {
            throw root["conclusions"].problem("there is one at least, and each once")
        }
    }
}

extension TransitionPlan.Step {
    fileprivate init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["code", "title", "due", "risk", "to", "ask"])
        code = try field["code"].oneOf(TaskCode.self)
        guard TransitionPlan.codes.contains(code) else { throw field["code"].problem("it is no step of a transition") }
        title = try field["title"].text()
        try field["due"].allow(["days", "businessDays"])
        if field["due"]["businessDays"].isPresent {
            due = .businessDays(try field["due"]["businessDays"].days())
        } else {
            due = .days(try field["due"]["days"].days())
        }
        risk = Set(try Self.choices(field["risk"], TransitionPlan.Risk.self))
        to = Set(try Self.choices(field["to"], Stay.Disposition.self))
        guard field["ask"].isPresent else {
            (question, answers) = (nil, [])
            return
        }
        try field["ask"].allow(["question", "answers"])
        question = try field["ask"]["question"].text()
        answers = try field["ask"]["answers"].list().map { answer throws(ContentProblem) in
            try answer.allow(["code", "words", "open"])
            return TransitionPlan.Answer(
                code: try answer["code"].text(), words: try answer["words"].text(),
                staysOpen: try answer["open"].optionalText() == "yes")
        }
        guard answers.contains(where: { !$0.staysOpen }) else {
            throw field["ask"].problem("no answer would ever close it")
        }
    }

    private static func choices<Choice: RawRepresentable>(
        _ field: ContentField, _ type: Choice.Type
    ) throws(ContentProblem) -> [Choice] where Choice.RawValue == String {
        guard field.isPresent else { return [] }
        return try field.texts().map { text throws(ContentProblem) in
            guard let choice = Choice(rawValue: text) else { throw field.problem("\(text) is none of the choices") }
            return choice
        }
    }
}

extension TransitionPlan {
    /// What may be a step.
    static let codes: Set<TaskCode> = [
        .dischargeContact, .dischargeSummary, .dischargeBooking, .dischargeTeachBack, .dischargeServices,
        .dischargeVisit7, .dischargeVisit14, .medicationReconciliation, .dischargeResults, .dischargeSecondCall, .day30,
    ]
}
