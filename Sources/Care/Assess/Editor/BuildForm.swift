import Content
import FHIR

/// What a draft comes to: a Questionnaire, the rules that score it and whom it is for, and what is the matter with each field.
struct BuiltForm {
    var problems: [FormProblems.Problem] = []
    private(set) var questionnaire: JSON = .null
    private(set) var scoring: JSON?
    private(set) var asking: JSON = .null

    private let draft: FormDraft
    private let kinds: SafetyRules
    private var dangers: [(item: String, kind: String)] = []
    /// Link ids of the questions whose answers have points, with the least and the most of them.
    private var ranges: [(item: String, low: Int, high: Int)] = []

    /// - Parameters:
    ///   - draft: as it was typed.
    ///   - version: that it is to have.
    ///   - status: of the Questionnaire.
    ///   - start: first day of use, `yyyy-mm-dd`.
    ///   - kinds: of danger that an answer may mean.
    init(_ draft: FormDraft, version: Int, status: String, start: String, kinds: SafetyRules) {
        self.draft = draft
        self.kinds = kinds
        need("title", "Give the form a title.")
        need("purpose", "Say what it is for.")
        need("source", "Name the source: who wrote it, and where it was published.")
        need("terms", "Say by which terms you may use it.")
        let items = draft.text("import").isEmpty ? questions() : imported()
        buildScoring(version: version, start: start)
        buildAsking()
        questionnaire = .compact([
            "resourceType": "Questionnaire",
            "extension": .array(
                [
                    CareCode.mark("source", "valueString", said("source")),
                    CareCode.mark("licence", "valueString", said("terms")),
                ]
                    + (scoring == nil
                        ? []
                        : [CareCode.mark("scoring", "valueUri", .string("urn:almoner:scoring:\(draft.name)"))])
                    + (scoring.map { [CareCode.mark("scoring-rules", "valueString", Self.text($0))] } ?? [])
                    + [
                        CareCode.mark("asking-rules", "valueString", Self.text(asking)),
                        CareCode.mark("editor-fields", "valueString", .string(draft.kept)),
                    ]),
            "url": .string(SiteForms.urlStart + draft.name),
            "version": .string(String(version)),
            "title": said("title"),
            "_title": translation("title-es"),
            "status": .string(status),
            "subjectType": ["Patient"],
            // By this the site's own forms are found without reading any other.
            "useContext": [
                [
                    "code": [
                        "system": "http://terminology.hl7.org/CodeSystem/usage-context-type", "code": "venue",
                    ],
                    "valueCodeableConcept": CareCode.concept(SiteForms.system, SiteForms.own),
                ]
            ],
            "description": said("purpose"),
            "_description": translation("purpose-es"),
            "copyright": said("terms"),
            "effectivePeriod": ["start": .string(start)],
            "item": items.isEmpty ? nil : .array(items),
        ])
    }

    private static func text(_ json: JSON) -> JSON { .string(String(decoding: json.serialized(), as: UTF8.self)) }

    private mutating func need(_ field: String, _ message: String) {
        if draft.text(field).isEmpty { problems.append(.init(field, message)) }
    }

    /// FHIR has no empty texts: what is not typed yet stands as a dash in a draft.
    private func said(_ field: String) -> JSON { .string(draft.text(field).isEmpty ? "–" : draft.text(field)) }

    private func translation(_ field: String) -> JSON? {
        draft.hasSpanish && !draft.text(field).isEmpty ? Self.spanish(draft.text(field)) : nil
    }

    private static func spanish(_ text: String) -> JSON {
        [
            "extension": [
                [
                    "url": .string(QuestionnaireReader.translation),
                    "extension": [
                        ["url": "lang", "valueCode": "es"], ["url": "content", "valueString": .string(text)],
                    ],
                ]
            ]
        ]
    }
}

// The questions.
extension BuiltForm {
    private var system: String { "urn:almoner:form:\(draft.name)" }

    private mutating func questions() -> [JSON] {
        let all = draft.questions
        if all.isEmpty { problems.append(.init("q0-text", "Write at least one question.")) }
        return all.map { question($0) }
    }

