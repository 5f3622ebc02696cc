import Content

extension PlanPack {
    /// Reads a file of Content/plans.
    /// - Throws: `ContentProblem` naming the field that is missing or wrong.
    init(_ root: ContentField, lines: HelpLines) throws(ContentProblem) {
        try root.allow([
            "kind", "id", "title", "called", "source", "version", "licence", "effectiveFrom", "effectiveTo", "ages",
            "problem", "suggestedBy", "goals", "interventions", "selfCare", "warningSigns", "contacts", "measures",
            "choices",
        ])
        id = try root["id"].text()
        title = try root["title"].text()
        called = try PlanWords(root["called"], lines)
        origin = try ContentOrigin(root)
        ages = try Ages(root["ages"])
        problem = try root["problem"].text()
        suggestedBy = try root["suggestedBy"].all(Suggestion.init)
        let goals = try root["goals"].all { field throws(ContentProblem) in try Goal(field, lines) }
        let steps = try root["interventions"].all { field throws(ContentProblem) in
            let intervention = try Intervention(field, lines)
            if let stray = intervention.goals.first(where: { id in !goals.contains { $0.id == id } }) {
                throw field["goals"].problem("there is no goal \(stray)")
            }
            return intervention
        }
        contacts = try Contacts(root["contacts"])
        self.goals = goals
        interventions = steps + [try Intervention(contacts: contacts, root["contacts"], goals.map(\.id), lines)]
        selfCare = try root["selfCare"].all { field throws(ContentProblem) in try PlanWords(field, lines) }
        try root["warningSigns"].allow(Set(WarningSign.Light.allCases.map(\.rawValue)))
        var signs: [WarningSign] = []
        for light in WarningSign.Light.allCases {
            signs.append(try WarningSign(light, root["warningSigns"][light.rawValue], lines))
        }
        warningSigns = signs
        measures = try root["measures"].all(Followed.init)
        choices = try root["choices"].all(Choice.init)
        try check(root)
    }

    private func check(_ root: ContentField) throws(ContentProblem) {
        guard !goals.isEmpty else { throw root["goals"].problem("there are no goals") }
        guard !suggestedBy.isEmpty else { throw root["suggestedBy"].problem("nothing suggests this pack") }
        guard !selfCare.isEmpty else { throw root["selfCare"].problem("it does not say what the person does") }
        guard Set(goals.map(\.id)).count == goals.count else { throw root["goals"].problem("an id is used twice") }
        guard Set(interventions.map(\.id)).count == interventions.count else {
            throw root["interventions"].problem("an id is used twice")
        }
        let steps = Set(interventions.map(\.id))
        for (name, ids) in [
            ("choices", choices.flatMap(\.steps)), ("after", interventions.flatMap(\.after).map(\.step)),
        ] {
            if let stray = ids.first(where: { !steps.contains($0) }) {
                throw root[name].problem("there is no step \(stray)")
            }
        }
        guard steps.isDisjoint(with: choices.map(\.id)),
            Set(choices.flatMap(\.steps)).count == choices.flatMap(\.steps).count
        else { throw root["choices"].problem("an id is used twice") }
        if let idle = goals.first(where: { goal in !interventions.dropLast().contains { $0.goals.contains(goal.id) } })
        {
            throw root["goals"].problem("nothing is done for the goal \(idle.id)")
        }
    }
}

