package import Access
import FHIR
package import Records

/// Writes down in which ways a person may be reached: a Consent for each way that was answered. An answer that stands is left
/// as it is; another one ends it.
package struct AnswerChannels: Sendable {
    package let person: String
    /// The ways that were asked about, and whether the person agreed.
    package let answers: [MessagingChannel: Bool]
    /// What was said, where it was not the text of the policy.
    package let said: String?
    package let language: String
    /// Who answered: nil is the person.
    package let givenBy: String?
    /// How they answered; nil: not said.
    package let how: ConsentHow?
    package let witness: String?
    package let recorder: String?
    let policy: ConsentPolicy
    let minors: MinorRules

    package init(
        person: String, answers: [MessagingChannel: Bool], said: String? = nil, language: String = "en",
        givenBy: String? = nil, how: ConsentHow? = nil, witness: String? = nil, recorder: String?,
        policy: ConsentPolicy, minors: MinorRules
    ) {
        self.person = person
        self.answers = answers
        self.said = said
        self.language = language
        self.givenBy = givenBy
        self.how = how
        self.witness = witness
        self.recorder = recorder
        self.policy = policy
        self.minors = minors
    }

    /// - Returns: the Consents that are new.
    /// - Throws: ``FormProblems``; ``NotNow`` when every answer stands already.
    @discardableResult
    package func perform(in change: Change) throws -> [Resource] {
        guard let read = ConsentText.Read(said, language: language, of: policy[.messaging]) else {
            throw FormProblems("channels-said", "There is no text in this language. Write down what was said.")
        }
        guard read.text.utf8.count <= TextLimit.note else {
            throw FormProblems("channels-said", "Keep this below \(TextLimit.note) characters.")
        }
        if let witness, witness.utf8.count > TextLimit.line {
            throw FormProblems("channels-witness", "Keep this below \(TextLimit.line) characters.")
        }
        if answers.values.contains(true) {
            let missing = ConsentHow.problems(
                how, witness: witness, policy[.messaging], fields: (how: "channels-how", witness: "channels-witness"))
            try FormProblems(missing).check()
        }
        let record = try change.reader.person(person, ["Consent", "RelatedPerson"])
        if let givenBy, !record.all("RelatedPerson").contains(where: { $0.reference == givenBy }) {
            throw FormProblems("channels-by", "Choose who answered.")
        }
        let birth = try change.reader.get("Patient", person).root.text("birthDate")
        let grown = givenBy == nil ? nil : minors.comesOfAge(born: birth).flatMap { $0 > change.now ? $0 : nil }
        let standing = ConsentLedger(record).entries.filter { $0.kind == .messaging && $0.holds(at: change.now) }
        var made: [Resource] = []
        for (channel, agreed) in answers.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let before = standing.filter { $0.channel == channel }
            guard before.isEmpty || before.contains(where: { $0.isRefusal == agreed }) else {
                continue
            }
            for former in before {
                try RevokeConsent(
                    consent: former.id, version: former.version, reason: "Answered anew", recorder: recorder
                ).perform(in: change)
            }
            let title = policy[channel].map { agreed ? $0.agreed : $0.refused }
            made.append(
                try change.create(
                    ConsentText(
                        person: person, kind: .messaging, isRefusal: !agreed, read: read, givenBy: givenBy,
                        recorder: recorder, part: CareCode.concept(MessagingChannel.system, channel.rawValue, title),
                        caregiver: nil, until: grown, how: how, witness: witness
                    ).resource(policy, at: change.now)))
        }
        guard !made.isEmpty else {
            throw NotNow(answers.isEmpty ? "Nothing was answered." : "These answers are on file already.")
        }
        return made
    }
}

extension MessagingDecision {
    /// In which ways a person may be reached.
    /// - Parameters:
    ///   - record: with Patient and Consent.
    ///   - policy: of the site.
    ///   - now: milliseconds since 1970.
    package init(_ record: PersonRecord, policy: ConsentPolicy, at now: Int64) {
        self.init(record.all("Consent").map { ConsentReading($0.root) }, policy: policy, at: now)
    }
}
