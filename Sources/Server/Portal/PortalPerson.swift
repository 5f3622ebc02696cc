import Access
import Hummingbird
import Records

/// Whose record the portal shows, and to whom: the person, somebody whom the person lets see some of it, or a parent or guardian.
struct PortalPerson {
    /// The id of the Patient.
    let id: String
    let isOwn: Bool
    /// Who the person is to a parent or guardian; nil for everybody else.
    var minor: MinorRules.Minor?
    let caller: Caller

    /// nil for a caregiver of whom nothing is left that is shared.
    static func of(_ context: StaffContext) throws -> PortalPerson? {
        let caller = try context.caller()
        if let own = caller.ownPerson {
            return PortalPerson(id: own, isOwn: true, caller: caller)
        }
        return caller.represents[ProxyDecision.who]?.sorted().first.map {
            PortalPerson(id: $0, isOwn: false, minor: caller.child?.minor, caller: caller)
        }
    }

    /// For what is the person's alone. Behind ``Door/ownRecord``.
    static func own(_ context: StaffContext) throws -> PortalPerson {
        guard let person = try of(context), person.isOwn else {
            throw AccountFailure.forbidden
        }
        return person
    }

    /// For what a parent or guardian does in a child's place besides. Behind ``Door/ownOrChildRecord``.
    static func ownOrChild(_ context: StaffContext) throws -> PortalPerson {
        guard let person = try of(context), person.isOwn || person.minor != nil else {
            throw AccountFailure.forbidden
        }
        return person
    }
}
