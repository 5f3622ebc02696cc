package import Content

/// How somebody is tried, step by step, from Content/outreach.
package struct OutreachSequence: Sendable, Equatable {
    /// One try.
    package struct Step: Sendable, Equatable {
        /// Days from the first step.
        package let day: Int
        package let channel: RecordAttempt.Channel
        /// A name of ``OutreachScripts``.
        package let script: String
        /// What to mind, in plain words.
        package let advice: String?
    }

    /// From when on the team is asked whether somebody is unreachable.
    package struct Unreachable: Sendable, Equatable {
        package let attempts: Int
        /// How many different ways were tried.
        package let ways: Int
        /// Days between the first and the last attempt.
        package let days: Int
    }

    /// The name of the file without its ending.
    package let id: String
    package let title: String
    package let origin: ContentOrigin
    /// Taken where no other one is for the programme.
    package let isUsual: Bool
    /// Ids of the programmes that it is for.
    package let programs: [String]
    package let steps: [Step]
    package let unreachable: Unreachable

    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow([
            "kind", "id", "title", "source", "version", "licence", "effectiveFrom", "effectiveTo", "usual", "programs",
            "steps", "unreachable",
        ])
        origin = try ContentOrigin(root)
        id = try root["id"].text()
        title = try root["title"].text()
        isUsual = try root["usual"].text() == "yes"
        programs = try root["programs"].texts()
        var steps: [Step] = []
        for field in try root["steps"].list() {
            try field.allow(["day", "channel", "script", "advice"])
            let day = try field["day"].int()
            guard (steps.last?.day ?? 0)...365 ~= day else {
                throw field["day"].problem("days go up, from 0 to 365")
            }
            steps.append(
                Step(
                    day: day, channel: try field["channel"].oneOf(RecordAttempt.Channel.self),
                    script: try field["script"].text(), advice: try field["advice"].optionalText()))
        }
        guard !steps.isEmpty, steps.count <= 50 else {
            throw root["steps"].problem("1 to 50 steps are expected")
        }
        self.steps = steps
        let limit = root["unreachable"]
        try limit.allow(["attempts", "ways", "days"])
        unreachable = Unreachable(
            attempts: try limit["attempts"].int(), ways: try limit["ways"].int(), days: try limit["days"].int())
        guard unreachable.attempts > 0, unreachable.ways > 0, unreachable.days >= 0 else {
            throw limit.problem("numbers above zero are expected")
        }
    }
}
