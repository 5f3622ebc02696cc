package import Content

/// What an answer that means danger asks for, of one kind. Content/safety/safety.yaml
package struct SafetyKind: Sendable, Equatable {
    /// Whether a question of this kind may be sent to the person's own device.
    package enum Remote: String, Sendable, CaseIterable {
        case yes
        /// While somebody is on duty until the nurse's call would be over.
        case covered
        case no
    }

    /// What the person reads at once.
    package struct Words: Sendable, Equatable {
        package let heading: String
        package let tell: String
        /// Says when a nurse calls; `{time}` stands for the hour.
        private let call: String
        /// Said when nobody is on duty.
        package let nobody: String

        init(heading: String, tell: String, call: String, nobody: String) {
            self.heading = heading
            self.tell = tell
            self.call = call
            self.nobody = nobody
        }

        /// When a nurse calls.
        /// - Parameter time: as people read it, "15:40".
        /// - Returns: the sentence for the person.
        package func call(by time: String) -> String { call.replacing("{time}", with: time) }
    }

    /// `self-harm`.
    package let kind: String
    /// What the task is called.
    package let title: String
    /// What the team does, in plain words.
    package let action: String
    /// How soon, such as `same day`.
    package let within: String
    /// After so many minutes without an acknowledgement the task goes to the backup.
    package let acknowledgeMinutes: Int
    /// Within so many minutes a nurse calls whoever answered from afar.
    package let callMinutes: Int
    /// The number that the person is shown first.
    package let line: String
    /// The number for danger to life.
    package let emergencyLine: String
    package let words: Words
    /// The same in other languages, by language.
    package let wordsIn: [String: Words]
    package let remote: Remote
    /// Whether somebody else may answer for the person from afar.
    package let othersMayAnswer: Bool
    /// The label of the site that answers, scores and task carry; nil for none.
    package let label: String?

    /// What the person reads in a language; in English where there is no other.
    package func words(in language: String?) -> (words: Words, language: String?) {
        guard let language, let said = wordsIn[language] else {
            return (words, nil)
        }
        return (said, language)
    }

    /// Until when it is to be acknowledged, milliseconds since 1970.
    package func due(from now: Int64) -> Int64 { now + Int64(acknowledgeMinutes) * 60_000 }

    /// Until when a nurse calls, milliseconds since 1970.
    package func callBy(from now: Int64) -> Int64 { now + Int64(callMinutes) * 60_000 }
}

/// The kinds of danger that forms know.
package struct SafetyRules: Sendable, Equatable {
    static let file = "safety/safety.yaml"

    package let kinds: [SafetyKind]

    package subscript(kind: String) -> SafetyKind? { kinds.first { $0.kind == kind } }

    /// - Parameters:
    ///   - root: the file.
    ///   - lines: the numbers that people are told to call.
    /// - Throws: `ContentProblem` naming the field that is missing or wrong.
    init(_ root: ContentField, lines: HelpLines) throws(ContentProblem) {
        try root.allow(["kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "kinds"])
        guard try root["kind"].text() == "safety" else { throw root["kind"].problem("it is not safety") }
        _ = try ContentOrigin(root)
        var kinds: [SafetyKind] = []
        for field in try root["kinds"].list() {
            let kind = try SafetyKind(field, lines)
            guard !kinds.contains(where: { $0.kind == kind.kind }) else {
                throw field["kind"].problem("it is there twice")
            }
            kinds.append(kind)
        }
        self.kinds = kinds
    }
}

extension SafetyKind {
    init(_ field: ContentField, _ lines: HelpLines) throws(ContentProblem) {
        try field.allow([
            "kind", "title", "action", "within", "acknowledgeMinutes", "callMinutes", "line", "heading", "tell", "call",
            "nobody", "es", "remote", "othersMayAnswer", "label",
        ])
        kind = try field["kind"].text()
        title = try field["title"].text()
        action = try lines.filled(field["action"])
        within = try field["within"].text()
        acknowledgeMinutes = try Self.minutes(field["acknowledgeMinutes"])
        callMinutes = try Self.minutes(field["callMinutes"])
        line = try lines.number(field["line"])
        emergencyLine = lines.emergency
        words = try Words(field, lines)
        wordsIn = field["es"].isPresent ? ["es": try Words(field["es"], lines)] : [:]
        remote = try field["remote"].oneOf(Remote.self)
        switch try field["othersMayAnswer"].text() {
        case "yes": othersMayAnswer = true
        case "no": othersMayAnswer = false
        default: throw field["othersMayAnswer"].problem("it is \"yes\" or \"no\"")
        }
        label = try field["label"].optionalText()
    }

    private static func minutes(_ field: ContentField) throws(ContentProblem) -> Int {
        let minutes = try field.int()
        guard (1...1_440).contains(minutes) else { throw field.problem("minutes are 1 to 1440") }
        return minutes
    }
}

extension SafetyKind.Words {
    init(_ field: ContentField, _ lines: HelpLines) throws(ContentProblem) {
        heading = try field["heading"].text()
        tell = try lines.filled(field["tell"])
        call = try lines.filled(field["call"], keeping: ["time"])
        nobody = try lines.filled(field["nobody"])
        guard call.contains("{time}") else { throw field["call"].problem("it does not say {time}") }
    }
}
