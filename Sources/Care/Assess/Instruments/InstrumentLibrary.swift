import Content
import FHIR

/// All forms that can be asked, loaded and checked when the server starts.
package struct InstrumentLibrary: Sendable {
    /// Those that came with the program or stand in files of the site, by name.
    private let shipped: [String: Instrument]
    /// Those that the site has written in the editor.
    package internal(set) var site: SiteForms
    /// What answers that mean danger ask for.
    package let safety: SafetyRules
    /// The forms by name, such as `phq-9`.
    package var instruments: [String: Instrument] { shipped.merging(site.current) { shipped, _ in shipped } }
    /// Forms that others own: scored here once a site has put the wording beside them, in the order of their titles.
    package let slots: [Slot]

    /// A form whose codes and scoring are here, and whose wording is not.
    package struct Slot: Sendable {
        /// Its file is `instruments/NAME.json`.
        package let name: String
        package let scoring: Scoring
        package let asking: Asking
    }

    /// The forms in the order of their titles.
    package var all: [Instrument] { instruments.values.sorted { $0.title < $1.title } }

    static let rules = "instruments/scoring.yaml"
    static let whom = "instruments/asking.yaml"
    static let sets = "instruments/value-sets/"

    /// Loads every form, and the rules of scoring and asking beside them.
    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - files: the files under `instruments/`, as `instruments/phq-9.json`.
    /// - Throws: `InstrumentFailure` naming the first file that is wrong and what is wrong with it.
    package init(content: (String) -> [UInt8]?, files: [String]) throws(InstrumentFailure) {
        let lines = try Self.read(HelpLines.file, content) { root throws(ContentProblem) in try HelpLines(root) }
        let kinds = try Self.read(SafetyRules.file, content) { root throws(ContentProblem) in
            try SafetyRules(root, lines: lines)
        }
        safety = kinds
        site = SiteForms(kinds)
        var rules = try Self.read(Self.rules, content) { root throws(ContentProblem) in
            _ = try ContentOrigin(root)
            var found: [String: Scoring] = [:]
            for (name, field) in try root["instruments"].members() { found[name] = try Scoring(field, kinds) }
            return found
        }
        var asking = try Self.read(Self.whom, content) { root throws(ContentProblem) in try Asking.all(root) }
        var found: [String: Instrument] = [:]
        // A site's own form may bring its rules in a file beside it, so that those of all others need not be copied.
        for file in files.sorted() where file.hasSuffix(".yaml") && file != Self.rules && file != Self.whom {
            let name = String(file.split(separator: "/").last?.dropLast(5) ?? "")
            let own = try Self.read(file, content) { root throws(ContentProblem) in
                guard try root["kind"].text() == "form-rules" else {
                    throw root["kind"].problem("it is not form-rules")
                }
                try root.allow(["kind", "scoring", "asking"])
                return (
                    scoring: root["scoring"].isPresent ? try Scoring(root["scoring"], kinds) : nil,
                    asking: root["asking"].isPresent ? try Asking(root["asking"]) : nil
                )
            }
            if let scoring = own.scoring { rules[name] = scoring }
            if let whom = own.asking { asking[name] = whom }
        }
        let sets = try Self.valueSets(content, files)
        for file in files.sorted() where file.hasSuffix(".json") && !file.hasPrefix(Self.sets) {
            guard let bytes = content(file) else { throw InstrumentFailure(file: file, problem: "it is not there") }
            let name = String(file.split(separator: "/").last?.dropLast(5) ?? "")
            var reader = QuestionnaireReader(file: file, valueSets: sets)
            var (form, wanted) = try reader.read(bytes, name: name)
            // A site's own form need not say which rules of ours score it: the name says so.
            if wanted == nil, rules[name]?.isSiteSupplied == true { wanted = name }
            form.asking = asking[name] ?? Asking()
            if let wanted {
                guard let scoring = rules.removeValue(forKey: wanted) else {
                    throw InstrumentFailure(
                        file: Self.rules, problem: "it has no entry \(wanted), which \(file) asks for")
                }
                form = try form.supplied(by: scoring, file: file).scored(by: scoring, file: file)
            }
            found[name] = form
        }
        slots = rules.filter(\.value.isSiteSupplied).map { name, scoring in
            Slot(name: name, scoring: scoring, asking: asking[name] ?? Asking())
        }.sorted { $0.scoring.title < $1.scoring.title }
        if let left = rules.filter({ !$0.value.isSiteSupplied }).keys.min() {
            throw InstrumentFailure(file: Self.rules, problem: "\(left) is scored, but there is no form of that name")
        }
        try Self.check(found, slots: slots, asking)
        shipped = found
    }

    /// The forms in force on a day written `yyyy-mm-dd`, in the order of their titles.
    package func effective(on day: String) -> [Instrument] { all.filter { $0.origin.isEffective(on: day) } }

    /// The form of that name.
    package subscript(name: String) -> Instrument? { shipped[name] ?? site.current[name] }

    /// The names of the forms of files.
    package var shippedNames: Set<String> { Set(shipped.keys) }

    /// Whether a form of a file, or a slot for one, has that name.
    package func isShipped(_ name: String) -> Bool { shipped[name] != nil || slots.contains { $0.name == name } }

    /// The form a QuestionnaireResponse names, with or without `|version`: of the site's own forms that very version.
    package func named(by canonical: String) -> Instrument? {
        if let version = site.version(canonical) { return version }
        let url = canonical.prefix { $0 != "|" }
        return instruments.values.first { $0.url == url }
    }

    /// Lists of choices that several forms can name, by url.
    private static func valueSets(
        _ content: (String) -> [UInt8]?, _ files: [String]
    ) throws(InstrumentFailure) -> [String: JSONNode] {
        var found: [String: JSONNode] = [:]
        for file in files.sorted() where file.hasPrefix(sets) && file.hasSuffix(".json") {
            guard let bytes = content(file), let root = try? JSONDocument(bytes).root,
                root.text("resourceType") == "ValueSet", let url = root.text("url")
            else { throw InstrumentFailure(file: file, problem: "it is not a ValueSet with a url") }
            found[url] = root
        }
        return found
    }

    private static func read<Found>(
        _ file: String, _ content: (String) -> [UInt8]?, _ found: (ContentField) throws(ContentProblem) -> Found
    ) throws(InstrumentFailure) -> Found {
        guard let bytes = content(file) else { throw InstrumentFailure(file: file, problem: "it is not there") }
        let root: ContentField
        do { root = ContentField(root: try YAML.parse(bytes)) } catch {
            throw InstrumentFailure(file: file, problem: error.description)
        }
        do { return try found(root) } catch { throw InstrumentFailure(file: file, problem: error.description) }
    }

    /// What names another form, or a band, names one that is there.
    private static func check(
        _ forms: [String: Instrument], slots: [Slot], _ asking: [String: Asking]
    ) throws(InstrumentFailure) {
        for form in forms.values {
            if let next = form.opens, forms[next] == nil {
                throw InstrumentFailure(
                    file: "instruments/\(form.name).json", problem: "it opens \(next), which is not there")
            }
        }
        let rules = forms.mapValues(\.scoring).merging(slots.map { ($0.name, $0.scoring) }) { form, _ in form }
        for (name, entry) in asking {
            guard let scoring = rules[name] else {
                throw InstrumentFailure(file: whom, problem: "\(name) is asked, but there is no form of that name")
            }
            let key = scoring?.keyQuestions.map { [$0.positive, $0.clear] } ?? []
            let bands = Set(((scoring?.bands ?? []) + key).map(\.severity))
            if let odd = entry.again.compactMap(\.band).first(where: { !bands.contains($0) }) {
                throw InstrumentFailure(file: whom, problem: "\(name): \"\(odd)\" is not one of its bands")
            }
            if let odd = (entry.alsoCounts + [entry.youngerUse].compactMap(\.self)).first(where: { rules[$0] == nil }) {
                throw InstrumentFailure(file: whom, problem: "\(name): \(odd) is not there")
            }
        }
    }
}

