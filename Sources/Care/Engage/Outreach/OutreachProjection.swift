import FHIR
package import Records

/// Whom to reach: a row an open task that asks to get in touch, with all that the queue shows of it and orders it by.
package struct OutreachProjection: Projection {
    package init() {}

    static let table = "outreach"
    /// What the queue holds. A contact that was agreed for a day is in the calendar of Today, not here.
    static let codes: Set<TaskCode> = [.outreach, .firstContact, .dischargeContact]

    package let tables = [
        ProjectionTable(
            table,
            columns: [
                "task": .text, "code": .text, "owner": .text, "due": .integer, "wake": .integer, "since": .integer,
                "tier": .integer, "title": .text, "why": .text, "name": .text, "born": .text, "number": .text,
                "language": .text, "interpreter": .integer, "phone": .text, "message": .integer, "safe": .text,
                "state": .text, "step": .text, "attempts": .integer, "last_try": .integer, "last_outcome": .text,
            ],
            indexes: [["owner", "due"], ["due"]])
    ]
    package let reads: Set<String> = PersonLine.reads.union(["Task", "RiskAssessment", "Communication"])

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        let open = person.all("Task").map(CareTask.init).filter { task in
            task.isOpen && task.code.map(Self.codes.contains) == true
        }
        guard !open.isEmpty, let patient = person.patient?.root, PersonState.isListed(patient) else {
            return []
        }
        let line = PersonLine(person)
        let attempts = Attempt.all(person)
        let unanswered = attempts.prefix { !$0.reached }.count
        let tier = PanelRisk(person).tier
        let address = patient.list("address")
        let home = address.first { $0.text("use") == "home" && $0["period"]?["end"] == nil } ?? address.first
        return open.map { task in
            ProjectionRow(
                Self.table,
                [
                    .text(task.id), .text(task.code?.rawValue ?? ""), .text(task.owner ?? ""),
                    .integer(task.due ?? Work.noDue), .integer(task.pausedUntil ?? 0),
                    .integer(Self.since(task)), .integer(Int64(tier?.rawValue ?? 0)), .text(task.title),
                    .text(task.why), .text(line.name), .text(line.born), .text(line.number), .text(line.language),
                    .integer(line.needsInterpreter ? 1 : 0), .text(line.phone), .integer(line.message),
                    .text(line.safe), .text(home?.text("state") ?? ""),
                    .text(SequenceRun(task.resource.root).map { "\($0.sequence)/\($0.step)" } ?? ""),
                    .integer(Int64(unanswered)), .integer(attempts.first?.at ?? 0),
                    .text(attempts.first?.outcome ?? ""),
                ])
        }
    }

    /// Since when the person waits: a sequence began with its first step.
    private static func since(_ task: CareTask) -> Int64 {
        SequenceRun(task.resource.root)?.begun ?? task.authored ?? task.resource.updated
    }
}
