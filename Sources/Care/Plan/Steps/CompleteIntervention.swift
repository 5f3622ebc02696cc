import Access
package import FHIR
package import Records

/// A step was done, or is not needed any more. One that repeats opens the next.
package struct CompleteIntervention: Sendable {
    package enum Ending: String, Sendable, CaseIterable {
        case done = "completed"
        case dropped = "cancelled"
    }

    package let person: String
    /// The id of the Task.
    package let task: String
    /// Of the task that was read.
    package let version: Int
    package let ending: Ending?
    package let note: String?
    package let today: CalendarDay
    /// The last millisecond of a day at the site.
    package let endOfDay: @Sendable (CalendarDay) -> Int64

    package init(
        person: String, task: String, version: Int, ending: Ending?, note: String?, today: CalendarDay,
        endOfDay: @escaping @Sendable (CalendarDay) -> Int64
    ) {
        self.person = person
        self.task = task
        self.version = version
        self.ending = ending
        self.note = note
        self.today = today
        self.endOfDay = endOfDay
    }

    /// - Returns: the task.
    /// - Throws: ``FormProblems``; ``NotNow`` when it was closed before; ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let stored = try change.reader.get("Task", task)
        guard stored.root.text("for", "reference") == "Patient/\(person)",
            stored.root["code"]?.list("coding").contains(where: { $0.text("code") == TaskCode.intervention.rawValue })
                == true
        else { throw RecordsFailure.notFound(type: "Task", id: task) }
        if stored.version == version, PlanStep.closed.contains(stored.root.text("status") ?? "") {
            throw NotNow("This step is closed already.")
        }
        var checks = PlanChecks()
        let note = checks.short("note", note, most: 2_000)
        if ending == nil {
            checks.refuse("ending", "Say whether it was done or is dropped.")
        }
        if ending == .dropped, note == nil, checks.problems.isEmpty {
            checks.refuse("note", "Say why it is dropped.")
        }
        try checks.finish()
        var json = stored.value
        json["status"] = .string((ending ?? .done).rawValue)
        json["lastModified"] = .string(FHIRDate.instant(change.now))
        json["executionPeriod"] = ["end": .string(FHIRDate.instant(change.now))]
        if let note {
            json["note"] = .array((json["note"]?.array ?? []) + [ChangeGoal.note(note, in: change)])
        }
        let saved = try change.update(json, ifVersion: version)
        if ending == .done {
            try openNext(after: saved, in: change)
        }
        return saved
    }

    private func openNext(after task: Resource, in change: Change) throws {
        let details = StepDetails(task.root)
        let plan = try change.reader.find(reference: task.root.list("basedOn").first?.text("reference"))
        guard let days = details.everyDays, let plan, plan.root.text("status") == "active",
            let title = task.root.text("code", "text")
        else { return }
        let next = try details.open(
            OpenTask(
                .intervention, person: person, title: title,
                why: task.root.text("description") ?? "A step of the care plan",
                owner: task.root.text("owner", "reference"), due: endOfDay(today.adding(days: days)),
                focus: task.root.text("focus", "reference"), basedOn: plan.reference,
                key: "\(person)|plan|repeat|\(task.id)"), in: change)
        var edit = PlanEdit(following: plan)
        edit.act(next.reference)
        try edit.save(in: change)
    }
}
