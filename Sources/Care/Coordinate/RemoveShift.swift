import FHIR
package import Records

/// Takes a shift off the duty roster. The Schedule stays, no longer active, so that one can tell who was to be there.
package struct RemoveShift: Sendable {
    package let id: String
    /// The version that was read.
    package let version: Int?

    package init(id: String, version: Int?) {
        self.id = id
        self.version = version
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let schedule = try change.reader.get("Schedule", id)
        guard schedule.root.text("serviceType", "coding", "system") == DutyRoster.system else {
            throw RecordsFailure.notFound(type: "Schedule", id: id)
        }
        var shift = schedule.value
        shift["active"] = false
        return try change.update(shift, ifVersion: version)
    }
}
