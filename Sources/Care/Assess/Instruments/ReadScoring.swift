import Content

extension Scoring {
    /// Reads one entry of Content/instruments/scoring.yaml.
    /// - Throws: `ContentProblem` naming the field that is missing or wrong.
    init(_ field: ContentField) throws(ContentProblem) {
        try field.allow([
            "title", "source", "version", "licence", "effectiveFrom", "effectiveTo", "ages", "panel", "total", "items",
            "missing", "positive", "bands", "safety", "opens", "review", "keyQuestions", "change",
        ])
        guard try field["missing"].text() == "refuse" else {
            throw field["missing"].problem("only \"refuse\" is known: a total is never estimated")
        }
        origin = try Self.origin(field)
        fromAge = try field["ages"]["from"].optionalInt()
        toAge = try field["ages"]["to"].optionalInt()
        panel = try field["panel"].optionalText()
        total = try Self.total(field["total"])
        items = try field["items"].texts()
        cutOffs = try Self.cutOffs(field["positive"])
        bands = try Self.bands(field["bands"])
        safety = try Self.safety(field["safety"])
        opens = try Self.opening(field["opens"])
        review = try Self.review(field["review"])
        keyQuestions = try Self.keyQuestions(field["keyQuestions"])
        change = try Self.change(field["change"])
        try checkBands(field["bands"])
    }

    private static func origin(_ field: ContentField) throws(ContentProblem) -> ContentOrigin {
        let licence = field["licence"]
        guard try licence["decision"].text() == "ship", try licence["textStatus"].text() == "embedded" else {
            throw licence.problem("a form that is shipped says decision: ship and textStatus: embedded")
        }
        return ContentOrigin(
            source: try field["source"].text(), version: try field["version"].text(),
            licence: try licence["terms"].text(), effectiveFrom: try ContentOrigin.day(field["effectiveFrom"]),
            effectiveTo: field["effectiveTo"].isPresent ? try ContentOrigin.day(field["effectiveTo"]) : nil)
    }

    private static func total(_ field: ContentField) throws(ContentProblem) -> Total {
        Total(
            system: try field["system"].text(), code: try field["code"].text(), display: try field["display"].text(),
            from: try field["from"].int(), to: try field["to"].int())
    }

    private static func cutOffs(_ field: ContentField) throws(ContentProblem) -> CutOffs {
        if let any = try field["any"].optionalInt() { return CutOffs(female: any, male: any, unknown: any) }
        return CutOffs(
            female: try field["female"].int(), male: try field["male"].int(), unknown: try field["unknown"].int())
    }

    private static func bands(_ field: ContentField) throws(ContentProblem) -> [Band] {
        var bands: [Band] = []
        for entry in try field.list() {
            bands.append(
                Band(
                    from: try entry["from"].int(), to: try entry["to"].int(),
                    when: entry["when"].isPresent ? try entry["when"].oneOf(Band.When.self) : nil,
                    severity: try entry["severity"].text(), action: try entry["action"].text()))
        }
        return bands
    }

    private static func safety(_ field: ContentField) throws(ContentProblem) -> [SafetyRule] {
        var rules: [SafetyRule] = []
        for entry in try field.list() {
            rules.append(
                SafetyRule(
                    item: try entry["item"].text(), kind: try entry["kind"].text(), above: try entry["above"].int(),
                    within: try entry["within"].text(), action: try entry["action"].text(),
                    tellPerson: try entry["tellPerson"].text(), crisisLine: try entry["crisisLine"].text(),
                    emergencyLine: try entry["emergencyLine"].text()))
        }
        return rules
    }

    private static func opening(_ field: ContentField) throws(ContentProblem) -> Opening? {
        guard field.isPresent else { return nil }
        return Opening(instrument: try field["instrument"].text(), from: try field["from"].int())
    }

    private static func review(_ field: ContentField) throws(ContentProblem) -> [ReviewRule] {
        var rules: [ReviewRule] = []
        for entry in try field.list() {
            rules.append(
                ReviewRule(allPointsFrom: try entry["allPointsFrom"].text(), note: try entry["note"].text()))
        }
        return rules
    }

    private static func keyQuestions(_ field: ContentField) throws(ContentProblem) -> KeyQuestions? {
        guard field.isPresent else { return nil }
        let items = try field["items"].texts()
        return KeyQuestions(
            items: items,
            positive: Band(
                from: 1, to: items.count, when: .positive, severity: try field["severity"].text(),
                action: try field["action"].text()),
            clear: Band(
                from: 0, to: 0, when: .negative, severity: try field["clearSeverity"].text(),
                action: try field["clearAction"].text()))
    }

    private static func change(_ field: ContentField) throws(ContentProblem) -> Change? {
        guard field.isPresent else { return nil }
        return Change(
            responseDropPercent: try field["responseDropPercent"].int(),
            remissionBelow: try field["remissionBelow"].int())
    }

    /// Every total has exactly one band, whatever the sex.
    private func checkBands(_ field: ContentField) throws(ContentProblem) {
        guard total.from <= total.to, total.to - total.from <= 1_000 else {
            throw field.problem("the range of the total is not a range")
        }
        for cut in Set([cutOffs.female, cutOffs.male, cutOffs.unknown]) {
            for points in total.from...total.to {
                let positive = points >= cut
                let fitting = bands.count { $0.from <= points && points <= $0.to && $0.fits(positive) }
                guard fitting == 1 else {
                    throw field.problem("a total of \(points) has \(fitting) bands when the cut-off is \(cut), not 1")
                }
            }
        }
    }
}

extension Scoring.Band {
    /// Whether the band is meant for positive, or for negative results.
    func fits(_ positive: Bool) -> Bool { when == nil || (when == .positive) == positive }
}
