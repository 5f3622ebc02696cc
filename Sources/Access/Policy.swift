package import Content
package import Foundation

/// The decisions of the site: who may do what to which record. Pure: no clock, no database. Unknown means no. Of rules that
/// hold at some hours only, ``inForce(at:)`` leaves out those whose time it is not; every other question is asked of that.
package struct Policy: Sendable {
    package let roles: RoleLibrary
    package let labels: LabelLibrary
    package let ages: MinorRules
    /// Of the site: hours at which rules hold are those of its clocks.
    package let zone: TimeZone
    let times = PolicyTimes()

    /// What else an account may do, apart from records.
    package enum Office: String, Sendable, CaseIterable {
        case manageAccounts = "manage-accounts"
        case manageDutyRoster = "manage-duty-roster"
        /// Gives people from one care manager to another, and says who is away and who covers.
        case manageCaseloads = "manage-caseloads"
        case seePeople = "see-people"
        case seeOutcomes = "see-outcomes"
        case seeAudit = "see-audit"
        /// What somebody could see, and why.
        case seeAccess = "see-access"
        case breakTheGlass = "break-the-glass"
        /// Closes the review of a broken glass.
        case reviewAccess = "review-access"
        /// Takes away a label that the product has set.
        case relabel
        /// Records clinical answers and notes that need no second look, while the licence stands.
        case signClinical = "sign-clinical"
        /// Writes notes of therapy and of substance use counselling, which are kept apart.
        case keepNotesApart = "keep-notes-apart"
        /// Gives people and those around them their way into the portal.
        case invitePatients = "invite-patients"
        /// Looks through files that were drawn for a review.
        case reviewFiles = "review-files"
        /// Writes the site's own forms.
        case editContent = "edit-content"
        /// Tries out programmes on everybody before they are put in force.
        case tryPrograms = "try-programs"
        /// Decides for all at once who follow a protocol what its new version does to their plans.
        case movePlans = "move-plans"
        /// Has people in their care and can own their tasks.
        case treat
        /// Sends people to a programme.
        case refer
        /// Looks through the referrals that came in; deciding one also asks for the person's records.
        case seeReferrals = "see-referrals"
        /// Says of two entries that they are one person, and undoes it.
        case mergePeople = "merge-people"
        /// Sees how the feeds of other systems are doing, and has messages worked on once more.
        case seeFeeds = "see-feeds"
    }

    /// The product itself and API clients by their scopes; nobody else.
    package init() { self.init(roles: .none, labels: .none) }

    package init(
        roles: RoleLibrary, labels: LabelLibrary, ages: MinorRules = MinorRules(), zone: TimeZone = .gmt
    ) {
        self.roles = roles
        self.labels = labels
        self.ages = ages
        self.zone = zone
    }

    /// The roles and labels of Content.
    /// - Throws: ``AccessContentFailure``
    package init(content: Content, zone: TimeZone = .gmt) throws(AccessContentFailure) {
        let labels = try LabelLibrary(content: content)
        let ages = try MinorRules(content: content)
        self.init(
            roles: try RoleLibrary(content: content, labels: labels, minors: ages), labels: labels, ages: ages,
            zone: zone)
    }

    /// - Parameters:
    ///   - caller: who asks.
    ///   - action: what for.
    ///   - type: the FHIR resource type.
    /// - Returns: whose records of that type the caller reaches for this action.
    package func reach(of caller: Caller, for action: Action, on type: String) -> Reach {
        if caller.roles.contains(.system) {
            return caller.hidden.isEmpty ? .everyone : Reach([.init(.everyone, hidden: caller.hidden)])
        }
        var parts = decisions(for: caller, action, on: type).flatMap(\.parts)
        let scopes = caller.roles.contains(.client) ? caller.scopes.filter { $0.allows(action, on: type) } : []
        if !scopes.isEmpty {
            let whose = caller.panel.map { Whose.panel(of: $0) } ?? .everyone
            let isFree = scopes.contains { $0.filter == nil }
            parts.append(
                .init(
                    AboutNobody.types.contains(type) ? .everyone : whose, hidden: caller.hidden,
                    matching: isFree ? [] : scopes.compactMap(\.filter)))
        }
        return Reach(parts)
    }

    /// Whom the caller sees in lists that are made of records of every type.
    package func reachOfLists(_ caller: Caller) -> Reach {
        if caller.roles.contains(.system) {
            return caller.hidden.isEmpty ? .everyone : Reach([.init(.everyone, hidden: caller.hidden)])
        }
        let parts = caller.roles.compactMap { roles[$0] }.filter { $0.offices.contains(.seePeople) }
            .flatMap(\.rules).filter(\.opensLists)
            .flatMap { rule in
                rule.whose.flatMap { $0.whose(caller) }
                    .map { Reach.Part($0, hidden: rule.hidden.union(caller.hidden)) }
            }
        return Reach(parts)
    }

    /// Every set of labels that may be hidden from somebody in a list: what the lists have to be made for.
    package var hiddenInLists: Set<LabelMask> {
        let single = roles.all.filter { $0.offices.contains(.seePeople) }.flatMap(\.rules)
            .filter { $0.verbs.contains(.search) }.map(\.hidden)
        // Whoever has two roles, or two parts of one, hides what both of them hide.
        var all = Set(single).union([.none, .all])
        for mask in single {
            all.formUnion(all.map { $0.intersection(mask) })
        }
        return all
    }

    /// Whether a caller reaches every record of every type for an action. From such a caller nothing is hidden, so that
    /// even the order in which records came tells him nothing.
    package func reachesAll(_ caller: Caller, for action: Action) -> Bool {
        if caller.roles.contains(.system) {
            return caller.hidden.isEmpty
        }
        return caller.roles.contains(.client) && caller.panel == nil && caller.hidden.isEmpty
            && caller.scopes.contains { $0.type == nil && $0.filter == nil && $0.actions.contains(action) }
    }

    package func permits(_ caller: Caller, _ office: Office) -> Bool {
        if caller.roles.contains(.system) {
            return [.seePeople, .seeOutcomes, .relabel, .signClinical, .mergePeople].contains(office)
        }
        // A program sees the audit only by a scope that names it; one for everything is not enough.
        if office == .seeAudit, caller.roles.contains(.client), caller.panel == nil,
            caller.scopes.contains(where: { $0.type == "AuditEvent" && $0.actions.contains(.search) })
        {
            return true
        }
        return caller.roles.contains { permits($0, office) }
    }

    package func permits(_ role: Role, _ office: Office) -> Bool {
        roles[role]?.offices.contains(office) ?? false
    }
}
