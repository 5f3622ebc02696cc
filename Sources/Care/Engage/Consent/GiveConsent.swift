package import Access
import FHIR
package import Records

/// Writes down what a person said yes or no to: kind, which words were read, who answered, when, until when.
package struct GiveConsent: Sendable {
    package let person: String
    package let kind: ConsentKind
    /// The person says no.
    package let isRefusal: Bool
    /// For a programme: its id; nil: any programme.
    package let program: String?
    /// What was said to the person, word for word, where it was not the text of the policy.
    package let said: String?
    /// In which language the text of the policy was read out.
    package let language: String
    /// Who agreed: nil is the person; else for example `RelatedPerson/5`.
    package let givenBy: String?
    /// The caregiver who may be talked with: name, and what they are to the person.
    package let caregiverName: String?
    package let caregiverRelation: String?
    package let caregiverPhone: String?
    /// How long, milliseconds since 1970; nil: as the policy says, or until it is taken back.
    package let until: Int64?
    /// How they answered; nil: not said.
    package let how: ConsentHow?
    /// Who heard or saw it, by name.
    package let witness: String?
    /// Who writes it down.
    package let recorder: String?
    let policy: ConsentPolicy
    /// Until when somebody else may agree for a child.
    let minors: MinorRules

    package init(
        person: String, kind: ConsentKind, isRefusal: Bool = false, program: String? = nil, said: String? = nil,
        language: String = "en", givenBy: String? = nil, caregiverName: String? = nil,
        caregiverRelation: String? = nil, caregiverPhone: String? = nil, until: Int64? = nil, how: ConsentHow? = nil,
        witness: String? = nil, recorder: String?,
        policy: ConsentPolicy, minors: MinorRules
    ) {
        self.person = person
        self.kind = kind
        self.isRefusal = isRefusal
        self.program = program
        self.said = said
        self.language = language
        self.givenBy = givenBy
        self.caregiverName = caregiverName
        self.caregiverRelation = caregiverRelation
        self.caregiverPhone = caregiverPhone
        self.until = until
        self.how = how
        self.witness = witness
        self.recorder = recorder
        self.policy = policy
        self.minors = minors
    }

    /// - Returns: the Consent.
    /// - Throws: ``FormProblems``; ``NotNow`` when the same answer is on file. The opposite answer is ended by this one.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let read = try check(at: change.now)
        let record = try change.reader.person(person, ["Consent", "RelatedPerson"])
        if let givenBy, !record.all("RelatedPerson").contains(where: { $0.reference == givenBy }) {
            throw FormProblems("given-by", "Choose who agreed.")
        }
        let caregiver = kind == .caregiver ? try self.caregiver(record, in: change) : nil
        let before = ConsentLedger(record).entries.filter { entry in
            entry.kind == kind && entry.holds(at: change.now) && entry.program == (kind == .program ? program : nil)
                && entry.caregiver == caregiver
        }
        if before.contains(where: { $0.isRefusal == isRefusal }) {
            throw NotNow("This answer is on file already. Take it back first to record it anew.")
        }
        for former in before {
            try RevokeConsent(
                consent: former.id, version: former.version, reason: "Answered anew", recorder: recorder
            ).perform(in: change)
        }
        if kind == .program, isRefusal {
            try FinishTasks.end(
                [.outreach], of: person, as: "cancelled", why: "Said no to the programme", in: change)
        }
        let birth = try change.reader.get("Patient", person).root.text("birthDate")
        return try change.create(
            ConsentText(
                person: person, kind: kind, isRefusal: isRefusal, read: read, givenBy: givenBy, recorder: recorder,
                part: kind == .program ? program.map { CareCode.concept(CareCode.program, $0) } : nil,
                caregiver: caregiver, until: end(born: birth, at: change.now), how: how, witness: witness
            ).resource(policy, at: change.now))
    }

    /// What somebody else agrees to for a child ends when the child comes of age. For a grown person who cannot agree it
    /// holds as long as was said.
    private func end(born birth: String?, at now: Int64) -> Int64? {
        // A no needs no end: it holds until somebody says otherwise.
        let policy = isRefusal ? nil : policy[kind]?.lastsDays.map { now + Int64($0) * 86_400_000 }
        let until = until ?? policy
        guard givenBy != nil, let grown = minors.comesOfAge(born: birth), grown > now else {
            return until
        }
        return min(until ?? grown, grown)
    }

    /// - Returns: what was said to the person.
    private func check(at now: Int64) throws -> ConsentText.Read {
        var problems = FormProblems([])
        let read = ConsentText.Read(said, language: language, of: policy[kind])
        if read == nil {
            problems.all.append(.init("said", "There is no text in this language. Write down what was said."))
        }
        if (read?.text.utf8.count ?? 0) > TextLimit.note {
            problems.all.append(.init("said", "Keep this below \(TextLimit.note) characters."))
        }
        if let until, until <= now {
            problems.all.append(.init("until", "Choose a day to come, or leave it empty."))
        }
        if kind == .caregiver, caregiverName == nil {
            problems.all.append(.init("caregiver-name", "Name the caregiver."))
        }
        // A no needs no form: it holds however it was said.
        if !isRefusal {
            problems.all += ConsentHow.problems(
                how, witness: witness, policy[kind], fields: (how: "how", witness: "witness"))
        }
        for (field, text) in [
            ("witness", witness), ("caregiver-name", caregiverName), ("caregiver-relation", caregiverRelation),
            ("caregiver-phone", caregiverPhone),
        ] where (text?.utf8.count ?? 0) > TextLimit.line {
            problems.all.append(.init(field, "Keep this below \(TextLimit.line) characters."))
        }
        try problems.check()
        guard let read else {
            throw problems
        }
        return read
    }

    /// The RelatedPerson of that name, made when there is none.
    private func caregiver(_ record: PersonRecord, in change: Change) throws -> String {
        let name = caregiverName ?? ""
        if let known = record.all("RelatedPerson").first(where: { relative in
            relative.root.list("name").contains { Self.words($0).lowercased() == name.lowercased() }
        }) {
            return known.reference
        }
        return try change.create(
            .compact([
                "resourceType": "RelatedPerson", "active": true, "patient": .reference("Patient/\(person)"),
                "relationship": caregiverRelation.map { [["text": .string($0)]] },
                "name": [["text": .string(name)]],
                "telecom": caregiverPhone.map { [["system": "phone", "value": .string($0)]] },
            ])
        ).reference
    }

    static func words(_ name: JSONNode) -> String {
        if let text = name.text("text") {
            return text
        }
        let parts = name.list("given").compactMap(\.string) + [name.text("family")].compactMap { $0 }
        return parts.joined(separator: " ")
    }
}
