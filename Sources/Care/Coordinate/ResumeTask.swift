import Access
import FHIR
package import Records

/// Takes up a task that was put aside.
package struct ResumeTask: Sendable {
    package let id: String
    /// The version that was read.
    package let version: Int?

    package init(id: String, version: Int?) {
        self.id = id
        self.version = version
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let task = try CareTask.open(id, version: version, in: change)
        guard task.resource.root.text("status") == "on-hold" else {
            throw NotNow("This task is not put aside.")
        }
        return try task.store("Taken up again by \(change.caller.name).", in: change) { json in
            json["status"] = task.owner == nil ? "requested" : "accepted"
            json.setRestriction("start", nil)
        }
    }
}
