import Content

/// All forms that can be asked, loaded and checked when the server starts.
package struct InstrumentLibrary: Sendable {
    /// The forms by name, such as `phq-9`.
    package let instruments: [String: Instrument]

    /// The forms in the order of their titles.
    package var all: [Instrument] { instruments.values.sorted { $0.title < $1.title } }

    static let rules = "instruments/scoring.yaml"

    /// Loads every form and the scoring rules beside them.
    /// - Parameters:
    ///   - content: the bytes of a content file, nil when there is none.
    ///   - files: the files under `instruments/`, as `instruments/phq-9.json`.
    /// - Throws: `InstrumentFailure` naming the first file that is wrong and what is wrong with it.
    package init(content: (String) -> [UInt8]?, files: [String]) throws(InstrumentFailure) {
        var rules = try Self.scoring(content)
        var found: [String: Instrument] = [:]
        for file in files.sorted() where file.hasSuffix(".json") {
            guard let bytes = content(file) else { throw InstrumentFailure(file: file, problem: "it is not there") }
            let name = String(file.split(separator: "/").last?.dropLast(5) ?? "")
            var reader = QuestionnaireReader(file: file)
            let (form, wanted) = try reader.read(bytes, name: name)
            if let wanted {
                guard let scoring = rules.removeValue(forKey: wanted) else {
                    throw InstrumentFailure(
                        file: Self.rules, problem: "it has no entry \(wanted), which \(file) asks for")
                }
                found[name] = try form.scored(by: scoring, file: file)
            } else {
                found[name] = form
            }
        }
        if let left = rules.keys.min() {
            throw InstrumentFailure(file: Self.rules, problem: "\(left) is scored, but there is no form of that name")
        }
        for form in found.values {
            if let next = form.opens, found[next] == nil {
                throw InstrumentFailure(
                    file: "instruments/\(form.name).json", problem: "it opens \(next), which is not there")
            }
        }
        instruments = found
    }

    /// The forms in force on a day written `yyyy-mm-dd`, in the order of their titles.
    package func effective(on day: String) -> [Instrument] { all.filter { $0.origin.isEffective(on: day) } }

    /// The form of that name.
    package subscript(name: String) -> Instrument? { instruments[name] }

    /// The form a QuestionnaireResponse names, with or without `|version`.
    package func named(by canonical: String) -> Instrument? {
        let url = canonical.prefix { $0 != "|" }
        return instruments.values.first { $0.url == url }
    }

    private static func scoring(_ content: (String) -> [UInt8]?) throws(InstrumentFailure) -> [String: Scoring] {
        guard let bytes = content(rules) else { throw InstrumentFailure(file: rules, problem: "it is not there") }
        let root: ContentField
        do { root = ContentField(root: try YAML.parse(bytes)) } catch {
            throw InstrumentFailure(file: rules, problem: error.description)
        }
        do {
            _ = try ContentOrigin(root)
            var found: [String: Scoring] = [:]
            for (name, field) in try root["instruments"].members() { found[name] = try Scoring(field) }
            return found
        } catch {
            throw InstrumentFailure(file: rules, problem: error.description)
        }
    }
}

extension Instrument {
    /// This form with its scoring rules, once both agree.
    func scored(by scoring: Scoring, file: String) throws(InstrumentFailure) -> Instrument {
        func failure(_ problem: String) -> InstrumentFailure { InstrumentFailure(file: file, problem: problem) }
        guard code?.code == scoring.panel else { throw failure("its code is not the panel of the scoring rules") }
        var least = 0
        var most = 0
        for linkId in scoring.items {
            guard let scores = item(linkId)?.options.map(\.score), !scores.isEmpty else {
                throw failure("the scored question \(linkId) is not a choice of this form")
            }
            let points = scores.compactMap { $0 }
            guard points.count == scores.count, let low = points.min(), let high = points.max() else {
                throw failure("\(linkId): a choice has no points")
            }
            least += low
            most += high
        }
        guard Set(scoring.items).count == scoring.items.count else { throw failure("a question is scored twice") }
        guard least == scoring.total.from, most == scoring.total.to else {
            throw failure(
                "its points reach from \(least) to \(most), the rules say \(scoring.total.from) to \(scoring.total.to)")
        }
        let flagged = Set(questions.filter { $0.safety != nil }.map { "\($0.linkId) \($0.safety ?? "")" })
        guard flagged == Set(scoring.safety.map { "\($0.item) \($0.kind)" }) else {
            throw failure("its safety questions are not those of the scoring rules")
        }
        guard opens == scoring.opens?.instrument else { throw failure("it opens another form than the rules say") }
        let others = scoring.review.map(\.allPointsFrom) + (scoring.keyQuestions?.items ?? [])
        if let stray = others.first(where: { !scoring.items.contains($0) }) {
            throw failure("a scoring rule names \(stray), which is not scored")
        }
        return Instrument(
            name: name, url: url, title: title, purpose: purpose, copyright: copyright, origin: origin, code: code,
            items: items, opens: opens, scoring: scoring, questionnaire: questionnaire)
    }
}
