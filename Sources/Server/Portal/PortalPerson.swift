import Access
import Hummingbird
import Records

/// Whose record the portal shows, and to whom: the person, or somebody whom the person lets see some of it.
struct PortalPerson {
    /// The id of the Patient.
    let id: String
    let isOwn: Bool
    let caller: Caller

    /// nil for a caregiver of whom nothing is left that is shared.
    static func of(_ context: StaffContext) throws -> PortalPerson? {
        let caller = try context.caller()
        if let own = caller.ownPerson {
            return PortalPerson(id: own, isOwn: true, caller: caller)
        }
        return caller.represents[ProxyDecision.who]?.sorted().first.map {
            PortalPerson(id: $0, isOwn: false, caller: caller)
        }
    }

    /// For what is the person's alone. Behind ``Door/ownRecord``.
    static func own(_ context: StaffContext) throws -> PortalPerson {
        guard let person = try of(context), person.isOwn else {
            throw AccountFailure.forbidden
        }
        return person
    }
}
