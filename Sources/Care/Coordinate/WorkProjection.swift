import FHIR
package import Records

/// The table `work`: one row for each open task of a person, with all that a list shows of it.
package enum Work {
    package static let table = "work"
    package static let appointments = "appointment"

    /// The ranks: smaller is more pressing.
    package static let safety: Int64 = 0
    static let urgent: Int64 = 1
    static let routine: Int64 = 2

    /// Stands for "no due time", so that it sorts last.
    package static let noDue = FHIRDate.latest

    /// The columns that ``WorkRow`` reads.
    static let columns = [
        "task", "version", "code", "rank", "owner", "due", "wake", "title", "why", "name", "born", "number",
        "condition", "language", "interpreter", "phone", "message", "safe", "last_contact", "more",
    ]
}

/// Makes the rows of open tasks and of appointments that are still to come or were lately.
package struct WorkProjection: Projection {
    package init() {}

    package let tables = [
        ProjectionTable(
            Work.table,
            columns: [
                "task": .text, "version": .integer, "code": .text, "rank": .integer, "owner": .text, "due": .integer,
                "wake": .integer, "title": .text, "why": .text, "name": .text, "born": .text, "number": .text,
                "condition": .text, "language": .text, "interpreter": .integer, "phone": .text, "message": .integer,
                "safe": .text, "last_contact": .integer,
                // How many further steps of the same event stand behind this one; whether it stands behind another.
                "more": .integer, "behind": .integer,
            ],
            indexes: [
                ["owner", "rank", "due"], ["owner", "due"], ["owner", "code", "due"], ["rank", "due"], ["code", "due"],
                ["due"],
            ]),
        ProjectionTable(
            Work.appointments,
            columns: [
                "who": .text, "starts": .integer, "ends": .integer, "title": .text, "name": .text,
            ],
            indexes: [["who", "starts"]]),
    ]

    package let reads: Set<String> = PersonLine.reads.union(["Task", "Appointment"])

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        let open = person.all("Task").map(CareTask.init).filter { $0.isOpen && $0.code != nil }
        let booked = person.all("Appointment")
        guard !open.isEmpty || !booked.isEmpty else {
            return []
        }
        let line = PersonLine(person)
        let steps = OneEvent(open)
        return open.map { row(of: $0, line, steps) } + booked.flatMap { rows(of: $0, line) }
    }

    private func row(of task: CareTask, _ line: PersonLine, _ steps: OneEvent) -> ProjectionRow {
        let rank = task.isSafety ? Work.safety : task.isUrgent ? Work.urgent : Work.routine
        return ProjectionRow(
            Work.table,
            [
                .text(task.id), .integer(Int64(task.version)), .text(task.code?.rawValue ?? ""), .integer(rank),
                .text(task.owner ?? ""), .integer(task.due ?? Work.noDue),
                // A safety item is never out of sight, whatever a record from elsewhere says.
                .integer(task.isSafety ? 0 : task.pausedUntil ?? 0), .text(task.title), .text(task.why),
                .text(line.name), .text(line.born), .text(line.number), .text(line.condition), .text(line.language),
                .integer(line.needsInterpreter ? 1 : 0), .text(line.phone), .integer(line.message), .text(line.safe),
                .integer(line.lastContact), .integer(Int64(steps.more(than: task))),
                .integer(steps.isBehind(task) ? 1 : 0),
            ])
    }

    private func rows(of appointment: Resource, _ line: PersonLine) -> [ProjectionRow] {
        let root = appointment.root
        guard ["booked", "arrived", "checked-in", "pending", "proposed"].contains(root.text("status") ?? ""),
            let start = root.text("start").flatMap({ FHIRDate($0) })?.low
        else {
            return []
        }
        let end = root.text("end").flatMap { FHIRDate($0) }?.low ?? start
        let title =
            root.text("description") ?? root.text("serviceType", "text") ?? root.text("appointmentType", "text")
            ?? "Appointment"
        return root.list("participant").compactMap { $0.text("actor", "reference") }
            .filter { $0.hasPrefix("Practitioner/") }
            .map { who in
                ProjectionRow(
                    Work.appointments,
                    [.text(who), .integer(start), .integer(end), .text(title), .text(line.name)])
            }
    }
}
