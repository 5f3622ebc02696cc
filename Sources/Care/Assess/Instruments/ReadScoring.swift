import Content

extension Scoring {
    /// Reads one entry of Content/instruments/scoring.yaml.
    /// - Parameters:
    ///   - field: the entry.
    ///   - kinds: what answers that mean danger ask for.
    /// - Throws: `ContentProblem` naming the field that is missing or wrong.
    init(_ field: ContentField, _ kinds: SafetyRules) throws(ContentProblem) {
        try field.allow([
            "title", "source", "version", "licence", "effectiveFrom", "effectiveTo", "panel", "total", "items",
            "missing", "positive", "bands", "scales", "safety", "opens", "review", "keyQuestions", "change",
            "screen", "questions",
        ])
        title = try field["title"].text()
        origin = try Self.origin(field)
        isSiteSupplied = try Self.isSiteSupplied(field["licence"])
        panel = try field["panel"].optionalText()
        total = try Self.total(field["total"])
        items = try field["items"].texts()
        mostBlank = try Self.mostBlank(field["missing"])
        cutOffs = try Self.cutOffs(field["positive"])
        bands = try Self.bands(field["bands"])
        scales = try Self.scales(field["scales"])
        safety = try Self.safety(field["safety"], kinds)
        opens = try Self.opening(field["opens"])
        review = try Self.review(field["review"])
        keyQuestions = try Self.keyQuestions(field["keyQuestions"])
        change = try Self.change(field["change"])
        screen = try Self.screen(field["screen"])
        supplied = try Self.supplied(field["questions"])
        guard isSiteSupplied != supplied.isEmpty else {
            throw field["questions"].problem("a form whose wording the site brings lists its questions, others do not")
        }
        if let total {
            try checkBands(field["bands"], total)
        } else if !items.isEmpty || !bands.isEmpty || cutOffs != nil {
            throw field["total"].problem("there are scored items, bands or a cut-off, but no total")
        }
    }

    private static func origin(_ field: ContentField) throws(ContentProblem) -> ContentOrigin {
        ContentOrigin(
            source: try field["source"].text(), version: try field["version"].text(),
            licence: try field["licence"]["terms"].text(), effectiveFrom: try ContentOrigin.day(field["effectiveFrom"]),
            effectiveTo: field["effectiveTo"].isPresent ? try ContentOrigin.day(field["effectiveTo"]) : nil)
    }

    private static func isSiteSupplied(_ licence: ContentField) throws(ContentProblem) -> Bool {
        switch (try licence["decision"].text(), try licence["textStatus"].text()) {
        case ("ship", "embedded"): return false
        case ("site", "site-supplied"): return true
        default:
            throw licence.problem(
                "it says decision: ship with textStatus: embedded, or decision: site with textStatus: site-supplied")
        }
    }

    /// `refuse`, or for how many questions a blank counts 0. A total is never estimated from the others.
    private static func mostBlank(_ field: ContentField) throws(ContentProblem) -> Int {
        if let most = try field["countsZeroUpTo"].optionalInt() { return most }
        guard try field.text() == "refuse" else {
            throw field.problem("\"refuse\" or \"countsZeroUpTo\" is expected: a total is never estimated")
        }
        return 0
    }

    private static func total(_ field: ContentField) throws(ContentProblem) -> Total? {
        guard field.isPresent else { return nil }
        return Total(
            system: try field["system"].text(), code: try field["code"].text(), display: try field["display"].text(),
            from: try field["from"].int(), to: try field["to"].int(),
            combine: field["combine"].isPresent ? try field["combine"].oneOf(Total.Combine.self) : .sum,
            isHighBetter: try field["better"].optionalText() == "high")
    }

    private static func cutOffs(_ field: ContentField) throws(ContentProblem) -> CutOffs? {
        guard field.isPresent else { return nil }
        try field.allow(["any", "atMost", "female", "male", "unknown", "below"])
        if let low = try field["atMost"].optionalInt() {
            return CutOffs(rows: [.init(ages: nil, female: low, male: low, unknown: low)], isLow: true)
        }
        if let any = try field["any"].optionalInt() {
            return CutOffs(rows: [.init(ages: nil, female: any, male: any, unknown: any)], isLow: false)
        }
        if field["below"].isPresent {
            return CutOffs(rows: try below(field["below"]), isLow: true)
        }
        return CutOffs(
            rows: [
                .init(
                    ages: nil, female: try field["female"].int(), male: try field["male"].int(),
                    unknown: try field["unknown"].int())
            ], isLow: false)
    }