extension PlanPack.Ages {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["from", "to"])
        from = try field["from"].int()
        to = try field["to"].optionalInt()
        guard (0...120).contains(from), from <= to ?? 120, to ?? 120 <= 120 else {
            throw field.problem("from and to are whole years from 0 to 120, from first")
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
    init(_ field: ContentField, _ lines: HelpLines) throws(ContentProblem) {
        try field.allow([
            "id", "title", "needs", "personWords", "example", "es", "measure", "dueInDays", "replaces",
        ])
        try field["es"].allow(["personWords", "example"])
        id = try field["id"].text()
        title = try field["title"].text()
        personWords = try PlanWords(field["personWords"], field["es"]["personWords"], lines)
        example = try PlanWords(field["example"], field["es"]["example"], lines)
        measure = try PlanPack.Measure(field["measure"])
        dueInDays = try field["dueInDays"].days()
        needs = try field["needs"].texts()
        replaces = try field["replaces"].texts()
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
    init(_ field: ContentField, _ lines: HelpLines) throws(ContentProblem) {
        try field.allow([
            "id", "title", "who", "dueInDays", "everyDays", "goals", "patient", "es", "when", "after", "times",
            "forDays", "values", "required", "precheck", "replaces",
        ])
        id = try field["id"].text()
        title = try field["title"].text()
        who = try field["who"].oneOf(Role.self)
        dueInDays = try field["dueInDays"].days()
        everyDays = field["everyDays"].isPresent ? try field["everyDays"].days() : nil
        goals = try field["goals"].texts()
        patient = try PlanWords(field["patient"], field["es"], lines)
        when = try field["when"].all(When.init)
        after = try field["after"].all(After.init)
        times = try field["times"].optionalInt()
        forDays = field["forDays"].isPresent ? try field["forDays"].days() : nil
        values = try field["values"].all(Value.init)
        let required = try field["required"].optionalText()
        self.required = required.flatMap(CareProtocol.Required.init(rawValue:))
        isPrechecked = field["precheck"].isPresent ? try field["precheck"].text() == "yes" : false
        replaces = try field["replaces"].texts()
        guard !goals.isEmpty else { throw field["goals"].problem("it serves no goal") }
        guard required == nil || self.required != nil else {
            throw field["required"].problem("it is must, could or must-unless-documented")
        }
        guard everyDays != nil || (times == nil && forDays == nil) else {
            throw field["everyDays"].problem("times and forDays are of what repeats")
        }
        guard (1...1_000).contains(times ?? 1) else { throw field["times"].problem("it is from 1 to 1000") }
    }

    /// The contacts as a step that repeats in their first rhythm and serves every goal.
    init(
        contacts: PlanPack.Contacts, _ field: ContentField, _ goals: [String], _ lines: HelpLines
    ) throws(ContentProblem) {
        id = "check-in"
        title = contacts.title
        who = contacts.who
        dueInDays = contacts.firstInDays
        everyDays = contacts.turns.first?.everyDays
        self.goals = goals
        patient = try PlanWords(field["patient"], field["es"], lines)
        when = []
        after = []
        times = nil
        forDays = nil
        values = []
        required = nil
        isPrechecked = false
        replaces = []
    }
}

extension PlanPack.Intervention.When {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["kind", "words", "path"])
        kind = field["kind"].isPresent ? try field["kind"].oneOf(Kind.self) : .applicability
        words = try field["words"].text()
        path = try field["path"].text()
    }
}

extension PlanPack.Intervention.After {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["step", "days"])
        step = try field["step"].text()
        days = field["days"].isPresent ? try field["days"].days() : 0
    }
}

extension PlanPack.Intervention.Value {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["path", "expression"])
        path = try field["path"].text()
        expression = try field["expression"].text()
    }
}

extension PlanPack.Choice {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["id", "title", "choose", "steps"])
        id = try field["id"].text()
        title = try field["title"].text()
        guard let selection = CareProtocol.Selection(rawValue: try field["choose"].text()) else {
            throw field["choose"].problem(
                "it is any, all, all-or-none, exactly-one, at-most-one or one-or-more")
        }
        self.selection = selection
        steps = try field["steps"].texts()
        guard steps.count > 1 else { throw field["steps"].problem("a choice is among two steps at least") }
    }
}

extension PlanPack.WarningSign {
    init(_ light: Light, _ field: ContentField, _ lines: HelpLines) throws(ContentProblem) {
        try field.allow(["see", "do", "es"])
        try field["es"].allow(["see", "do"])
        self.light = light
        see = try PlanWords(field["see"], field["es"]["see"], lines)
        act = try PlanWords(field["do"], field["es"]["do"], lines)
    }
}

extension PlanPack.Contacts {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["title", "who", "firstInDays", "patient", "es", "rhythm"])
        title = try field["title"].text()
        who = try field["who"].oneOf(PlanPack.Intervention.Role.self)
        firstInDays = try field["firstInDays"].days()
        turns = try field["rhythm"].all(Turn.init)
        guard let last = turns.last, last.forDays == nil, turns.dropLast().allSatisfy({ $0.forDays != nil }) else {
            throw field["rhythm"].problem("each says for how many days, but for the last")
        }
    }
}

extension PlanPack.Contacts.Turn {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["everyDays", "forDays"])
        everyDays = try field["everyDays"].days()
        forDays = field["forDays"].isPresent ? try field["forDays"].days() : nil
    }
}

extension PlanPack.Followed {
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow(["loinc", "name", "unit", "everyDays"])
        loinc = try field["loinc"].text()
        name = try field["name"].text()
        unit = try field["unit"].text()
        everyDays = field["everyDays"].isPresent ? try field["everyDays"].days() : nil
    }
}

extension ContentField {
    /// A number of days from 1 to ten years.
    func days() throws(ContentProblem) -> Int {
        let days = try int()
        guard (1...3_650).contains(days) else { throw problem("\(days) days is not from 1 to 3650") }
        return days
    }

    /// What is read of each member of a list.
    fileprivate func all<Read>(
        _ read: (ContentField) throws(ContentProblem) -> Read
    ) throws(ContentProblem) -> [Read] {
        var found: [Read] = []
        for field in try list() { found.append(try read(field)) }
        return found
    }
}
