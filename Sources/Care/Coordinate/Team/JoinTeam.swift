import FHIR
package import Records

/// Takes somebody of the staff into the care team of a person; from then on the person is in their reach.
package struct JoinTeam: Sendable {
    package let person: String
    /// `Practitioner/ID`
    package let member: String?
    package let role: String?
    /// Who can be taken in.
    package let staff: [String]

    package init(person: String, member: String?, role: String?, staff: [String]) {
        self.person = person
        self.member = member
        self.role = role
        self.staff = staff
    }

    /// The one team that the product itself keeps of a person; teams that came with records are left as they came.
    static func id(_ person: String) -> String { "team-\(person)" }

    /// - Returns: the team.
    /// - Throws: ``FormProblems``, ``RecordsFailure``
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var problems: [FormProblems.Problem] = []
        let member = member.flatMap { staff.contains($0) ? $0 : nil }
        let role = role.flatMap(CareTeamRole.init(rawValue:))
        if member == nil { problems.append(.init("member", "Choose who joins the team.")) }
        if role == nil { problems.append(.init("role", "Choose what they do.")) }
        try FormProblems(problems).check()
        guard let member, let role else {
            throw FormProblems("member", "Choose who joins the team.")
        }
        let id = Self.id(person)
        let stored = try change.reader.find("CareTeam", id)
        var members = stored?.value["participant"]?.array ?? []
        guard !LeaveTeam.isThere(member, among: members) else {
            throw FormProblems("member", "They are in the team already.")
        }
        members.append([
            "role": [["text": .string(role.words)]], "member": ["reference": .string(member)],
            "period": ["start": .string(FHIRDate.instant(change.now))],
        ])
        var json: JSON =
            stored?.value ?? [
                "resourceType": "CareTeam", "id": .string(id), "status": "active",
                "subject": ["reference": .string("Patient/\(person)")],
                "period": ["start": .string(FHIRDate.instant(change.now))],
            ]
        json["participant"] = .array(members)
        return try change.update(json, ifVersion: stored?.version ?? 0)
    }
}