    /// Cut-offs by age: positive below the number. Of unknown sex the higher one counts, so that nobody is missed.
    private static func below(_ field: ContentField) throws(ContentProblem) -> [CutOffs.Row] {
        var rows: [CutOffs.Row] = []
        for entry in try field.list() {
            try entry.allow(["from", "to", "female", "male"])
            let (from, to) = (try entry["from"].int(), try entry["to"].int())
            guard from <= to, rows.last?.ages.map({ $0.upperBound < from }) ?? true else {
                throw entry["from"].problem("ages rise from line to line, each line from its first to its last")
            }
            let (female, male) = (try entry["female"].int() - 1, try entry["male"].int() - 1)
            rows.append(.init(ages: from...to, female: female, male: male, unknown: max(female, male)))
        }
        return rows
    }

    private static func scales(_ field: ContentField) throws(ContentProblem) -> [Scale] {
        var scales: [Scale] = []
        for entry in try field.list() {
            scales.append(
                Scale(
                    name: try entry["name"].text(), title: try entry["title"].text(),
                    system: try entry["system"].text(), code: try entry["code"].text(),
                    items: try entry["items"].texts(), positive: try entry["positive"].int()))
        }
        return scales
    }

    private static func supplied(_ field: ContentField) throws(ContentProblem) -> [SuppliedQuestion] {
        var questions: [SuppliedQuestion] = []
        for entry in try field.list() {
            try entry.allow(["item", "topic", "answers", "needs"])
            var points: [String: Int] = [:]
            for (code, value) in try entry["answers"].members() { points[code] = try value.int() }
            var needs: [String: String] = [:]
            for (code, value) in try entry["needs"].members() { needs[code] = try value.text() }
            questions.append(
                SuppliedQuestion(
                    item: try entry["item"].text(), topic: try entry["topic"].text(), points: points, needs: needs))
        }
        return questions
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

    private static func safety(_ field: ContentField, _ kinds: SafetyRules) throws(ContentProblem) -> [SafetyRule] {
        var rules: [SafetyRule] = []
        for entry in try field.list() {
            try entry.allow(["item", "kind", "above"])
            guard let asks = kinds[try entry["kind"].text()] else {
                throw entry["kind"].problem("\(SafetyRules.file) does not say what it asks for")
            }
            rules.append(SafetyRule(item: try entry["item"].text(), above: try entry["above"].int(), asks: asks))
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
        try field.allow(["source", "points", "responseDropPercent", "remissionBelow"])
        let change = Change(
            source: try field["source"].text(), points: try field["points"].optionalInt(),
            responseDropPercent: try field["responseDropPercent"].optionalInt(),
            remissionBelow: try field["remissionBelow"].optionalInt())
        guard change.points ?? 1 > 0, 1...100 ~= change.responseDropPercent ?? 1,
            change.points != nil || change.responseDropPercent != nil
        else { throw field.problem("points, or responseDropPercent from 1 to 100, is expected") }
        return change
    }

    private static func screen(_ field: ContentField) throws(ContentProblem) -> ScreenResult? {
        guard field.isPresent else { return nil }
        return ScreenResult(adult: try field["adult"].text(), young: try field["young"].text())
    }

    /// Every total has exactly one band, whatever the sex.
    private func checkBands(_ field: ContentField, _ total: Total) throws(ContentProblem) {
        guard total.from <= total.to, total.to - total.from <= 1_000 else {
            throw field.problem("the range of the total is not a range")
        }
        let cuts =
            cutOffs.map { Set($0.rows.flatMap { [$0.female, $0.male, $0.unknown] }).map(Optional.some) } ?? [nil]
        for cut in cuts {
            for points in total.from...total.to {
                let positive = cut.map { cutOffs?.isPositive(points, at: $0) ?? false } ?? false
                let fitting = bands.count { $0.from <= points && points <= $0.to && $0.fits(positive) }
                guard fitting == 1 else {
                    let place = cut.map { " when the cut-off is \($0)" } ?? ""
                    throw field.problem("a total of \(points) has \(fitting) bands\(place), not 1")
                }
            }
        }
    }
}

extension Scoring.Band {
    /// Whether the band is meant for positive, or for negative results.
    func fits(_ positive: Bool) -> Bool { when == nil || (when == .positive) == positive }
}