    private mutating func question(_ number: Int) -> JSON {
        func text(_ part: String) -> String { draft.text("q\(number)-\(part)") }
        let link = "\(draft.name)-q\(number + 1)"
        let kind = text("kind").isEmpty ? "choice" : text("kind")
        if draft.hasSpanish, text("es").isEmpty {
            problems.append(.init("q\(number)-es", "This question is not there in Spanish. The title is."))
        }
        var item: [JSONMember] = []
        func add(_ name: String, _ value: JSON?) {
            if let value { item.append(JSONMember(name: name, value: value)) }
        }
        var extensions: [JSON] = []
        var options: [JSON]?
        switch kind {
        case "choice": options = choices(number, link)
        case "integer": extensions += range(number, link)
        default: break
        }
        let danger = text("danger")
        if kinds[danger] != nil {
            if ranges.contains(where: { $0.item == link }) {
                extensions.append(CareCode.mark("safety-item", "valueCode", .string(danger)))
                dangers.append((link, danger))
            } else {
                problems.append(
                    .init(
                        "q\(number)-danger", "A question that means danger needs answers with points: 0 for no danger.")
                )
            }
        }
        add("extension", extensions.isEmpty ? nil : .array(extensions))
        add("linkId", .string(link))
        if kind != "display" {
            add("code", [["system": .string(system), "code": .string(link), "display": .string(text("text"))]])
        }
        add("text", .string(text("text")))
        if draft.hasSpanish, !text("es").isEmpty { add("_text", Self.spanish(text("es"))) }
        add("type", .string(kind))
        if kind != "display", !text("required").isEmpty { add("required", true) }
        if kind == "text" { add("maxLength", 2_000) }
        add("answerOption", options.map { .array($0) })
        return .object(item)
    }

    /// One answer a line: points, words, and the words in Spanish, with a bar between them.
    private mutating func choices(_ number: Int, _ link: String) -> [JSON]? {
        let field = "q\(number)-choices"
        var options: [JSON] = []
        var points: [Int] = []
        var codes: Set<String> = []
        for (place, line) in draft.text(field).split(separator: "\n").enumerated() {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0).bare }
            let hasPoints = parts.count > 1
            let words = hasPoints ? parts[1] : parts[0]
            let score = hasPoints && !parts[0].isEmpty ? Int(parts[0]) : nil
            if hasPoints, !parts[0].isEmpty, score.map({ !(-100...100).contains($0) }) ?? true {
                problems.append(.init(field, "Answer \(place + 1): the points are no whole number from -100 to 100."))
            }
            let es = parts.count > 2 ? parts[2] : ""
            if draft.hasSpanish, es.isEmpty {
                problems.append(
                    .init(field, "Answer \(place + 1) is not there in Spanish: points | English | Spanish."))
            }
            guard !words.isEmpty else {
                problems.append(.init(field, "Answer \(place + 1) has no words."))
                continue
            }
            let code = Self.slug(words)
            guard codes.insert(code).inserted else {
                problems.append(.init(field, "Answer \(place + 1) is there twice."))
                continue
            }
            if let score { points.append(score) }
            options.append(
                .compact([
                    "extension": score.map {
                        [["url": .string(QuestionnaireReader.ordinal), "valueDecimal": .int($0)]]
                    },
                    "valueCoding": .compact([
                        "system": .string(system), "code": .string(code), "display": .string(words),
                        "_display": draft.hasSpanish && !es.isEmpty ? Self.spanish(es) : nil,
                    ]),
                ]))
        }
        if options.count < 2 { problems.append(.init(field, "Write two or more answers, one a line.")) }
        if !points.isEmpty {
            if points.count == options.count, let low = points.min(), let high = points.max() {
                ranges.append((link, low, high))
            } else {
                problems.append(.init(field, "Either every answer has points, or none has."))
            }
        }
        return options.isEmpty ? nil : options
    }

    /// A number from one to another: `0-10`.
    private mutating func range(_ number: Int, _ link: String) -> [JSON] {
        let typed = draft.text("q\(number)-choices")
        guard !typed.isEmpty else { return [] }
        let ends = typed.split(separator: "-").compactMap { Int(String($0).bare) }
        guard ends.count == 2, ends[0] < ends[1], ends[1] <= 1_000 else {
            problems.append(.init("q\(number)-choices", "Write the least and the most number, such as 0-10."))
            return []
        }
        return [
            ["url": .string(QuestionnaireReader.minValue), "valueInteger": .int(ends[0])],
            ["url": .string(QuestionnaireReader.maxValue), "valueInteger": .int(ends[1])],
        ]
    }

    private static func slug(_ words: String) -> String {
        var code = ""
        for letter in words.lowercased() {
            if letter.isLetter || letter.isNumber { code.append(letter) } else if code.last != "-" { code.append("-") }
        }
        return String(code.prefix(40))
    }

    /// The items of a Questionnaire that was pasted in. What the product does not know is said when it is read.
    private mutating func imported() -> [JSON] {
        guard let document = try? JSONDocument(text: draft.text("import")),
            document.root.text("resourceType") == "Questionnaire"
        else {
            problems.append(.init("import", "This is no FHIR Questionnaire as JSON."))
            return []
        }
        let items = document.root.list("item").map { prepared($0.value) }
        if items.isEmpty { problems.append(.init("import", "This Questionnaire has no items.")) }
        return items
    }

    /// An item with what our forms need besides, and with its points and dangers noted.
    private mutating func prepared(_ item: JSON) -> JSON {
        var item = item
        let type = item["type"]?.string
        if type == "text" || type == "string", item["maxLength"] == nil { item["maxLength"] = 2_000 }
        if let inner = item["item"]?.array { item["item"] = .array(inner.map { prepared($0) }) }
        guard let document = try? item.document(), let link = document.root.text("linkId") else { return item }
        let points = document.root.list("answerOption").compactMap { option in
            option.list("extension").first { $0.text("url") == QuestionnaireReader.ordinal }?["valueDecimal"]?.int
        }
        if let low = points.min(), let high = points.max(), points.allSatisfy({ (-100...100).contains($0) }) {
            ranges.append((link, low, high))
        }
        if let danger = SiteForms.mark(document.root, "safety-item") { dangers.append((link, danger)) }
        return item
    }
}

