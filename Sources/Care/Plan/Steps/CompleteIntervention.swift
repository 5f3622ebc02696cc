import Access
import FHIR
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
    package let days: SiteDays

    package init(person: String, task: String, version: Int, ending: Ending?, note: String?, days: SiteDays) {
        self.person = person
        self.task = task
        self.version = version
        self.ending = ending
        self.note = note
        self.days = days
    }

    /// - Returns: the task. What somebody else changed of it in between stays; of two who closed it alike each note is kept.
    /// - Throws: ``FormProblems``; ``NotNow`` when it was closed before; ``RecordsFailure/stale(current:)`` when somebody
    ///   else closed it in between in the other way.
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
        let wanted = (ending ?? .done).rawValue
        let isClosed = PlanStep.closed.contains(stored.root.text("status") ?? "")
        if isClosed, stored.root.text("status") != wanted {
            throw RecordsFailure.stale(current: stored)
        }
        if isClosed, note == nil {
            return stored
        }
        var json = stored.value
        json["lastModified"] = .string(FHIRDate.instant(change.now))
        if !isClosed {
            json["status"] = .string(wanted)
            json["executionPeriod"] = ["end": .string(FHIRDate.instant(change.now))]
        }
        if let note {
            json["note"] = .array((json["note"]?.array ?? []) + [ChangeGoal.note(note, in: change)])
        }
        let saved = try change.update(json, ifVersion: stored.version)
        if ending == .done {
            try OpenNextStep(days: days).perform(after: saved, in: change)
        }
        return saved
    }
}
