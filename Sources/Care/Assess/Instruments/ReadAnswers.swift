package import FHIR

extension Instrument {
    /// Answers of an HTML form: fields are named by link id, a choice sends the code.
    ///
    /// Nothing is refused here: what does not fit is kept as text, so that ``check(_:closing:)`` can say so beside its
    /// field and what was typed is never lost. Fields that are no question of this form are left out.
    /// - Parameters:
    ///   - fields: name and value, in the order sent; a name may come several times. The unit of a quantity comes as
    ///     `LINKID.unit`, the free answer of an open choice as `LINKID.other`, a file that is stored as `LINKID.file`; its
    ///     address as `LINKID.gone` takes it out.
    ///   - moment: makes a FHIR dateTime of day and time as they are typed where the site is; nil for what is none.
    /// - Returns: answers by link id, those of the second row and later by ``Place``.
    package func answers(
        fromForm fields: [(name: String, value: String)], moment: (String) -> String? = { _ in nil }
    ) -> Answers {
        var answers: Answers = [:]
        let items = Dictionary(questions.map { ($0.asked, $0) }, uniquingKeysWith: { first, _ in first })
        func last(_ name: String) -> String? { fields.last { $0.name == name }?.value.trimmed }
        for (name, value) in fields {
            guard value.contains(where: { !$0.isWhitespace }) else { continue }
            let ending =
                [".other", ".file", ".gone"].first { name.hasSuffix($0) && items[Place(key: name).linkId] == nil } ?? ""
            let key = String(name.dropLast(ending.count))
            guard let item = items[Place(key: key).linkId] else { continue }
            let trimmed = value.trimmed
            if ending == ".file" || ending == ".gone" || item.kind == .attachment {
                let isGone = { (file: Answer.Attachment) in
                    fields.contains { $0.name == key + ".gone" && $0.value == file.reference }
                }
                if ending == ".file", item.kind == .attachment, let file = Answer.Attachment(held: trimmed),
                    !isGone(file)
                {
                    answers[key, default: []].append(.attachment(file))
                }
                continue
            }
            let answer: Answer =
                switch item.kind {
                case .choice, .reference: .code(trimmed)
                case .openChoice:
                    ending == ".other" || item.option(trimmed) == nil ? .text(value.trimmed) : .code(trimmed)
                case .integer: Int(trimmed).map(Answer.integer) ?? .text(value)
                case .boolean: ["true": .boolean(true), "false": .boolean(false)][trimmed] ?? .text(value)
                case .date: .date(trimmed)
                case .decimal: DecimalDigits.plain(trimmed).map(Answer.decimal) ?? .text(value)
                case .quantity:
                    DecimalDigits.plain(trimmed).map { .quantity($0, unit: last(key + ".unit") ?? item.unit?.code) }
                        ?? .text(value)
                case .dateTime:
                    (FHIRDate(trimmed) == nil ? moment(trimmed) : trimmed).map(Answer.dateTime) ?? .text(value)
                case .time: .time(trimmed.utf8.count == 5 ? trimmed + ":00" : trimmed)
                case .text, .string, .url, .group, .display, .attachment: .text(value)
                }
            // A choice sent twice is still one choice.
            if !item.isChoice || answers[key]?.contains(answer) != true { answers[key, default: []].append(answer) }
        }
        return answers
    }

    /// Answers of a stored QuestionnaireResponse, to go on with a draft or to show what is known.
    package func answers(from response: JSONNode) -> Answers {
        var answers: Answers = [:]
        let repeated = Set(repeatedGroups.keys)
        func read(_ node: JSONNode, _ rows: [Int]) {
            var count: [String: Int] = [:]
            for item in node.list("item") {
                guard let linkId = item.text("linkId") else { continue }
                var rows = rows
                if repeated.contains(linkId) {
                    count[linkId, default: 0] += 1
                    rows.append(count[linkId] ?? 1)
                }
                let key = Place(linkId: linkId, rows: rows).key
                read(item, rows)
                for node in item.list("answer") {
                    read(node, rows)
                    if let answer = Answer(node, prefix: "value") { answers[key, default: []].append(answer) }
                }
            }
        }
        read(response, [])
        return answers
    }

    /// Answers to another form that this form asks for too, by the same link id and code: what PHQ-2 knows, PHQ-9
    /// does not ask again.
    package func carriedOver(_ answers: Answers, from other: Instrument) -> Answers {
        answers.filter { linkId, _ in
            guard let mine = item(linkId)?.code, let theirs = other.item(linkId)?.code else { return false }
            return mine.system == theirs.system && mine.code == theirs.code
        }
    }
}

extension Answer {
    /// The value of one `answer`, `initial` or `enableWhen`; nil for a kind our forms do not use.
    init?(_ node: JSONNode, prefix: String) {
        if let code = node.text(prefix + "Coding", "code") {
            self = .code(code)
        } else if let text = node.text(prefix + "String") ?? node.text(prefix + "Uri") {
            self = .text(text)
        } else if let number = node[prefix + "Integer"]?.int {
            self = .integer(number)
        } else if let digits = node[prefix + "Decimal"]?.digits {
            self = .decimal(digits)
        } else if let truth = node[prefix + "Boolean"]?.bool {
            self = .boolean(truth)
        } else if let day = node.text(prefix + "Date") {
            self = .date(day)
        } else if let moment = node.text(prefix + "DateTime") {
            self = .dateTime(moment)
        } else if let time = node.text(prefix + "Time") {
            self = .time(time)
        } else if let reference = node.text(prefix + "Reference", "reference") {
            self = .code(reference)
        } else if let quantity = node[prefix + "Quantity"], let digits = quantity["value"]?.digits {
            self = .quantity(digits, unit: quantity.text("code") ?? quantity.text("unit"))
        } else if let file = node[prefix + "Attachment"], let url = file.text("url") {
            self = .attachment(
                .init(
                    reference: url, type: file.text("contentType") ?? "", title: file.text("title") ?? "",
                    bytes: file["size"]?.int ?? 0))
        } else {
            return nil
        }
    }
}

extension Answer.Attachment {
    /// As a page holds it between two looks: what was stored is named, and looked up again before it is believed.
    package var held: String { "\(reference)|\(bytes)|\(type)|\(title)" }

    init?(held: String) {
        let parts = held.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].hasPrefix("Binary/"), let bytes = Int(parts[1]) else { return nil }
        self.init(reference: String(parts[0]), type: String(parts[2]), title: String(parts[3]), bytes: bytes)
    }
}

/// Numbers as people type them.
enum DecimalDigits {
    /// The digits as JSON writes them: `7.50`; a comma counts as the point. Nil for what is no number.
    static func plain(_ typed: String) -> String? {
        var text = typed.replacing(",", with: ".")
        if text.hasPrefix("+") { text.removeFirst() }
        let isNegative = text.hasPrefix("-")
        if isNegative { text.removeFirst() }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.utf8.count <= 18,
            parts.allSatisfy({ part in part.utf8.allSatisfy { (48...57).contains($0) } }),
            parts.contains(where: { !$0.isEmpty })
        else { return nil }
        let whole = String(parts[0].drop { $0 == "0" })
        let fraction = parts.count > 1 && !parts[1].isEmpty ? "." + parts[1] : ""
        return (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole) + fraction
    }
}

extension String {
    /// The text without white space at its ends.
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
