import Access
package import FHIR
package import Records

/// What came of a default for one person: a Task that is a part of the decision, one for each person, protocol and pair
/// of versions. Where something waits it is open on the list of the care manager; else it is closed.
package struct MoveMark: Sendable {
    package enum End: String, Sendable, CaseIterable {
        /// At least one goal or step became another.
        case changed
        /// Everything stayed as it was, and follows the new version.
        case kept
        /// Somebody who knows the person has to decide.
        case waits
        /// Somebody has decided what waited.
        case decided
        case failed
    }

    /// The id of the Patient.
    package let person: String
    package let end: End
    /// What waits and why, or why it failed.
    package let words: String
    package let done: [PlanMigration.Deed: Int]

    package init?(_ task: JSONNode) {
        guard let subject = task.text("for", "reference"), subject.hasPrefix("Patient/"),
            let end = CareCode.code(task["businessStatus"], in: MoveDefault.system).flatMap(End.init)
        else { return nil }
        person = String(subject.dropFirst("Patient/".count))
        self.end = end
        words = task.text("statusReason", "text") ?? task.text("description") ?? ""
        var done: [PlanMigration.Deed: Int] = [:]
        for (deed, count) in Self.outputs(task) { done[deed] = count }
        self.done = done
    }

    static func outputs(_ task: JSONNode) -> [(PlanMigration.Deed, Int)] {
        task.list("output").compactMap { output in
            guard let deed = CareCode.code(output["type"], in: MoveDefault.system).flatMap(PlanMigration.Deed.init),
                let count = output["valueInteger"]?.int
            else { return nil }
            return (deed, count)
        }
    }

    static func outputs(_ done: [PlanMigration.Deed: Int]) -> JSON? {
        let all = PlanMigration.Deed.allCases.compactMap { deed -> JSON? in
            done[deed].map { count in
                [
                    "type": ["coding": [["system": .string(MoveDefault.system), "code": .string(deed.rawValue)]]],
                    "valueInteger": .int(count),
                ]
            }
        }
        return all.isEmpty ? nil : .array(all)
    }

    static func id(_ group: String, from old: String, to new: String) -> String {
        StableID.of("Task|protocol-move|\(group)|\(old)|\(new)")
    }

    /// How long the care manager has for what waits: a week.
    private static let milliseconds: Int64 = 7 * 86_400_000

    /// Whether nothing is left to do for a group; what failed may be tried again.
    static func isDone(_ group: String, _ decision: MoveDefault, by reader: Reader) throws -> Bool {
        guard let known = try reader.find("Task", id(group, from: decision.old, to: decision.new)) else { return false }
        return MoveMark(known.root)?.end != .failed
    }

    /// Keeps what came of it.
    /// - Parameters:
    ///   - end: what that was.
    ///   - group: whose labels the mark carries.
    ///   - decision: the default that was carried out.
    ///   - words: names no goal or step: who may see the mark may not see all of these.
    ///   - done: how often each deed was done.
    ///   - change: in which it is kept.
    /// - Throws: why it cannot be stored.
    static func store(
        _ end: End, _ group: ProtocolGroup, _ decision: MoveDefault, words: String,
        done: [PlanMigration.Deed: Int] = [:], in change: Change
    ) throws {
        let id = id(group.resource.id, from: decision.old, to: decision.new)
        let known = try change.reader.find("Task", id)
        let manager = try manager(of: group.person, in: change)
        let waits = end == .waits
        let now = JSON.string(FHIRDate.instant(change.now))
        let title = group.resource.root.text("code", "text") ?? group.protocolID
        let task = try JSON.compact([
            "resourceType": "Task", "id": .string(id),
            "identifier": [
                [
                    "system": .string(OpenTask.keySystem),
                    "value": .string(
                        "\(group.person)/protocol-move/\(group.resource.id)/\(decision.old)/\(decision.new)"),
                ]
            ],
            "basedOn": [["reference": .string(group.plan)]],
            "partOf": [["reference": .string(decision.resource.reference)]],
            "status": waits ? "requested" : end == .failed ? "failed" : "completed",
            "statusReason": end == .failed ? ["text": .string(words)] : nil,
            "businessStatus": Self.status(end),
            "intent": "order", "priority": "routine",
            "code": [
                "coding": [
                    ["system": .string(TaskCode.system), "code": .string(TaskCode.protocolChange.rawValue)]
                ],
                "text": .string("\(title): \(waits ? "decide on" : "came to") version \(decision.new)"),
            ],
            "description": .string(words), "focus": ["reference": .string(group.resource.reference)],
            "for": ["reference": .string("Patient/\(group.person)")], "authoredOn": now, "lastModified": now,
            "owner": manager.map { ["reference": .string($0)] },
            "executionPeriod": waits ? nil : ["end": now],
            "restriction": waits
                ? ["period": ["end": .string(FHIRDate.instant(change.now + Self.milliseconds))]] : nil,
            "output": outputs(done),
        ]).carrying(labelsOf: [group.resource.reference], in: change)
        if let known {
            try change.update(task, ifVersion: known.version)
        } else {
            try change.create(task, id: id)
        }
    }

    /// For example `Practitioner/ruth`; nil where nobody is, or where the person is not on file.
    private static func manager(of person: String, in change: Change) throws -> String? {
        do {
            return try change.reader.person(person, ["EpisodeOfCare"]).all("EpisodeOfCare").last {
                $0.root.text("status") == "active"
            }?.root.text("careManager", "reference")
        } catch RecordsFailure.notFound {
            return nil
        }
    }

    private static func status(_ end: End) -> JSON {
        ["coding": [["system": .string(MoveDefault.system), "code": .string(end.rawValue)]]]
    }

    /// Ends what waits about a group, when somebody has decided.
    static func decided(_ group: String, reason: String, in change: Change) throws {
        let waiting = try change.reader.search(
            Query(
                "Task",
                [
                    .reference("focus", "RequestGroup/\(group)"),
                    .token("code", system: TaskCode.system, code: TaskCode.protocolChange.rawValue),
                ])
        ).filter { CareTask($0).isOpen }
        for task in waiting {
            _ = try CareTask(task).store("Decided: \(reason)", in: change) { json in
                json["status"] = "completed"
                json["businessStatus"] = Self.status(.decided)
                json.end(at: change.now)
            }
        }
    }
}
