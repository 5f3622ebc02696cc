import Access
package import FHIR
package import Records

/// Adds a step: something that someone does for a goal, until a day.
package struct AddIntervention: Sendable {
    package let person: String
    /// Of the plan that was read, 0 when there was none.
    package let version: Int
    package let title: String?
    /// The id of the Goal it serves; nil when it serves none.
    package let goal: String?
    /// `Practitioner/ruth`.
    package let owner: String?
    /// `yyyy-mm-dd`.
    package let due: String?
    /// Days between repeats, as typed.
    package let every: String?
    package let personWords: String?
    package let today: CalendarDay
    /// The last millisecond of a day at the site.
    package let endOfDay: @Sendable (CalendarDay) -> Int64

    package init(
        person: String, version: Int, title: String?, goal: String?, owner: String?, due: String?, every: String?,
        personWords: String?, today: CalendarDay, endOfDay: @escaping @Sendable (CalendarDay) -> Int64
    ) {
        self.person = person
        self.version = version
        self.title = title
        self.goal = goal
        self.owner = owner
        self.due = due
        self.every = every
        self.personWords = personWords
        self.today = today
        self.endOfDay = endOfDay
    }

    /// - Returns: the task.
    /// - Throws: ``FormProblems``, ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var checks = PlanChecks()
        let title = checks.text("step", title, most: TextLimit.line, missing: "Say what is to be done.")
        let day = checks.day("step-due", due, from: today, missing: "Say until when.")
        let words = checks.short("step-words", personWords, most: 500)
        let every = every.flatMap { $0.isEmpty ? nil : $0 }
        let days = every.flatMap { Int($0) }
        if every != nil, !(1...365).contains(days ?? 0) {
            checks.refuse("every", "Enter a whole number of days from 1 to 365, or leave it empty.")
        }
        let served = try goal.flatMap { try change.reader.find("Goal", $0) }
        if goal != nil, served?.root.text("subject", "reference") != "Patient/\(person)" {
            checks.refuse("step-goal", "This goal is not on the plan.")
        }
        if let owner, try change.reader.find(reference: owner) == nil || !owner.hasPrefix("Practitioner/") {
            checks.refuse("owner", "Choose someone who works here.")
        }
        try checks.finish()
        guard let day else {
            throw FormProblems("step-due", "Say until when.")
        }
        var edit = try PlanEdit(person: person, version: version, in: change)
        let why = served?.root.text("description", "text").map { "For the goal: “\($0)”" } ?? "A step of the care plan"
        let task = try StepDetails(everyDays: days, personWords: words).open(
            OpenTask(
                .intervention, person: person, title: title, why: why, owner: owner ?? change.caller.practitioner,
                due: endOfDay(day), focus: served?.reference, basedOn: edit.reference,
                labels: served?.root["meta"]?["security"]?.value), in: change)
        edit.act(task.reference)
        try edit.save(in: change)
        return task
    }
}
