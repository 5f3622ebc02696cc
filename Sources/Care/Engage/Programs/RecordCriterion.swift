import Content
package import FHIR

/// A question to a person's record.
package enum RecordCriterion: Sendable, Equatable {
    case path(PathCriterion)
    case found(FoundCriterion)

    /// What people read.
    package var words: String {
        switch self {
        case .path(let path): path.words
        case .found(let found): found.words
        }
    }

    /// The types of resources that it is answered from.
    package var reads: Set<String> {
        switch self {
        case .path(let path): path.reads
        case .found(let found): [found.type]
        }
    }

    /// As FHIRPath on the Patient.
    package var expression: String {
        switch self {
        case .path(let path): path.path.text
        case .found(let found): found.expression
        }
    }
}

/// A condition in FHIRPath on the Patient. Beside what FHIRPath knows by itself there are `%today`, every fact by its name
/// (`%riskTier`), and the person's current resources of a type by the name of the type (`%Condition`).
package struct PathCriterion: Sendable, Equatable {
    package let words: String
    package let path: FHIRPath
    /// The types that are asked for by name, and those of the facts.
    package let reads: Set<String>
    package let facts: [ProgramFact]
    /// The types whose resources are variables.
    package let types: Set<String>

    package static func == (left: Self, right: Self) -> Bool {
        left.words == right.words && left.path.text == right.path.text
    }

    /// - Throws: ``ContentProblem`` at the place of the expression, when it cannot be read or names what is not there.
    init(_ field: ContentField, words: String, definitions: Definitions) throws(ContentProblem) {
        let place = field["path"]
        let path = try place.fhirPath(on: "Patient", definitions)
        var facts: [ProgramFact] = []
        var types: Set<String> = []
        for name in path.variables.sorted() where !Self.builtIn.contains(name) {
            if let fact = ProgramFact(variable: name) {
                facts.append(fact)
            } else if definitions.resourceTypes.contains(name) {
                types.insert(name)
            } else {
                throw place.problem("there is no fact and no type of resource %\(name.prefix(60))")
            }
        }
        self.words = words
        self.path = path
        self.facts = facts
        self.types = types
        reads = facts.reduce(into: types.union(["Patient"])) { $0.formUnion($1.reads) }
    }

    static let builtIn: Set<String> = [
        "today", "context", "resource", "rootResource", "ucum", "sct", "loinc",
    ]
}

