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
        try Stretch.end(id, ifVersion: version, of: DutyRoster.system, in: change)
    }
}
