import Access
import FHIR
package import Records

/// Keeps a filled-in form: the answers, what they come to, a safety task for an answer that means danger, and a task for
/// the form that a positive one asks for. One transaction: no danger is written down without someone who owns it.
package struct SubmitAssessment: Sendable {
    /// The id of the Patient.
    package let person: String
    /// As it was shown; while it is kept, with its rows and what its formulas came to.
    package private(set) var instrument: Instrument
    package internal(set) var answers: Answers
    /// The id of the QuestionnaireResponse, made when the form was shown: a form that arrives twice is kept once.
    package let id: String
    /// The version of the draft that was read; nil when the form is new.
    package private(set) var version: Int?
    /// Handed in, or kept as a draft.
    package let closing: Bool
    /// The contact in which it happened, `Encounter/5`.
    package let encounter: String?
    /// Who gave the answers when it was not the person, `RelatedPerson/5`.
    package let source: String?
    /// The language in which the questions were shown, when it was not that of the form.
    package let language: String?
    /// Between a young person and the care team: answers and scores carry ``ConfidentialLabel``. A draft that has it keeps it.
    package let isConfidential: Bool
    /// Where the form that this one asks for is looked up.
    package let library: InstrumentLibrary
    /// Which answers stood there before anybody was asked, by link id.
    package var marks: [String: KnownMark] = [:]
    /// How it was answered, as ``AnsweredBy/Mode``.
    package var mode: AnsweredBy.Mode?
    /// Kept while it is being typed: what is sound is kept, and the rest waits without a word.
    package var isTyping = false
    /// In which what is wrong is said: Spanish or English.
    package var speaks: String?
    /// Files that came with the form; the answers name them.
    package var files: [NewFile] = []
    /// What is wrong with files that came and are not taken. It is told at once, also while the form is typed.
    package var refusedFiles: [FieldError] = []

    package init(
        person: String, instrument: Instrument, answers: Answers, id: String, version: Int?, closing: Bool,
        encounter: String? = nil, source: String? = nil, language: String? = nil, isConfidential: Bool = false,
        library: InstrumentLibrary
    ) {
        self.person = person
        self.instrument = instrument
        self.answers = answers
        self.id = id
        self.version = version
        self.closing = closing
        self.encounter = encounter
        self.source = source
        self.language = language.flatMap { instrument.languages.contains($0) ? $0 : nil }
        self.isConfidential = isConfidential
        self.library = library
    }

    package struct Outcome: Sendable {
        /// The response as it is stored now.
        package let response: Resource
        package let screening: Screening
        /// What must be put right before the form can be handed in. It stands here only when an answer meant danger:
        /// then what is sound was kept as a draft and the safety task is open.
        package let problems: FormProblems?
        /// Who owns the safety task, `Practitioner/ruth`.
        package let owner: String?
        /// Whether somebody else's answers to other questions are in it now.
        package var isMerged = false
        /// The form as it stands now.
        package var worked: WorkedForm?
    }

    /// - Returns: the response, and what it came to.
    /// - Throws: ``FormProblems`` by link id; ``NotNow`` when the form was handed in before with other answers;
    ///   ``RecordsFailure``.
    package func perform(in change: Change) throws -> Outcome {
        let patient = try change.reader.get("Patient", person)
        let asked = AssessedPerson(patient, now: change.now)
        let stored = try earlier(in: change)
        let known = stored.map { instrument.answers(from: $0.root) }
        var verb = self
        if let stored, stored.root.text("status") == "in-progress" { try verb.merge(with: stored, in: change) }
        try verb.believeFiles(known ?? [:], in: change)
        let surroundings =
            instrument.isWorkedOut
            ? try FormSurroundings(
                person: person, user: change.caller.practitioner, encounter: encounter, reader: change.reader,
                now: change.now) : nil
        let worked = instrument.worked(verb.answers, in: surroundings)
        (verb.instrument, verb.answers) = (worked.form, worked.answers)
        if let stored, let known, stored.root.text("status") != "in-progress" {
            return try verb.arrivedTwice(stored, known, asked)
        }
        var outcome = try verb.keep(stored, asked, worked, in: change)
        outcome.isMerged = verb.version != version
        outcome.worked = worked
        return outcome
    }

    private func keep(
        _ stored: Resource?, _ asked: AssessedPerson, _ worked: WorkedForm, in change: Change
    ) throws -> Outcome {
        let screening = instrument.score(
            answers, sex: asked.sex, age: asked.age, closing: closing, language: speaks)
        let errors = problems(screening, worked.refused)
        // A file cannot be put back into a page by the server: what came is kept, whatever else is wrong.
        let isSound = errors.isEmpty || (isTyping || !files.isEmpty) && !instrument.kept(answers).isEmpty
        guard isSound || !screening.safety.isEmpty else {
            throw FormProblems(errors)
        }
        let isDone = closing && errors.isEmpty
        let refused = refusedFiles.map { FormProblems.Problem($0.linkId, $0.message) }
        let wrong = Set(errors.filter { !refused.contains($0) }.map(\.field))
        for file in files { try file.store(of: person, in: change) }
        let by = AnsweredBy(
            subject: "Patient/\(person)", author: change.caller.practitioner,
            source: source ?? "Patient/\(person)", encounter: encounter, at: FHIRDate.instant(change.now),
            language: language, mode: mode)
        let resource = instrument.response(
            id: id, answers: answers.filter { !wrong.contains($0.key) }, by: by,
            status: isDone ? "completed" : "in-progress", marks: marks)
        let isKept = isConfidential || (stored.map { ConfidentialLabel.isOn($0.root) } ?? false)
        let label = isKept ? ConfidentialLabel.code : nil
        let response = try change.update(
            resource.labelled(label, in: change).labelled(instrument.labels(of: answers), in: change),
            ifVersion: version ?? 0)
        if isDone {
            let observations = instrument.observations(
                answers: answers, screening: screening, response: response.reference, by: by
            ) { "\(id)-\($0)" }
            for observation in observations {
                let name = observation["id"]?.string
                let key = name.map { String($0.dropFirst(id.count + 1)) } ?? ""
                try change.create(
                    observation.labelled(label, in: change).labelled(instrument.labels(on: key), in: change), id: name)
            }
            if isByStaff(change) {
                try Licence(of: change).askForReview(of: response, instrument.short, person: person, in: change)
            }
            try finishTasks(in: change)
            try openNextForm(screening, about: response, in: change)
        }
        let owner = try openSafetyTasks(screening, about: response, in: change)
        return Outcome(
            response: response, screening: screening,
            problems: (isTyping ? refused : errors).isEmpty ? nil : FormProblems(isTyping ? refused : errors),
            owner: owner)
    }

    private func earlier(in change: Change) throws -> Resource? {
        let isWord = id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard isWord, (8...40).contains(id.utf8.count) else {
            throw RecordsFailure.notFound(type: "QuestionnaireResponse", id: id)
        }
        let stored = try change.reader.find("QuestionnaireResponse", id)
        guard let stored else {
            return nil
        }
        let url = stored.root.text("questionnaire")?.prefix { $0 != "|" }
        guard stored.root.text("subject", "reference") == "Patient/\(person)", url == instrument.url[...] else {
            throw RecordsFailure.notFound(type: "QuestionnaireResponse", id: id)
        }
        return stored
    }

    /// A draft that was kept elsewhere in between: what only one side changed is put together.
    private mutating func merge(with stored: Resource, in change: Change) throws {
        guard let read = version, stored.version > read,
            let base = try change.reader.history("QuestionnaireResponse", id).first(where: { $0.version == read })
        else { return }
        let merged = MergedAnswers(
            base: instrument.answers(from: base.root), mine: instrument.kept(answers),
            theirs: instrument.answers(from: stored.root))
        guard merged.contested.isEmpty else { return }
        answers = merged.answers
        version = stored.version
    }

    /// Whether somebody of the team keeps it; else the person, or somebody for them.
    private func isByStaff(_ change: Change) -> Bool {
        change.caller.practitioner.map { $0.hasPrefix("Practitioner") } ?? true
    }

    /// Who works with what follows: whoever asked, else who looks after the person.
    private func worker(_ change: Change) throws -> String? {
        if isByStaff(change) { return change.caller.practitioner }
        return try change.reader.person(person, ["EpisodeOfCare"]).all("EpisodeOfCare")
            .filter { $0.root.text("status") == "active" }
            .lazy.compactMap { $0.root.text("careManager", "reference") }.first
    }

    private func arrivedTwice(
        _ stored: Resource, _ known: Answers, _ asked: AssessedPerson
    ) throws -> Outcome {
        guard known == instrument.kept(answers) else {
            throw NotNow("This form was handed in already. Begin it anew to ask again.")
        }
        let screening = instrument.score(known, sex: asked.sex, age: asked.age)
        return Outcome(response: stored, screening: screening, problems: nil, owner: nil)
    }

    private func problems(_ screening: Screening, _ refused: [FieldError]) -> [FormProblems.Problem] {
        let say = FaultWords(speaks)
        let unfit = Set(refusedFiles.map(\.linkId))
        let others = (screening.errors + refused).filter { !unfit.contains($0.linkId) }
        var found = (refusedFiles + others).map { FormProblems.Problem($0.linkId, $0.message) }
        guard closing else {
            if found.isEmpty, instrument.kept(answers).isEmpty, let first = instrument.questions.first {
                found.append(
                    .init(
                        first.linkId,
                        say(
                            "There is nothing to keep yet. Answer a question first.",
                            "Todavía no hay nada que guardar. Conteste una pregunta primero.")))
            }
            return found
        }
        for open in screening.missing where !found.contains(where: { $0.field == open }) {
            let item = instrument.item(open)
            let question =
                item?.prefix.map { say("Question \($0)", "La pregunta \($0)") } ?? item.map {
                    "“\($0.text(in: speaks))”"
                }
                ?? say("A question", "Una pregunta")
            found.append(
                .init(
                    open,
                    say(
                        "\(question) has no answer. Answer it, or keep the form as a draft.",
                        "\(question) no tiene respuesta. Contéstela, o siga después.")))
        }
        return found
    }

    /// What was to be asked has been asked: open tasks for this form are done.
    private func finishTasks(in change: Change) throws {
        for task in FinishTasks.open(try change.reader.person(person, ["Task"])) where task.code == .assessment {
            let asksThis = task.resource.root.list("input").contains {
                $0.text("valueCanonical")?.prefix { $0 != "|" } == instrument.url[...]
            }
            if asksThis {
                try FinishTasks.end(task, as: "completed", encounter: encounter, in: change)
            }
        }
    }

    /// A positive short form asks for the longer one; the task stays until that is handed in.
    private func openNextForm(_ screening: Screening, about response: Resource, in change: Change) throws {
        guard screening.verdict == .positive || screening.verdict == .review, let opens = screening.opens,
            let next = library[opens]
        else {
            return
        }
        try OpenTask(
            .assessment, person: person, title: "Ask \(next.title)",
            why: "\(instrument.title): \(screening.total.map { "\($0) points" } ?? "positive")",
            owner: try worker(change), due: change.now + 86_400_000, focus: response.reference,
            key: "\(person)/\(opens)/\(response.id)", form: next.url
        ).perform(in: change)
    }

    /// - Returns: who owns them. Whoever is on duty; the backup when nobody is; then whoever sits with the person, for
    ///   a danger is never without an owner.
    private func openSafetyTasks(_ screening: Screening, about response: Resource, in change: Change) throws -> String?
    {
        guard !screening.safety.isEmpty else {
            return nil
        }
        let duty = try DutyRoster.onDuty(by: change.reader, at: change.now)
        let owner = try duty.who ?? duty.backup ?? worker(change)
        for flag in screening.safety {
            let label = flag.asks.label.flatMap { change.label($0)?.coding }
            try OpenTask(
                .safety, person: person, title: flag.asks.title,
                why: "\(instrument.short): “\(flag.question)” was answered “\(flag.answer)”. \(flag.action)",
                owner: owner, due: flag.asks.due(from: change.now), isUrgent: true, focus: response.reference,
                key: Self.key(person: person, flag: flag, response: id), labels: label.map { [$0] }
            ).perform(in: change)
        }
        return owner
    }

    /// The key by which the safety task of an answer is found.
    package static func key(person: String, flag: Screening.SafetyFlag, response: String) -> String {
        "\(person)|\(flag.kind)|\(flag.linkId)|\(response)"
    }
}

extension Instrument {
    /// The title as people say it in passing: `PHQ-9`.
    package var short: String { String(title.prefix { $0 != ":" }) }
}