extension Instrument {
    /// This form, worded by a site, with the codes, points and needs of its rules.
    func supplied(by scoring: Scoring, file: String) throws(InstrumentFailure) -> Instrument {
        guard scoring.isSiteSupplied else { return self }
        var form = self
        if code == nil, let panel = scoring.panel {
            form.code = Coding(system: "http://loinc.org", code: panel, display: scoring.title)
        }
        for question in scoring.supplied {
            guard let item = item(question.item) else {
                throw InstrumentFailure(
                    file: file, problem: "the question \(question.item) (\(question.topic)) is missing")
            }
            let codes = Set(item.options.map(\.coding.code))
            if let stray = Set(question.points.keys).union(question.needs.keys).subtracting(codes).min() {
                throw InstrumentFailure(file: file, problem: "\(question.item): the choice \(stray) is missing")
            }
        }
        let rules = Dictionary(scoring.supplied.map { ($0.item, $0) }, uniquingKeysWith: { first, _ in first })
        form.items = form.items.map { $0.supplied(by: rules) }
        return form
    }

    /// This form with its scoring rules, once both agree.
    func scored(by scoring: Scoring, file: String) throws(InstrumentFailure) -> Instrument {
        func failure(_ problem: String) -> InstrumentFailure { InstrumentFailure(file: file, problem: problem) }
        guard code?.code == scoring.panel else { throw failure("its code is not the panel of the scoring rules") }
        try checkRange(scoring, file: file)
        let flagged = Set(questions.filter { $0.safety != nil }.map { "\($0.linkId) \($0.safety ?? "")" })
        let wanted = Set(
            scoring.safety.filter { $0.item != Scoring.SafetyRule.total }.map { "\($0.item) \($0.kind)" })
        guard scoring.isSiteSupplied || flagged == wanted else {
            throw failure("its safety questions are not those of the scoring rules")
        }
        if let stray = scoring.safety.map(\.item).first(where: { $0 != Scoring.SafetyRule.total && item($0) == nil }) {
            throw failure("a safety rule names \(stray), which is not there")
        }
        guard opens == scoring.opens?.instrument else { throw failure("it opens another form than the rules say") }
        let others =
            scoring.review.map(\.allPointsFrom) + (scoring.keyQuestions?.items ?? []) + scoring.scales.flatMap(\.items)
        if let stray = others.first(where: { !scoring.items.contains($0) }) {
            throw failure("a scoring rule names \(stray), which is not scored")
        }
        var form = self
        form.scoring = scoring
        return form
    }

