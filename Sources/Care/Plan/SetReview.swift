import Access
package import FHIR
package import Records

/// Dates the next review of a plan. There is one at a time: setting it again moves it.
package struct SetReview: Sendable {
    package let person: String
    /// Of the plan that was read, 0 when there was none.
    package let version: Int
    /// `yyyy-mm-dd`.
    package let due: String?
    /// The day that was set when the form was opened; nil when nobody looked.
    package let was: String?
    package let today: CalendarDay
    /// The last millisecond of a day at the site.
    package let endOfDay: @Sendable (CalendarDay) -> Int64

    package init(
        person: String, version: Int, due: String?, was: String? = nil, today: CalendarDay,
        endOfDay: @escaping @Sendable (CalendarDay) -> Int64
    ) {
        self.person = person
        self.version = version
        self.due = due
        self.was = was
        self.today = today
        self.endOfDay = endOfDay
    }

    /// - Returns: the task of the review.
    /// - Throws: ``FormProblems``, ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var checks = PlanChecks()
        let day = checks.day("review-day", due, from: today, missing: "Choose the day of the next review.")
        try checks.finish()
        guard let day else {
            throw FormProblems("review-day", "Choose the day of the next review.")
        }
        var edit = try PlanEdit(person: person, version: version, in: change)
        let open = try change.reader.person(person, ["Task"]).all("Task").last { Self.isOpenReview($0) }
        if let open {
            let stands = open.root.text("restriction", "period", "end") ?? ""
            if let was, stands != was, stands != FHIRDate.instant(endOfDay(day)) {
                throw RecordsFailure.stale(current: open)
            }
            var json = open.value
            json["restriction"] = ["period": ["end": .string(FHIRDate.instant(endOfDay(day)))]]
            json["lastModified"] = .string(FHIRDate.instant(change.now))
            return try change.update(json, ifVersion: open.version)
        }
        let task = try OpenTask(
            .planReview, person: person, title: "Review the care plan", why: "Next review agreed for \(day.text)",
            owner: change.caller.practitioner, due: endOfDay(day), focus: edit.reference, basedOn: edit.reference
        ).perform(in: change)
        edit.act(task.reference)
        try edit.save(in: change)
        return task
    }

    static func isOpenReview(_ task: Resource) -> Bool {
        task.root.codes("code").contains(TaskCode.planReview.rawValue)
            && !PlanStep.closed.contains(task.root.text("status") ?? "")
    }
}
