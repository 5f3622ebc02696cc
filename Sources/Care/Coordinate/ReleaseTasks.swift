import Access
import FHIR
package import Records

/// Puts the open tasks of someone who has left on the list of what nobody owns.
package struct ReleaseTasks: Sendable {
    /// For example `Practitioner/sam`.
    package let owner: String

    package static let mostAtOnce = 200

    package init(owner: String) {
        self.owner = owner
    }

    /// - Returns: how many it released, at most ``mostAtOnce``: call again until it is 0.
    @discardableResult
    package func perform(in change: Change) throws -> Int {
        var query = RowQuery(Work.table)
        query.conditions = [.init("owner", .equal, .text(owner))]
        query.order = [("rank", false), ("due", false)]
        query.limit = Self.mostAtOnce
        let name = try Colleague.name(owner, by: change.reader) ?? "The owner"
        let found = try change.reader.rows(query, ["task"])
        for id in found.compactMap({ $0.text("task") }) {
            let task = try CareTask.open(id, version: nil, in: change)
            _ = try task.store("\(name) no longer works here. Nobody owns this now.", in: change) { json in
                json["owner"] = nil
                json["status"] = "requested"
            }
        }
        return found.count
    }
}