// What the answers come to, and whom it is for.
extension BuiltForm {
    private mutating func buildScoring(version: Int, start: String) {
        let combine = draft.text("combine")
        let isScored = ["sum", "max", "mean"].contains(combine)
        guard isScored || !dangers.isEmpty else { return }
        let lows = ranges.map(\.low)
        let highs = ranges.map(\.high)
        let isMax = combine == "max"
        let bands = isScored ? bands() : []
        let cutOff = isScored ? cutOff() : nil
        if isScored, ranges.isEmpty {
            problems.append(.init("combine", "No answer has points, so there is nothing to add up."))
            return
        }
        scoring = .compact([
            "title": said("title"), "source": said("source"), "version": .string(String(version)),
            "licence": ["decision": "ship", "textStatus": "embedded", "terms": said("terms")],
            "effectiveFrom": .string(start),
            "total": isScored
                ? [
                    "system": .string(system), "code": .string("\(draft.name)-total"),
                    "display": .string("\(draft.text("title")), total"),
                    "from": .int(isMax ? lows.max() ?? 0 : lows.reduce(0, +)),
                    "to": .int(isMax ? highs.max() ?? 0 : highs.reduce(0, +)), "combine": .string(combine),
                ] : nil,
            "items": isScored ? .array(ranges.map { .string($0.item) }) : nil,
            "missing": "refuse",
            "positive": cutOff.map { ["any": .int($0)] },
            "bands": bands.isEmpty ? nil : .array(bands),
            "safety": dangers.isEmpty ? nil : .array(safety),
        ])
    }

    private mutating func cutOff() -> Int? {
        let typed = draft.text("cut-off")
        guard !typed.isEmpty else { return nil }
        guard let number = Int(typed) else {
            problems.append(.init("cut-off", "Enter a whole number, or leave it empty."))
            return nil
        }
        return number
    }

    /// One band a line: from-to, what it is called, what it asks for.
    private mutating func bands() -> [JSON] {
        var found: [JSON] = []
        for (place, line) in draft.text("bands").split(separator: "\n").enumerated() {
            let parts = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0).bare }
            let ends = parts[0].split(separator: "-").compactMap { Int(String($0).bare) }
            guard parts.count == 3, let from = ends.first, let to = ends.last, ends.count <= 2, !parts[1].isEmpty,
                !parts[2].isEmpty
            else {
                problems.append(.init("bands", "Band \(place + 1): write it as 0-4 | low | Ask again in a year."))
                continue
            }
            found.append(
                ["from": .int(from), "to": .int(to), "severity": .string(parts[1]), "action": .string(parts[2])])
        }
        if found.isEmpty { problems.append(.init("bands", "Write what each total is called and asks for.")) }
        return found
    }

    /// What a kind of danger asks for stands in the site's safety rules, not in the form.
    private var safety: [JSON] {
        dangers.map { ["item": .string($0.item), "kind": .string($0.kind), "above": 0] }
    }

    private mutating func buildAsking() {
        func number(_ field: String, _ most: Int) -> Int? {
            let typed = draft.text(field)
            guard !typed.isEmpty else { return nil }
            guard let number = Int(typed), (0...most).contains(number) else {
                problems.append(.init(field, "Enter a whole number from 0 to \(most), or leave it empty."))
                return nil
            }
            return number
        }
        let from = number("from-age", 120)
        let to = number("to-age", 120)
        let days = number("again-days", 3_650)
        let group = Asking.Group(rawValue: draft.text("group")) ?? .other
        asking = .compact([
            "group": .string(group.rawValue),
            "ages": from == nil && to == nil
                ? nil : .compact(["from": from.map { .int($0) }, "to": to.map { .int($0) }]),
            "again": days.flatMap { $0 > 0 ? [["days": .int($0)]] : nil },
        ])
    }
}
