import FHIR
package import Records

/// Ends a person's open tasks: done with a call, or no longer wanted. Safety items are never ended here, save by a death.
package struct FinishTasks: Sendable {
    package static let openStates: Set<String> = [
        "draft", "requested", "received", "accepted", "ready", "in-progress", "on-hold",
    ]

    /// An open task, as far as ending it needs.
    package struct Open: Sendable {
        package let id: String
        package let code: TaskCode?
        package let title: String
        package let owner: String?
        package let due: Int64?
        package let resource: Resource

        /// Ends only with what was done about it: safety items, corrections that a person waits for, and referrals.
        package var hasOwnEnd: Bool { code == .safety || code == .amendment || code == .referral }
    }

    /// A person's open tasks, in the order in which they were opened.
    package static func open(_ record: PersonRecord) -> [Open] {
        record.all("Task").compactMap { task in
            // Whether somebody is on file twice is decided apart, whatever becomes of the person's work.
            guard openStates.contains(task.root.text("status") ?? ""), DuplicatePair(task) == nil else {
                return nil
            }
            return Open(
                id: task.id, code: CareCode.code(task.root["code"], in: TaskCode.system).flatMap(TaskCode.init),
                title: task.root.text("code", "text") ?? task.root.text("description") ?? "Task",
                owner: task.root.text("owner", "reference"),
                due: CareMoment.of(task.root.text("restriction", "period", "end")), resource: task)
        }
    }

    /// Ends an open task and stores it.
    /// - Parameters:
    ///   - task: the task as it was read.
    ///   - status: `completed` or `cancelled`.
    ///   - why: the reason in words, nil for none.
    ///   - encounter: the contact that did it.
    ///   - change: the change it is part of; its time ends the task.
    /// - Throws: ``RecordsFailure/stale(current:)`` when someone changed the task in between.
    static func end(
        _ task: Open, as status: String, why: String? = nil, encounter: String? = nil, in change: Change
    ) throws {
        var json = task.resource.value
        json["status"] = .string(status)
        json["statusReason"] = why.map { ["text": .string($0)] }
        if let encounter {
            json["encounter"] = .reference(encounter)
        }
        json["executionPeriod"] = .compact([
            "start": json["executionPeriod"]?["start"], "end": .string(FHIRDate.instant(change.now)),
        ])
        json["lastModified"] = .string(FHIRDate.instant(change.now))
        try change.update(json, ifVersion: task.resource.version)
    }

    /// Ends all open tasks of some kinds.
    static func end(
        _ codes: Set<TaskCode>, of person: String, as status: String, why: String? = nil, encounter: String? = nil,
        in change: Change
    ) throws {
        for task in open(try change.reader.person(person, ["Task"])) {
            if let code = task.code, codes.contains(code), code != .safety {
                try end(task, as: status, why: why, encounter: encounter, in: change)
            }
        }
    }
}
