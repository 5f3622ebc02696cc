/// What is asked for.
package enum Action: String, Sendable {
    case read, search, create, update, delete
}

/// Whose records of a type a caller reaches. Records turns it into a condition of its SQL.
package enum Reach: Sendable, Equatable {
    case nobody
    case everyone
}

/// The decisions of the site: who may do what to which record. Pure; unknown means no.
package struct Policy: Sendable {
    package init() {}

    /// - Parameters:
    ///   - caller: who asks.
    ///   - action: what for.
    ///   - type: the FHIR resource type.
    /// - Returns: whose records of that type the caller reaches for this action.
    package func reach(of caller: Caller, for action: Action, on type: String) -> Reach {
        caller.roles.contains { allows($0, action, type) } ? .everyone : .nobody
    }

    private func allows(_ role: Role, _ action: Action, _ type: String) -> Bool {
        switch role {
        case .system: true
        case .careManager, .supervisor:
            switch action {
            case .read, .search: true
            case .create, .update: !Self.directory.contains(type) || role == .supervisor
            // What was recorded is corrected, never removed.
            case .delete: false
            }
        case .administrator:
            Self.directory.contains(type) && action != .delete
        }
    }

    /// Who works here and where: the only records that an administrator reaches, and that care managers only read.
    private static let directory: Set<String> = [
        "Practitioner", "PractitionerRole", "Organization", "Location", "HealthcareService", "Schedule", "Slot",
    ]

    /// What else an account may do, apart from records.
    package enum Office: Sendable {
        case manageAccounts, manageDutyRoster, seePeople, seeOutcomes
    }

    package func permits(_ caller: Caller, _ office: Office) -> Bool {
        switch office {
        case .manageAccounts: caller.roles.contains(.administrator)
        case .manageDutyRoster: !caller.roles.isDisjoint(with: [.supervisor, .administrator])
        case .seePeople, .seeOutcomes: !caller.roles.isDisjoint(with: [.careManager, .supervisor, .system])
        }
    }
}