/// So many resources of a type, of some codes, within a time, each with a condition in FHIRPath; or the newest of them
/// with a condition. What was entered in error or refuted is never counted.
package struct FoundCriterion: Sendable, Equatable {
    package let words: String
    package let type: String
    /// `system|code`, or a code of any system; empty: all.
    package let codes: [String]
    package let within: LookBack?
    package let condition: FHIRPath?
    /// Of the newest resource alone, instead of counting.
    package let newest: FHIRPath?
    package let comparison: Criterion.Comparison
    package let count: Int
    /// Where its codes stand, and its dates, of which the first that is there counts.
    let coded: [Element]
    let dated: [Element]

    /// How far back it is looked.
    package struct LookBack: Sendable, Equatable {
        package let days: Int
        package let months: Int

        /// The first day that is looked at.
        package func since(_ today: CalendarDay) -> CalendarDay {
            today.adding(months: -months).adding(days: -days)
        }

        fileprivate init(_ field: ContentField) throws(ContentProblem) {
            let parts = try field.text().split(separator: " ")
            guard parts.count == 2, let number = Int(parts[0]), (1...1200).contains(number) else {
                throw field.problem("a time such as \"12 months\" is expected")
            }
            switch parts[1] {
            case "day", "days": (days, months) = (number, 0)
            case "week", "weeks": (days, months) = (number * 7, 0)
            case "month", "months": (days, months) = (0, number)
            case "year", "years": (days, months) = (0, number * 12)
            default: throw field.problem("\(parts[1].prefix(20)) is not one of days, weeks, months, years")
            }
        }

        fileprivate var text: String { months > 0 ? "\(months) months" : "\(days) days" }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.words == right.words && left.expression == right.expression
    }

    init(_ field: ContentField, definitions: Definitions) throws(ContentProblem) {
        try field.allow(["from", "codes", "within", "where", "newest", "count", "words"])
        let type = try field["from"].text()
        guard definitions.resourceTypes.contains(type) else {
            throw field["from"].problem("there is no type of resource \(type.prefix(60))")
        }
        self.type = type
        words = try field["words"].text()
        codes = try field["codes"].texts()
        for code in codes where code.utf8.count > 200 || code.contains("'") || code.contains("\"") {
            throw field["codes"].problem("\(code.prefix(60)) is not a code")
        }
        within = field["within"].isPresent ? try LookBack(field["within"]) : nil
        condition = field["where"].isPresent ? try field["where"].fhirPath(on: type, definitions) : nil
        newest = field["newest"].isPresent ? try field["newest"].fhirPath(on: type, definitions) : nil
        let number = field["count"]
        if number.isPresent {
            guard newest == nil else { throw number.problem("it is the newest that is looked at") }
            try number.allow(["is", "value"])
            comparison = try number["is"].oneOf(Criterion.Comparison.self)
            count = try number["value"].int()
        } else {
            (comparison, count) = (.atLeast, 1)
        }
        coded = Self.elements(Self.codeElements, of: type, definitions)
        dated = Self.elements(Self.dateElements, of: type, definitions)
        guard codes.isEmpty || !coded.isEmpty else { throw field["codes"].problem("\(type) has no code to look at") }
        guard within == nil || !dated.isEmpty else { throw field["within"].problem("\(type) has no date to look at") }
        for (name, path) in [("where", condition), ("newest", newest)] {
            for variable in path?.variables ?? [] where !PathCriterion.builtIn.contains(variable) {
                throw field[name].problem("here is no variable %\(variable.prefix(60))")
            }
        }
    }

    /// The same as FHIRPath on the Patient.
    package var expression: String {
        var path = "%\(type)"
        if !codes.isEmpty {
            let tokens = codes.map { "'\($0)'" }.joined(separator: " | ")
            let coding = "select(iif(system.exists(), system + '|' + code, code) | code)"
            path += ".where((\(union(coded))).coding.\(coding).intersect(\(tokens)).exists())"
        }
        if let within {
            path += ".where((\(union(dated))).first() >= %today - \(within.text))"
        }
        if let condition {
            path += ".where(\(condition.text))"
        }
        if let newest {
            return path + ".sort((\(union(dated))).first()).last().select(\(newest.text))"
        }
        return path + ".count() \(comparison.sign) \(count)"
    }

    private func union(_ elements: [Element]) -> String { elements.map(\.path).joined(separator: " | ") }

    /// An element, as JSON names it and as FHIRPath does.
    struct Element: Sendable {
        let json: [String]
        let path: String

        init(_ path: String, _ json: String...) {
            self.json = json.isEmpty ? [path] : json
            self.path = path
        }
    }

    private static let codeElements = [
        Element("code"), Element("type"), Element("medication.ofType(CodeableConcept)", "medicationCodeableConcept"),
        Element("vaccineCode"),
    ]
    private static let dateElements = [
        Element("effective.ofType(dateTime)", "effectiveDateTime"),
        Element("effective.ofType(instant)", "effectiveInstant"),
        Element("effective.ofType(Period).start", "effectivePeriod", "start"),
        Element("onset.ofType(dateTime)", "onsetDateTime"),
        Element("onset.ofType(Period).start", "onsetPeriod", "start"),
        Element("performed.ofType(dateTime)", "performedDateTime"),
        Element("performed.ofType(Period).start", "performedPeriod", "start"),
        Element("occurrence.ofType(dateTime)", "occurrenceDateTime"),
        Element("occurrence.ofType(Period).start", "occurrencePeriod", "start"),
        Element("start.ofType(date)", "startDate"), Element("period.start", "period", "start"), Element("start"),
        Element("authoredOn"), Element("authored"), Element("recordedDate"), Element("sent"), Element("dateTime"),
        Element("date"), Element("issued"),
    ]

    private static func elements(_ all: [Element], of type: String, _ definitions: Definitions) -> [Element] {
        all.filter { element in
            (try? FHIRPath(element.path, definitions: definitions).check(on: type)) != nil
        }
    }
}

extension ContentField {
    /// An expression of FHIRPath, its names checked against the type that it is about.
    func fhirPath(on type: String, _ definitions: Definitions) throws(ContentProblem) -> FHIRPath {
        let text = try text()
        do throws(FHIRPathError) {
            let path = try FHIRPath(text, definitions: definitions)
            try path.check(on: type)
            return path
        } catch {
            throw problem("this is not FHIRPath on \(type): \(error.description)")
        }
    }
}