    /// The points that the answers can have are those that the rules have bands for.
    private func checkRange(_ scoring: Scoring, file: String) throws(InstrumentFailure) {
        func failure(_ problem: String) -> InstrumentFailure { InstrumentFailure(file: file, problem: problem) }
        guard let total = scoring.total else { return }
        var ranges: [ClosedRange<Int>] = []
        for linkId in scoring.items {
            guard let range = try item(linkId).map({ item throws(InstrumentFailure) in try item.range(file) }) ?? nil
            else { throw failure("the scored question \(linkId) is not a choice or a bounded number of this form") }
            ranges.append(range)
        }
        guard Set(scoring.items).count == scoring.items.count else { throw failure("a question is scored twice") }
        let lows = ranges.map(\.lowerBound)
        let highs = ranges.map(\.upperBound)
        let least = total.combine == .max ? lows.max() ?? 0 : lows.reduce(0, +)
        let most = total.combine == .max ? highs.max() ?? 0 : highs.reduce(0, +)
        guard least == total.from, most == total.to else {
            throw failure(
                "its points reach from \(least) to \(most), the rules say \(total.from) to \(total.to)")
        }
    }
}

extension Instrument.Item {
    /// The least and the most points; nil for a question that has none.
    fileprivate func range(_ file: String) throws(InstrumentFailure) -> ClosedRange<Int>? {
        if kind == .integer, let least, let most, least <= most, -1_000...1_000 ~= least, -1_000...1_000 ~= most {
            return least...most
        }
        let points = options.compactMap(\.score)
        guard let low = points.min(), let high = points.max() else { return nil }
        guard points.count == options.count else {
            throw InstrumentFailure(file: file, problem: "\(linkId): a choice has no points")
        }
        return low...high
    }

    /// With code, points and needs as the rules have them for this question.
    fileprivate func supplied(by rules: [String: Scoring.SuppliedQuestion]) -> Instrument.Item {
        var item = self
        item.items = items.map { $0.supplied(by: rules) }
        guard let rule = rules[linkId] else { return item }
        if code == nil {
            let isPublic = linkId.utf8.allSatisfy { (48...57).contains($0) || $0 == 45 }
            item.code = Instrument.Coding(
                system: isPublic ? "http://loinc.org" : "urn:almoner:code:item", code: linkId, display: rule.topic)
        }
        item.options = options.map { option in
            var option = option
            option.score = rule.points[option.coding.code] ?? option.score
            option.need = rule.needs[option.coding.code] ?? option.need
            return option
        }
        return item
    }
}
