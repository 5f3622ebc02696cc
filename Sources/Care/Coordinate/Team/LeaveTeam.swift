import FHIR
package import Records

/// Ends somebody's part in the care team of a person; that they were part of it stays on record.
package struct LeaveTeam: Sendable {
    package let person: String
    /// `Practitioner/ID`
    package let member: String

    package init(person: String, member: String) {
        self.person = person
        self.member = member
    }

    /// - Returns: the team.
    /// - Throws: ``NotNow`` when they are not in it, ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let stored = try change.reader.find("CareTeam", JoinTeam.id(person))
        guard let stored, let all = stored.value["participant"]?.array, Self.isThere(member, among: all) else {
            throw NotNow("They are not in this team any more.")
        }
        var json = stored.value
        // The team as a whole is what opens the record: whoever has left stands in its history, not in it.
        let left = all.filter { $0["member"]?["reference"]?.string != member }
        json["participant"] = left.isEmpty ? nil : .array(left)
        return try change.update(json, ifVersion: stored.version)
    }

    static func isThere(_ member: String, among participants: [JSON]) -> Bool {
        participants.contains { $0["member"]?["reference"]?.string == member }
    }
}
