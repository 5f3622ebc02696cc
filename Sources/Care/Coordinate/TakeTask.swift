import Access
import FHIR
package import Records

/// Puts a task that nobody owns on one's own list. A safety item that one takes is not acknowledged by that.
package struct TakeTask: Sendable {
    package let id: String
    /// The version that was read.
    package let version: Int?

    package init(id: String, version: Int?) {
        self.id = id
        self.version = version
    }

    /// - Throws: ``NotNow`` when someone has it.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let task = try CareTask.open(id, version: version, in: change)
        guard let me = change.caller.practitioner else {
            throw NotNow("Only people of the care team take tasks.")
        }
        if let owner = task.owner, owner != me {
            let name = try Colleague.name(owner, by: change.reader) ?? "Someone"
            throw NotNow("\(name) has this already. Open the task to give it to someone else.")
        }
        return try task.store("Taken by \(change.caller.name).", in: change) { json in
            json["owner"] = ["reference": .string(me)]
            json["status"] = "accepted"
        }
    }
}
