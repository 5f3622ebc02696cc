import Content

extension PlanPack {
    /// Reads a file of Content/plans.
    /// - Throws: `ContentProblem` naming the field that is missing or wrong.
    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow([
            "kind", "id", "title", "source", "version", "licence", "effectiveFrom", "effectiveTo", "problem",
            "suggestedBy", "goals", "interventions",
        ])
        id = try root["id"].text()
        title = try root["title"].text()
        origin = try ContentOrigin(root)
        problem = try root["problem"].text()
        var suggestions: [Suggestion] = []
        for field in try root["suggestedBy"].list() { suggestions.append(try Suggestion(field)) }
        var goals: [Goal] = []
        for field in try root["goals"].list() { goals.append(try Goal(field)) }
        var interventions: [Intervention] = []
        for field in try root["interventions"].list() {
            let intervention = try Intervention(field)
            if let stray = intervention.goals.first(where: { id in !goals.contains { $0.id == id } }) {
                throw field["goals"].problem("there is no goal \(stray)")
            }
            interventions.append(intervention)
        }
        suggestedBy = suggestions
        self.goals = goals
        self.interventions = interventions
        try check(root)
    }

    private func check(_ root: ContentField) throws(ContentProblem) {
        guard !goals.isEmpty else { throw root["goals"].problem("there are no goals") }
        guard !suggestedBy.isEmpty else { throw root["suggestedBy"].problem("nothing suggests this pack") }
        guard Set(goals.map(\.id)).count == goals.count else { throw root["goals"].problem("an id is used twice") }
        guard Set(interventions.map(\.id)).count == interventions.count else {
            throw root["interventions"].problem("an id is used twice")
        }
        if let idle = goals.first(where: { interventions(for: $0).isEmpty }) {
            throw root["goals"].problem("nothing is done for the goal \(idle.id)")
        }
    }
}

extension PlanPack.Suggestion {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["system", "code", "prefix", "need"])
        system = try field["system"].oneOf(System.self)
        isPrefix = field["prefix"].isPresent
        code = try field[isPrefix ? "prefix" : "code"].text()
        need = try field["need"].optionalText()
    }
}

extension PlanPack.Goal {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["id", "title", "needs", "personWords", "example", "measure", "dueInDays"])
        id = try field["id"].text()
        title = try field["title"].text()
        personWords = try field["personWords"].text()
        example = try field["example"].text()
        measure = try PlanPack.Measure(field["measure"])
        dueInDays = try field["dueInDays"].days()
        needs = try field["needs"].texts()
    }
}

extension PlanPack.Measure {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["loinc", "name", "unit", "direction", "target", "low", "high", "note"])
        loinc = try field["loinc"].optionalText()
        name = try field["name"].text()
        unit = try field["unit"].text()
        direction = try field["direction"].oneOf(Direction.self)
        target = try field["target"].optionalNumber()
        low = try field["low"].optionalNumber()
        high = try field["high"].optionalNumber()
        note = try field["note"].optionalText()
        if direction == .between {
            guard let low, let high, low < high else { throw field.problem("low and high are needed, low first") }
        } else if target == nil {
            throw field["target"].problem("a number is missing")
        }
    }
}

extension PlanPack.Intervention {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["id", "title", "who", "dueInDays", "everyDays", "goals", "patient"])
        id = try field["id"].text()
        title = try field["title"].text()
        who = try field["who"].oneOf(Role.self)
        dueInDays = try field["dueInDays"].days()
        everyDays = field["everyDays"].isPresent ? try field["everyDays"].days() : nil
        goals = try field["goals"].texts()
        patient = try field["patient"].text()
        guard !goals.isEmpty else { throw field["goals"].problem("it serves no goal") }
    }
}

extension ContentField {
    /// A number of days from 1 to ten years.
    func days() throws(ContentProblem) -> Int {
        let days = try int()
        guard (1...3_650).contains(days) else { throw problem("\(days) days is not from 1 to 3650") }
        return days
    }
}
