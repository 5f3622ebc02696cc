/// A value of a content file together with its place, so that whoever finds it wrong can say where it stands.
///
///     let pack = ContentField(root: try YAML.parse(bytes))
///     let due = try pack["goals"].list()[0]["dueInDays"].int()   // fails as "goals[0].dueInDays: a whole number is missing"
package struct ContentField: Sendable {
    /// Where the value stands, such as `goals[0].measure.unit`; empty at the root.
    package let place: String
    /// The value; nil when the file does not have it.
    package let value: YAMLValue?

    /// The whole file.
    package init(root: YAMLValue) {
        place = ""
        value = root
    }

    private init(place: String, value: YAMLValue?) {
        self.place = place
        self.value = value
    }

    /// A member of a mapping; it may be absent.
    package subscript(name: String) -> ContentField {
        let inner = place.isEmpty ? name : "\(place).\(name)"
        guard case .mapping(let members)? = value else { return ContentField(place: inner, value: nil) }
        return ContentField(place: inner, value: members.first { $0.key == name }?.value)
    }

    /// Whether the file says anything here: a member left empty (`effectiveTo:`) says nothing.
    package var isPresent: Bool {
        switch value {
        case nil: false
        case .scalar(let text, let plain)?: !(plain && (text.isEmpty || text == "~" || text == "null"))
        default: true
        }
    }

    /// The text here.
    /// - Throws: `ContentProblem` when it is absent, blank, a list or a mapping.
    package func text() throws(ContentProblem) -> String {
        guard isPresent, case .scalar(let text, _)? = value, text.contains(where: { !$0.isWhitespace }) else {
            throw problem("a text is missing")
        }
        return text
    }

    /// The text here, nil when the file says nothing.
    package func optionalText() throws(ContentProblem) -> String? { isPresent ? try text() : nil }

    /// The whole number here.
    package func int() throws(ContentProblem) -> Int {
        guard isPresent, case .scalar(let text, _)? = value, let number = Int(text) else {
            throw problem("a whole number is missing")
        }
        return number
    }

    /// The whole number here, nil when the file says nothing.
    package func optionalInt() throws(ContentProblem) -> Int? { isPresent ? try int() : nil }

    /// The number here.
    package func number() throws(ContentProblem) -> Double {
        guard isPresent, case .scalar(let text, _)? = value, let number = Double(text), number.isFinite else {
            throw problem("a number is missing")
        }
        return number
    }

    /// The number here, nil when the file says nothing.
    package func optionalNumber() throws(ContentProblem) -> Double? { isPresent ? try number() : nil }

    /// The list here, empty when the file says nothing.
    package func list() throws(ContentProblem) -> [ContentField] {
        guard isPresent else { return [] }
        guard case .sequence(let values)? = value else { throw problem("a list is expected") }
        return values.enumerated().map { ContentField(place: "\(place)[\($0.offset)]", value: $0.element) }
    }

    /// The texts of a list, empty when the file says nothing.
    package func texts() throws(ContentProblem) -> [String] {
        var found: [String] = []
        for field in try list() { found.append(try field.text()) }
        return found
    }

    /// The members of a mapping in file order, empty when the file says nothing.
    package func members() throws(ContentProblem) -> [(name: String, field: ContentField)] {
        guard isPresent else { return [] }
        guard case .mapping(let members)? = value else { throw problem("a mapping is expected") }
        return members.map {
            ($0.key, ContentField(place: place.isEmpty ? $0.key : "\(place).\($0.key)", value: $0.value))
        }
    }

    /// Fails when a mapping holds a member that nobody reads, which is most often a slip of the pen.
    package func allow(_ names: Set<String>) throws(ContentProblem) {
        for (name, field) in try members() where !names.contains(name) {
            throw field.problem("this name is not known here")
        }
    }

    /// One of the cases of an enumeration of texts.
    package func oneOf<Choice: RawRepresentable & CaseIterable>(
        _ choices: Choice.Type
    ) throws(ContentProblem) -> Choice where Choice.RawValue == String {
        let written = try text()
        guard let choice = Choice(rawValue: written) else {
            let known = choices.allCases.map(\.rawValue).joined(separator: ", ")
            throw problem("\"\(written)\" is not one of \(known)")
        }
        return choice
    }

    /// A problem at this place.
    package func problem(_ words: String) -> ContentProblem {
        ContentProblem(place: place.isEmpty ? "the file" : place, problem: words)
    }
}

/// What is wrong in a content file, and where.
package struct ContentProblem: Error, Equatable, CustomStringConvertible {
    /// Where, such as `goals[0].measure.unit`.
    package let place: String
    /// What is wrong, in plain words.
    package let problem: String

    /// A problem found at a place.
    package init(place: String, problem: String) {
        self.place = place
        self.problem = problem
    }

    package var description: String { "\(place): \(problem)" }
}
