/// Who asks. Every call on Records names one; there is no anonymous caller.
package struct Caller: Sendable, Equatable {
    /// The account, or a fixed name for the product's own work (`system/import`).
    package let account: String
    /// What a person reads in the audit and on pages.
    package let name: String
    package private(set) var roles: Set<Role>
    /// The FHIR reference of the person behind the account, for example `Practitioner/ruth`.
    package let practitioner: String?
    /// What an API client may do. Other roles say so by themselves.
    package let scopes: Set<Scope>
    /// An API client that sees only the people in the care of this practitioner; nil for all people.
    package let panel: String?
    /// What the caller does not see whatever roles and scopes say.
    package var hidden: LabelMask
    /// The ids of the people for whom the caller has broken the glass, while it stands.
    package var opened: Set<String> = []
    /// The ids of the people who let the caller see some of their record, by what they let him see (see
    /// ``ProxyDecision`` and ``RepresentativeDecision``), as was decided when the caller came.
    package var represents: [String: Set<String>] = [:]
    /// The network address that the caller came from, for the audit alone: no decision is made by it. Empty for the
    /// product's own work, and where nobody knows.
    package var address = ""
    /// What the work is for, where whoever does it has said so.
    package var statedPurpose: PurposeOfUse?

    package init(
        account: String, name: String, roles: Set<Role>, practitioner: String? = nil, scopes: Set<Scope> = [],
        panel: String? = nil, hidden: LabelMask = .none
    ) {
        self.account = account
        self.name = name
        self.roles = roles
        self.practitioner = practitioner
        self.scopes = scopes
        self.panel = panel
        self.hidden = hidden
    }

    /// The id of the Patient whom the account belongs to, in the portal; nil for everybody else.
    package var ownPerson: String? {
        guard let practitioner, practitioner.hasPrefix("Patient/") else {
            return nil
        }
        return String(practitioner.dropFirst("Patient/".count))
    }

    /// The id of the minor for whom the caller stands as a parent or guardian, and who the minor is to them.
    package var child: (id: String, minor: MinorRules.Minor)? {
        let bonds: [(String, MinorRules.Minor)] = [
            (RepresentativeDecision.child, .child), (RepresentativeDecision.adolescent, .adolescent),
        ]
        return bonds.lazy.compactMap { name, minor in represents[name]?.min().map { (id: $0, minor: minor) } }.first
    }

    /// The same caller while a form is filled in that the person was asked for, and for nothing else: with what the role
    /// `answering` has rules for (Content/roles/answering.yaml).
    package var answering: Caller {
        var caller = self
        caller.roles.insert(.answering)
        return caller
    }

    /// The same caller, coming from a network address.
    package func at(address: String?) -> Caller {
        var caller = self
        caller.address = address ?? ""
        return caller
    }

    /// The product's own work: importing, reactions, the nightly tick.
    package static func system(_ work: String) -> Caller {
        Caller(account: "system/\(work)", name: "Almoner (\(work))", roles: [.system])
    }
}
