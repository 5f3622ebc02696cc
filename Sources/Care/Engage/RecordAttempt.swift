package import Access
import FHIR
package import Records

/// Writes down an attempt to reach someone, and opens what it asks for next.
///
/// Reached: an Encounter. Not reached: a Communication that is not done, with its reason. DATA: one fact, one resource.
package struct RecordAttempt: Sendable {
    /// What the outcome suggests next.
    package enum Next: String, Sendable {
        case talk
        case tryAgain = "try-again"
        case callBack = "call-back"
        case findNumber = "find-number"
        case interpreter, decline
        /// The person asked us to wait.
        case wait
        case transition
        case confirmDeath = "confirm-death"
        case decide
    }

    package struct Result: Sendable {
        package let stored: Resource
        package let next: Next
        /// The task that was opened for it.
        package let task: Resource?
    }

    /// How often and over how long someone is tried before they may be called unreachable.
    package struct Limits: Sendable {
        package let attempts: Int
        package let overDays: Int

        package init(attempts: Int, overDays: Int) {
            self.attempts = attempts
            self.overDays = overDays
        }
    }

    package enum Channel: String, Sendable, CaseIterable {
        case phone, text, visit, letter

        package var words: String {
            switch self {
            case .phone: "Phone"
            case .text: "Text message"
            case .visit: "Visit"
            case .letter: "Letter"
            }
        }

        /// HL7 v3 ParticipationMode.
        var mode: String {
            switch self {
            case .phone: "PHONE"
            case .text: "SMSWRIT"
            case .visit: "PHYSICAL"
            case .letter: "MAILWRIT"
            }
        }

        /// The way that a person may have agreed to or refused; a visit is none.
        var way: MessagingChannel? {
            switch self {
            case .phone: .call
            case .text: .text
            case .letter: .post
            case .visit: nil
            }
        }

        /// From the medium of a Communication; nil for one that is none of these.
        init?(medium: JSONNode) {
            let code = CareCode.code(medium, in: Self.modes)
            guard let channel = Self.allCases.first(where: { $0.mode == code }) else {
                return nil
            }
            self = channel
        }

        static let modes = "http://terminology.hl7.org/CodeSystem/v3-ParticipationMode"

        /// HL7 v3 ActCode of a contact by this channel.
        var encounterClass: String { self == .visit ? "HH" : "VR" }
    }

    package let person: String
    package let outcome: ProgramReasons.OutreachOutcome
    package let channel: Channel
    package let note: String?
    /// When the person asked to be called back, or until when to wait.
    package let callBack: Int64?
    /// The number that was dialled, as it stands on file; nil: not said, or the only one.
    package let number: String?
    /// A message was left that says something about health.
    package let saidHealth: Bool
    /// Why a way was used that the person has not agreed to.
    package let despite: String?
    package let limits: Limits
    let policy: ConsentPolicy
    /// The sequences, one of which may run for the person.
    let outreach: OutreachLibrary?
    /// Who tried, for example `Practitioner/ruth`.
    package let by: String?

    package init(
        person: String, outcome: ProgramReasons.OutreachOutcome, channel: Channel = .phone, note: String? = nil,
        callBack: Int64? = nil, number: String? = nil, saidHealth: Bool = false, despite: String? = nil,
        limits: Limits, policy: ConsentPolicy, outreach: OutreachLibrary? = nil, by: String?
    ) {
        self.person = person
        self.outcome = outcome
        self.channel = channel
        self.note = note
        self.callBack = callBack
        self.number = number
        self.saidHealth = saidHealth
        self.despite = despite
        self.policy = policy
        self.outreach = outreach
        self.limits = limits
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Result {
        try checkForm(at: change.now)
        let record = try change.reader.person(person, ["Communication", "Consent", "Encounter", "Patient", "Task"])
        let closed = closedWays(record, at: change.now)
        if !closed.isEmpty, despite == nil {
            throw FormProblems("despite", asking(closed))
        }
        let before = Attempt.all(record)
        var attempt = outcome.reached ? contact(at: change.now) : failure(at: change.now)
        if let despite, !closed.isEmpty {
            attempt = CareCode.adding(CareCode.mark("despite", "valueString", .string(despite)), to: attempt)
        }
        let stored = try change.create(attempt)
        var hasOtherNumber = false
        if ["wrong-number", "out-of-service"].contains(outcome.code), channel == .phone || channel == .text,
            try MarkNumber(person: person, number: number).perform(in: change)
        {
            hasOtherNumber = try !SafeNumbers.phones(change.reader.get("Patient", person).root).isEmpty
        }
        let run = FinishTasks.open(record).lazy.filter { $0.code == .outreach }
            .compactMap { SequenceRun($0.resource.root) }.first
        try FinishTasks.end(
            [.outreach], of: person, as: "completed",
            encounter: outcome.reached ? stored.reference : nil, in: change)
        var next = next(before: before, at: change.now)
        if next == .findNumber, hasOtherNumber {
            // The other number is on file: the sequence goes on with that.
            next = failures(before, at: change.now) + 1 >= limits.attempts ? .decide : .tryAgain
        }
        if let run, let sequence = outreach?[run.sequence], next == .tryAgain || next == .decide {
            let may = MessagingDecision(record, policy: policy, at: change.now)
            let step = run.next(in: sequence) { $0.isOpen(may) }
            let tried = SequenceTries(before, now: change.now, by: channel, since: run.begun)
            if let step, !tried.isUnreachable(sequence.unreachable) {
                let task = try step.open(
                    sequence, owner: by, why: "Last attempt: \(outcome.words.lowercased())", focus: stored.reference,
                    in: change)
                return Result(stored: stored, next: .tryAgain, task: task)
            }
            next = .decide
            return Result(
                stored: stored, next: next,
                task: try open(next, before, stored, because: tried.words, in: change))
        }
        return Result(stored: stored, next: next, task: try open(next, before, stored, in: change))
    }

    private func checkForm(at now: Int64) throws {
        if let note, note.utf8.count > TextLimit.note {
            throw FormProblems("note", "Keep this below \(TextLimit.note) characters.")
        }
        if outcome.code == "call-back", callBack.map({ $0 <= now }) ?? true {
            throw FormProblems("call-back", "Say when to call back: a time to come.")
        }
        if outcome.code == Self.notNow {
            var problems = FormProblems([])
            if callBack.map({ $0 <= now }) ?? true {
                problems.all.append(.init("call-back", "Say until when to wait: a day to come."))
            }
            if note == nil {
                problems.all.append(.init("note", "Write down why they asked us to wait."))
            }
            try problems.check()
        }
        if let despite, despite.utf8.count > TextLimit.line {
            throw FormProblems("despite", "Keep this below \(TextLimit.line) characters.")
        }
    }

    /// Code of `programs/reasons.yaml`.
    package static let notNow = "not-now"

    /// The ways that this attempt used and the person has not agreed to.
    private func closedWays(_ record: PersonRecord, at now: Int64) -> [MessagingChannel] {
        let may = MessagingDecision(record, policy: policy, at: now)
        var used = [channel.way].compactMap { $0 }
        if channel == .phone, outcome.code == Attempt.leftMessage {
            used.append(saidHealth ? .voicemailHealth : .voicemail)
        }
        return used.filter { way in
            !may.isOpen(way) || way != .call && channel == .phone && SafeNumbers.refuseMessages(record.patient?.root)
        }
    }

    /// What was used stays what was used: it is written down with its reason, never left out.
    private func asking(_ closed: [MessagingChannel]) -> String {
        let said = closed.compactMap { policy[$0]?.refused }.joined(separator: ", ")
        return "\(said), as far as is on file. Say why it was done all the same, or choose how it really was."
    }

    private func contact(at now: Int64) -> JSON {
        .compact([
            "resourceType": "Encounter",
            "extension": [CareCode.mark("channel", "valueCode", .string(channel.rawValue))],
            "status": "finished",
            "class": [
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(channel.encounterClass),
            ],
            "type": [CareCode.concept(CareCode.contact, "outreach", "Outreach")],
            "subject": .reference("Patient/\(person)"),
            "participant": by.map { [["individual": .reference($0)]] },
            "period": ["start": .string(FHIRDate.instant(now)), "end": .string(FHIRDate.instant(now))],
            "reasonCode": [CareCode.concept(CareCode.outcome, outcome.code, note)],
        ])
    }

    private func failure(at now: Int64) -> JSON {
        .compact([
            "resourceType": "Communication",
            "status": "not-done",
            "statusReason": CareCode.concept(CareCode.outcome, outcome.code, outcome.words),
            "category": [CareCode.concept(CareCode.contact, "outreach", "Outreach")],
            "medium": [
                CareCode.concept(Channel.modes, channel.mode)
            ],
            "subject": .reference("Patient/\(person)"),
            "sent": .string(FHIRDate.instant(now)),
            "recipient": [.reference("Patient/\(person)")],
            "sender": by.map { .reference($0) },
            "note": note.map { [["text": .string($0)]] },
        ])
    }

    private func next(before: [Attempt], at now: Int64) -> Next {
        switch outcome.code {
        case "call-back": return .callBack
        case "declined": return .decline
        case Self.notNow: return .wait
        case "in-hospital": return .transition
        case "reported-died": return .confirmDeath
        case "wrong-number", "out-of-service": return .findNumber
        case "language-barrier": return .interpreter
        default: break
        }
        if outcome.reached {
            return .talk
        }
        return failures(before, at: now) + 1 >= limits.attempts ? .decide : .tryAgain
    }

    /// How often it failed since somebody was last reached, within the days that count.
    private func failures(_ before: [Attempt], at now: Int64) -> Int {
        let since = now - Int64(limits.overDays) * 86_400_000
        return before.prefix { !$0.reached }.filter { ($0.at ?? 0) >= since }.count
    }

    private func open(
        _ next: Next, _ before: [Attempt], _ stored: Resource, because: String? = nil, in change: Change
    ) throws -> Resource? {
        let day: Int64 = 86_400_000
        let pause = max(1, Int64(limits.overDays / max(1, limits.attempts))) * day
        let title: String
        var due = change.now + pause
        var code = TaskCode.outreach
        switch next {
        case .talk, .decline: return nil
        case .tryAgain: title = "Try to reach again (attempt \(failures(before, at: change.now) + 2))"
        case .callBack:
            title = "Call back at the time asked for"
            due = callBack ?? due
        case .wait:
            title = "Come back: they asked us to wait"
            due = callBack ?? due
        case .findNumber:
            title = "Find another number"
            due = change.now + day
            code = .followUp
        case .interpreter:
            title = "Call again with an interpreter"
            due = change.now + day
        case .transition:
            title = "In hospital: watch for the discharge"
            due = change.now + day
            code = .followUp
        case .confirmDeath:
            title = "Confirm the death"
            due = change.now + day
            code = .followUp
        case .decide:
            title = "Decide: go on trying, or close as unreachable"
            due = change.now + 2 * day
            code = .followUp
        }
        return try OpenTask(
            code, person: person, title: title, why: why(next, because), owner: by, due: due,
            focus: stored.reference, key: "\(person)/attempt/\(stored.id)"
        ).perform(in: change)
    }

    private func why(_ next: Next, _ because: String?) -> String {
        if next == .wait, let note {
            return "They said: \(note)"
        }
        let last = "Last attempt: \(outcome.words.lowercased())"
        return because.map { "\(last). \($0)" } ?? last
    }
}
