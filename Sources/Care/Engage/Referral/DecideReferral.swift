import Access
import FHIR
package import Records

/// How whoever referred somebody was told what became of it.
package enum ReferralAnswer: String, Sendable, CaseIterable {
    case phone, letter
    case inPerson = "in-person"
    case record
    case notPossible = "not-possible"

    package var words: String {
        switch self {
        case .phone: "By telephone"
        case .letter: "By letter or fax"
        case .inPerson: "In person"
        case .record: "They read it here, or their system does"
        case .notPossible: "They could not be told"
        }
    }

    /// FHIR v3 ParticipationMode.
    fileprivate var medium: String? {
        switch self {
        case .phone: "PHONE"
        case .letter: "WRITTEN"
        case .inPerson: "PHYSICAL"
        case .record: "ELECTRONIC"
        case .notPossible: nil
        }
    }
}

/// Takes a person who was referred into outreach. Enrolling follows when they agree.
package struct AcceptReferral: Sendable {
    package let referral: String
    /// The version that was read.
    package let version: Int?
    package let program: Program?
    /// Who gets in touch, for example `Practitioner/ruth`.
    package let owner: String?
    /// Needed when the entry criteria are not met.
    package let why: String?
    package let told: ReferralAnswer?
    package let care: CareContent

    package init(
        referral: String, version: Int?, program: Program?, owner: String?, why: String?, told: ReferralAnswer?,
        care: CareContent
    ) {
        self.referral = referral
        self.version = version
        self.program = program
        self.owner = owner
        self.why = why
        self.told = told
        self.care = care
    }

    /// - Returns: the referral as it is now.
    /// - Throws: ``FormProblems`` on `program`, `accept-why`, `told` or `owner`; ``NotNow``.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let found = try Referral.open(referral, version: version, in: change)
        guard let person = found.person else {
            throw NotNow("First say who is meant.")
        }
        guard let program else {
            throw FormProblems("program", "Choose a programme.")
        }
        guard let told else {
            throw FormProblems("told", "Say how whoever referred was told.")
        }
        if let why, why.utf8.count > TextLimit.note {
            throw FormProblems("accept-why", "Keep this below \(TextLimit.note) characters.")
        }
        let record = try change.reader.person(person, KnownFacts.reads)
        if Enrollment.all(record).contains(where: { $0.program == program.id && $0.isOpen }) {
            throw NotNow("This person is enrolled in \(program.title) already. Decline the referral with that reason.")
        }
        let facts = KnownFacts(record, care: care, at: change.now)
        if program.entry.verdict(facts.values) == .notMet, why == nil {
            throw FormProblems(
                "accept-why", "The entry criteria are not met. Say why this person is taken all the same.")
        }
        if let owner, try !Colleague.works(owner, by: change.reader) {
            throw FormProblems("owner", "Choose someone who works here.")
        }
        try OpenOutreach(person: person, owner: owner, sequence: care.outreach.sequence(for: program.id))
            .perform(in: change)
        var json = found.resource.value
        json["status"] = "completed"
        json["code"] = CareCode.concept(CareCode.program, program.id, program.title)
        let stored = try change.update(json, ifVersion: found.version)
        let words = "Accepted into outreach for \(program.title)"
        try AnswerReferral(referral: found, told: told, words: words).perform(in: change)
        try Intake(referral: found, content: care.referrals)
            .move(to: "completed", [words, why].compactMap { $0 }.joined(separator: ": "), in: change)
        return stored
    }
}

/// Says no to a referral, with a reason that whoever referred is told.
package struct DeclineReferral: Sendable {
    package let referral: String
    /// The version that was read.
    package let version: Int?
    package let reason: ProgramReasons.Reason?
    package let words: String?
    package let told: ReferralAnswer?
    package let content: ReferralContent

    package init(
        referral: String, version: Int?, reason: ProgramReasons.Reason?, words: String?, told: ReferralAnswer?,
        content: ReferralContent
    ) {
        self.referral = referral
        self.version = version
        self.reason = reason
        self.words = words
        self.told = told
        self.content = content
    }

    /// - Returns: the referral as it is now.
    /// - Throws: ``FormProblems`` on `reason`, `told` or `words`; ``NotNow``.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let found = try Referral.open(referral, version: version, in: change)
        var problems: [FormProblems.Problem] = []
        if reason == nil {
            problems.append(.init("reason", "Choose a reason."))
        }
        if told == nil {
            problems.append(.init("told-no", "Say how whoever referred was told."))
        }
        if told == .notPossible, words == nil {
            problems.append(.init("words", "Say why they could not be told."))
        }
        if let words, words.utf8.count > TextLimit.note {
            problems.append(.init("words", "Keep this below \(TextLimit.note) characters."))
        }
        try FormProblems(problems).check()
        guard let reason, let told else {
            return found.resource
        }
        var json = found.resource.value
        json["status"] = "revoked"
        let stored = try change.update(json, ifVersion: found.version)
        let answer = [reason.words, words].compactMap { $0 }.joined(separator: ": ")
        try AnswerReferral(referral: found, told: told, words: answer).perform(in: change)
        try Intake(referral: found, content: content)
            .move(
                to: "rejected", answer, reason: CareCode.concept(CareCode.reason, reason.code, answer), in: change)
        return stored
    }
}

/// Keeps what whoever referred was told, and how.
private struct AnswerReferral {
    let referral: Referral
    let told: ReferralAnswer
    let words: String

    func perform(in change: Change) throws {
        try change.create(
            .compact([
                "resourceType": "Communication",
                "basedOn": [.reference(referral.resource.reference)],
                "status": told == .notPossible ? "not-done" : "completed",
                "statusReason": told == .notPossible ? ["text": .string(words)] : nil,
                "medium": told.medium.map { code in
                    [CareCode.concept("http://terminology.hl7.org/CodeSystem/v3-ParticipationMode", code)]
                },
                "about": [.reference(referral.resource.reference)],
                // Of the person alone who is known: what is written to somebody unknown is in nobody's record.
                "subject": referral.person.map { .reference("Patient/\($0)") },
                "sent": .string(FHIRDate.instant(change.now)),
                "recipient": referral.requester.map { [.reference($0)] },
                "sender": change.caller.practitioner.map { .reference($0) },
                "payload": [["contentString": .string(words)]],
            ]))
    }
}
