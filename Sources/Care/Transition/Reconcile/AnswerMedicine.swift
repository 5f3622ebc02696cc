import Access
package import FHIR
package import Records

/// The prescriber answers a question on a medicine: the answer stands at the line, and whoever asked is told.
package struct AnswerMedicine: Sendable {
    /// The id of the Task.
    package let id: String
    /// The version that was read.
    package let version: Int?
    /// `keep`, `stop` or `change`.
    package let decision: String?
    package let takes: String?
    package let words: String?

    package init(id: String, version: Int?, decision: String?, takes: String?, words: String?) {
        self.id = id
        self.version = version
        self.decision = decision
        self.takes = takes
        self.words = words
    }

    private static let days: Int64 = 1

    /// - Returns: the task, closed.
    /// - Throws: ``FormProblems`` on `medicine-answer`, `medicine-takes`, `medicine-words`; ``NotNow`` for who may not;
    ///   `RecordsFailure.stale`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        try MedicineWork.check(change)
        let task = try CareTask.open(id, version: version, in: change)
        guard task.code == .medicineQuestion, let person = task.person else {
            throw NotNow("This is no question on a medicine.")
        }
        var checks = PlanChecks()
        let kind = decision.flatMap(MedicineDecision.Kind.init)
        if kind == nil || kind == .ask {
            checks.refuse("medicine-answer", "Choose what becomes of it.")
        }
        let takes = checks.short("medicine-takes", self.takes, most: TextLimit.line)
        if kind == .change, takes == nil {
            checks.refuse("medicine-takes", "Say how it is taken from now on.")
        }
        let words = checks.text(
            "medicine-words", self.words, most: TextLimit.line, missing: "Say why, in a few words.")
        try checks.finish()
        guard let kind, let issue = try change.reader.find(reference: task.focus),
            let decision = MedicineDecision(issue)
        else {
            throw NotNow("What was asked is no longer there.")
        }
        var json = issue.value
        json["mitigation"] = .array(
            (json["mitigation"]?.array ?? []) + [
                MedicineDecision.mitigation(
                    kind, reason: "prescriber-says", words: words, takes: kind == .change ? takes : nil, in: change)
            ])
        if issue.root.text("status") == "final" { json["status"] = "amended" }
        try change.update(json, ifVersion: issue.version)
        let told = "\(kind.title)\(kind == .change ? ": \(takes ?? "")" : ""). \(words)"
        let closed = try task.store("Answered by \(change.caller.name). \(told)", in: change) { json in
            json["status"] = "completed"
            json.addOutcome(TaskOutcome.system, TaskOutcome.done.rawValue, told)
            json.end(at: change.now)
        }
        try OpenTask(
            .followUp, person: person, title: "Answer came: \(task.title.replacing("Question: ", with: ""))",
            why: "\(told) (\(change.caller.name))", owner: decision.by,
            due: change.now + Self.days * 86_400_000, focus: issue.reference,
            labels: issue.root["meta"]?["security"]?.value
        ).perform(in: change)
        return closed
    }
}
