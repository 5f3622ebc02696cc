import Access
import FHIR
package import Records

/// Gives a task to someone else. A safety item stays open and on top: being told is not acknowledging.
package struct ReassignTask: Sendable {
    package let id: String
    /// The version that was read.
    package let version: Int?
    /// For example `Practitioner/sam`.
    package let owner: String?
    /// Why, in plain words; may be left out.
    package let reason: String?

    package init(id: String, version: Int?, owner: String?, reason: String?) {
        self.id = id
        self.version = version
        self.owner = owner
        self.reason = reason
    }

    /// - Throws: ``FormProblems`` on `owner` or `owner-reason`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let task = try CareTask.open(id, version: version, in: change)
        var problems = FormProblems([])
        if try !Colleague.works(owner, by: change.reader) {
            problems.all.append(.init("owner", "Choose who is to do it."))
        } else if owner == task.owner {
            problems.all.append(.init("owner", "They have it already. Choose someone else."))
        }
        if (reason?.count ?? 0) > TextLimit.line {
            problems.all.append(.init("owner-reason", "Use at most \(TextLimit.line) letters."))
        }
        try problems.check()
        let name = try Colleague.name(owner, by: change.reader) ?? "a colleague"
        let words = "Given to \(name) by \(change.caller.name)." + (reason.map { " \($0)" } ?? "")
        return try task.store(words, in: change) { json in
            json["owner"] = owner.map { ["reference": .string($0)] }
            json["status"] = "requested"
        }
    }
}
