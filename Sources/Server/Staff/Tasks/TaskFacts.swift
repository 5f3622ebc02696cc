import Care
import FHIR
import Foundation
import Records

/// What a task's page tells of it, in words.
struct TaskFacts: Sendable {
    let facts: [TaskPage.Model.Fact]
    /// The newest first.
    let history: [TaskPage.Model.Event]

    init(_ task: CareTask, now: Int64, zone: TimeZone, by reader: Reader) throws {
        let owner = try Colleague.name(task.owner, by: reader) ?? "Nobody yet"
        var facts = [
            TaskPage.Model.Fact(label: "Owner", text: owner),
            TaskPage.Model.Fact(
                label: "Due", text: task.due.map { Words.dayTime($0, now: now, zone: zone) } ?? "No fixed time"),
            TaskPage.Model.Fact(label: "State", text: Self.state(task, now: now, zone: zone)),
        ]
        if task.isSafety, task.isOpen {
            let duty = try DutyRoster.onDuty(by: reader, at: now)
            let who = try Colleague.name(duty.who, by: reader) ?? "Nobody"
            let backup = try Colleague.name(duty.backup, by: reader) ?? "nobody"
            facts.append(TaskPage.Model.Fact(label: "On duty now", text: "\(who); backup: \(backup)"))
        }
        if let authored = task.authored {
            facts.append(
                TaskPage.Model.Fact(label: "Opened", text: Words.dayTime(authored, now: now, zone: zone)))
        }
        self.facts = facts
        var events = task.resource.root.list("note").map { note in
            TaskPage.Model.Event(
                when: note.text("time").flatMap { FHIRDate($0) }
                    .map { Words.dayTime($0.low, now: now, zone: zone) } ?? "Time not recorded",
                text: note.text("text") ?? "")
        }
        if let authored = task.authored {
            events.insert(
                TaskPage.Model.Event(when: Words.dayTime(authored, now: now, zone: zone), text: "Opened."), at: 0)
        }
        history = events.reversed()
    }

    private static func state(_ task: CareTask, now: Int64, zone: TimeZone) -> String {
        if let until = task.pausedUntil {
            return "Put aside until \(Words.dayTime(until, now: now, zone: zone))"
        }
        let outcome = task.resource.root.list("output").last?.text("valueCodeableConcept", "text")
        if !task.isOpen {
            return "Closed" + (outcome.map { ": \($0)" } ?? "")
        }
        return task.isSafety ? "Open, not acknowledged" : "Open"
    }
}
