import Access
package import FHIR
package import Records

/// Somebody decides on lines of the comparison. Each line is stored for itself: what one person decides does not undo what
/// another decides at the same time on another line.
package struct DecideMedicines: Sendable {
    /// What was chosen for one line, as it came with the form.
    package struct Choice: Sendable {
        /// ``MedicineLine/key``
        package let key: String
        /// The version of the decision that the form showed; nil: there was none.
        package let version: Int?
        package let decision: String?
        package let reason: String?
        package let words: String?
        package let takes: String?
        /// Whom to ask, for example `Practitioner/kim`.
        package let whom: String?
        package let isHeld: Bool

        package init(
            key: String, version: Int?, decision: String?, reason: String?, words: String?, takes: String?,
            whom: String?, isHeld: Bool
        ) {
            self.key = key
            self.version = version
            self.decision = decision
            self.reason = reason
            self.words = words
            self.takes = takes
            self.whom = whom
            self.isHeld = isHeld
        }
    }

    package struct Result: Sendable {
        package fileprivate(set) var saved = 0
        /// What is wrong with lines that were not stored; fields are those of ``DecideMedicines/field(_:_:)``.
        package fileprivate(set) var problems: [FormProblems.Problem] = []
    }

    package let person: String
    package let choices: [Choice]
    package let content: CareContent
    /// Until when a question is to be answered, milliseconds since 1970.
    package let due: Int64

    package init(person: String, choices: [Choice], content: CareContent, due: Int64) {
        self.person = person
        self.choices = choices
        self.content = content
        self.due = due
    }

    /// The name of a field of a line.
    package static func field(_ name: String, _ key: String) -> String { "\(name)-\(key)" }

    /// - Returns: what was stored, and what is wrong with the rest.
    /// - Throws: ``NotNow`` for who may not.
    @discardableResult
    package func perform(in change: Change) throws -> Result {
        try MedicineWork.check(change)
        let standing = try Reconciliation.read(person, content: content, by: change.reader, at: change.now)
        var result = Result()
        for choice in choices {
            do {
                if try decide(choice, standing, in: change) { result.saved += 1 }
            } catch let problems as FormProblems {
                result.problems += problems.all
            }
        }
        return result
    }

    /// - Returns: whether something was stored.
    private func decide(_ choice: Choice, _ standing: Reconciliation, in change: Change) throws -> Bool {
        func name(_ field: String) -> String { Self.field(field, choice.key) }
        guard let line = standing.lines.first(where: { $0.key == choice.key }) else {
            if choice.decision == nil { return false }
            throw FormProblems("lines", "A line changed in between and was not saved. Look at it again.")
        }
        let before = standing.decisions[choice.key]
        guard let kind = choice.decision.flatMap(MedicineDecision.Kind.init) else {
            return false
        }
        let checked = try check(choice, kind, line)
        if let before, before.kind == kind, before.reason == checked.reason, before.words == checked.words,
            before.takes == checked.takes, before.isHeld == (kind == .ask && choice.isHeld),
            kind != .ask || standing.asked(before) == choice.whom
        {
            return false
        }
        guard before?.issue.version == choice.version else {
            let who = try before.flatMap { try Colleague.name($0.by, by: change.reader) } ?? "Somebody"
            let theirs = before.map { "\($0.standing.title)\($0.words.map { ": \($0)" } ?? "")" } ?? ""
            throw FormProblems(name("d"), "\(line.name): \(who) decided in between (\(theirs)). Choose again.")
        }
        let issue = try store(checked, kind, choice, line, standing.outcome(of: line), before, in: change)
        try ask(kind, choice, line, issue, in: change)
        return true
    }

    private struct Checked {
        let reason: String?
        let words: String?
        let takes: String?
    }

    private func check(_ choice: Choice, _ kind: MedicineDecision.Kind, _ line: MedicineLine) throws -> Checked {
        func name(_ field: String) -> String { Self.field(field, choice.key) }
        var checks = PlanChecks()
        let words = checks.short(name("w"), choice.words, most: TextLimit.line)
        let takes = checks.short(name("t"), choice.takes, most: TextLimit.line)
        let reason = content.medicineWording.reason(choice.reason)
        let fits = reason.map { $0.decisions.contains(kind) } ?? false
        if kind != .keep, !fits {
            checks.refuse(name("r-\(kind.rawValue)"), "\(line.name): say why.")
        } else if kind != .keep, reason?.id == "other", words == nil {
            checks.refuse(name("w"), "\(line.name): say why in your own words.")
        }
        if kind == .change, takes == nil {
            checks.refuse(name("t"), "\(line.name): say how it is taken from now on.")
        }
        if kind == .ask, words == nil {
            checks.refuse(name("w"), "\(line.name): write the question to the prescriber.")
        }
        if kind == .ask, !(choice.whom?.hasPrefix("Practitioner/") ?? false) {
            checks.refuse(name("a"), "\(line.name): choose who is asked.")
        }
        try checks.finish()
        return Checked(
            reason: kind == .keep && !fits ? nil : reason?.id, words: words, takes: kind == .change ? takes : nil)
    }

    private func store(
        _ checked: Checked, _ kind: MedicineDecision.Kind, _ choice: Choice, _ line: MedicineLine,
        _ outcome: MedicineOutcome, _ before: MedicineDecision?, in change: Change
    ) throws -> Resource {
        let detail = ([outcome.title] + line.differences).joined(separator: ". ")
        let issue = JSON.compact([
            "resourceType": "DetectedIssue",
            "id": before.map { .string($0.issue.id) },
            "meta": line.labels.map { ["security": $0] },
            "identifier": [["system": .string(MedicineDecision.system), "value": .string(line.key)]],
            "status": "preliminary",
            "code": CareCode.concept(
                MedicineOutcome.system, line.outcome.rawValue, "\(line.name): \(line.outcome.title)"),
            "severity": outcome == .interaction ? "high" : outcome == .unchanged ? "low" : "moderate",
            "patient": .reference("Patient/\(person)"),
            "identifiedDateTime": .string(FHIRDate.instant(change.now)),
            "author": change.caller.practitioner.map { .reference($0) },
            "implicated": .array(line.references.map { .reference($0) }),
            "detail": .string(detail),
            "mitigation": [
                MedicineDecision.mitigation(
                    kind, reason: checked.reason, words: checked.words, takes: checked.takes,
                    isHeld: kind == .ask && choice.isHeld, in: change)
            ],
        ])
        return try before == nil
            ? change.create(issue) : change.update(issue, ifVersion: before?.issue.version)
    }

    /// A question is on the list of who is asked; one that is not asked any more is closed.
    private func ask(
        _ kind: MedicineDecision.Kind, _ choice: Choice, _ line: MedicineLine, _ issue: Resource, in change: Change
    ) throws {
        let open = try change.reader.person(person, ["Task"]).all("Task").map(CareTask.init).filter {
            $0.code == .medicineQuestion && $0.isOpen && $0.focus == issue.reference
        }
        for task in open {
            _ = try task.store("Asked otherwise, or not any more.", in: change) { json in
                json["status"] = "cancelled"
                json.end(at: change.now)
            }
        }
        guard kind == .ask, let whom = choice.whom else {
            return
        }
        let lists = line.entries.map { "\($0.source.title): \($0.name)\($0.takes.map { ", \($0)" } ?? "")" }
        try OpenTask(
            .medicineQuestion, person: person, title: "Question: \(line.name)",
            why: "\(choice.words ?? "") (\(lists.joined(separator: "; ")))", owner: whom, due: due,
            focus: issue.reference, labels: line.labels
        ).perform(in: change)
    }
}

/// Keeps all lines on which the lists agree and nobody has decided.
package struct KeepAgreeing: Sendable {
    package let decide: DecideMedicines

    /// - Parameters:
    ///   - person: the id of the Patient.
    ///   - content: rules and wording.
    package init(person: String, content: CareContent) {
        decide = DecideMedicines(person: person, choices: [], content: content, due: 0)
    }

    /// - Returns: how many lines were kept.
    /// - Throws: ``NotNow`` for who may not.
    @discardableResult
    package func perform(in change: Change) throws -> Int {
        let standing = try Reconciliation.read(
            decide.person, content: decide.content, by: change.reader, at: change.now)
        let choices = standing.agreeing.map {
            DecideMedicines.Choice(
                key: $0.key, version: nil, decision: "keep", reason: nil, words: nil, takes: nil, whom: nil,
                isHeld: false)
        }
        return try DecideMedicines(person: decide.person, choices: choices, content: decide.content, due: 0)
            .perform(in: change).saved
    }
}
