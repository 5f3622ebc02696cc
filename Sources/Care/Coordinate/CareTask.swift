import Access
import FHIR
package import Records

/// A Task as the care team speaks of it, and the small steps that its verbs share.
package struct CareTask: Sendable {
    package let resource: Resource

    package init(_ resource: Resource) {
        self.resource = resource
    }

    package var id: String { resource.id }
    package var version: Int { resource.version }

    package var code: TaskCode? {
        resource.root["code"]?.list("coding").first { $0.text("system") == TaskCode.system }?
            .text("code").flatMap(TaskCode.init)
    }

    package var isSafety: Bool { code == .safety }
    package var isUrgent: Bool { ["urgent", "asap", "stat"].contains(resource.root.text("priority") ?? "") }

    /// Still to be done. Anything that is not closed counts, so that a state from elsewhere is not lost from sight.
    package var isOpen: Bool {
        !["completed", "cancelled", "rejected", "failed", "entered-in-error", "draft"]
            .contains(resource.root.text("status") ?? "")
    }

    /// The id of the Patient.
    package var person: String? {
        guard let reference = resource.root.text("for", "reference"), reference.hasPrefix("Patient/") else {
            return nil
        }
        return String(reference.dropFirst("Patient/".count))
    }

    package var title: String { resource.root.text("code", "text") ?? code?.title ?? "Task" }
    package var why: String { resource.root.text("description") ?? "" }
    /// For example `Practitioner/ruth`.
    package var owner: String? { resource.root.text("owner", "reference") }
    package var focus: String? { resource.root.text("focus", "reference") }

    /// Milliseconds since 1970.
    package var due: Int64? { moment("restriction", "period", "end") }

    /// Until when it is paused, milliseconds since 1970.
    package var pausedUntil: Int64? {
        resource.root.text("status") == "on-hold" ? moment("restriction", "period", "start") : nil
    }

    package var authored: Int64? { moment("authoredOn") }

    private func moment(_ path: String...) -> Int64? {
        resource.root.at(path)?.string.flatMap { FHIRDate($0) }?.low
    }

    /// An open task, for a verb.
    /// - Throws: ``NotNow`` when it is closed; `RecordsFailure.stale` first when it was read at another version, so that
    ///   one sees what the other did.
    static func open(_ id: String, version: Int?, in change: Change) throws -> CareTask {
        let task = CareTask(try change.reader.get("Task", id))
        if let version, version != task.version {
            throw RecordsFailure.stale(current: task.resource)
        }
        guard task.isOpen else {
            throw NotNow("This task is closed already.")
        }
        return task
    }

    /// Stores the task with what was changed and a line of who did what, when.
    func store(_ words: String, in change: Change, _ edit: (inout JSON) -> Void) throws -> Resource {
        var json = resource.value
        edit(&json)
        json["lastModified"] = .string(FHIRDate.instant(change.now))
        let author: (String, JSON) =
            change.caller.practitioner.map { ("authorReference", ["reference": .string($0)]) }
            ?? ("authorString", .string(change.caller.name))
        var note: JSON = [:]
        note[author.0] = author.1
        note["time"] = .string(FHIRDate.instant(change.now))
        note["text"] = .string(words)
        json["note"] = .array((json["note"]?.array ?? []) + [note])
        return try change.update(json, ifVersion: version)
    }
}

/// Someone who works here, by name.
package enum Colleague {
    /// "Ruth Adeyemi, RN"; nil when nobody such is on file.
    package static func name(_ reference: String?, by reader: Reader) throws -> String? {
        try reader.find(reference: reference).map { found in
            found.root.text("name", "text")
                ?? [found.root.text("name", "given"), found.root.text("name", "family")].compactMap(\.self)
                .joined(separator: " ")
        }
    }

    /// Whether a Practitioner is on file and has not left.
    static func works(_ reference: String?, by reader: Reader) throws -> Bool {
        guard let reference, reference.hasPrefix("Practitioner/") else {
            return false
        }
        return try reader.find(reference: reference)?.root["active"]?.bool ?? false
    }
}

extension JSON {
    /// Sets the start (`until` of a pause) or the end (due) of `Task.restriction.period`; nil takes it away.
    mutating func setRestriction(_ side: String, _ moment: Int64?) {
        var restriction = self["restriction"] ?? [:]
        var period = restriction["period"] ?? [:]
        period[side] = moment.map { .string(FHIRDate.instant($0)) }
        restriction["period"] = period == [:] ? nil : period
        self["restriction"] = restriction == [:] ? nil : restriction
    }
}
