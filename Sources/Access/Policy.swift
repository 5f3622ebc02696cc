/// What is asked for.
package enum Action: String, Sendable, CaseIterable {
    case read, search, create, update, delete
}

/// Whose records of a type a caller reaches. Records turns it into a condition of its SQL.
package enum Reach: Sendable, Equatable {
    case nobody
    case everyone
    /// The records of the people who have an active episode with this care manager, for example `Practitioner/ruth`.
    case panel(of: String)
    /// What satisfies one of these filters of scopes (see ``Scope/filter``) and, where one is named, is in the panel of
    /// this care manager.
    case matching(any: [String], panel: String?)
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
        if caller.roles.contains(where: { $0 != .client && allows($0, action, type) }) {
            return .everyone
        }
        let scopes = caller.roles.contains(.client) ? caller.scopes.filter { $0.allows(action, on: type) } : []
        guard !scopes.isEmpty else {
            return .nobody
        }
        let panel = Self.neverAboutAPerson.contains(type) ? nil : caller.panel
        guard scopes.contains(where: { $0.filter == nil }) else {
            return .matching(any: scopes.compactMap(\.filter).sorted(), panel: panel)
        }
        return panel.map { .panel(of: $0) } ?? .everyone
    }

    /// Whether a caller reaches every record of every type for an action. From such a caller nothing is hidden, so that
    /// even the order in which records came tells him nothing.
    package func reachesAll(_ caller: Caller, for action: Action) -> Bool {
        caller.roles.contains { role in
            switch role {
            case .system: true
            case .careManager, .supervisor: action == .read || action == .search
            case .administrator: false
            case .client:
                caller.panel == nil
                    && caller.scopes.contains { $0.type == nil && $0.filter == nil && $0.actions.contains(action) }
            }
        }
    }

    /// Types that say nothing of a person who is cared for. A narrow caller sees them as everybody does.
    private static let neverAboutAPerson: Set<String> = [
        "ActivityDefinition", "CapabilityStatement", "ChargeItemDefinition", "CodeSystem", "CompartmentDefinition",
        "ConceptMap", "DeviceDefinition", "EffectEvidenceSynthesis", "Endpoint", "EventDefinition", "Evidence",
        "EvidenceVariable", "ExampleScenario", "GraphDefinition", "HealthcareService", "ImplementationGuide",
        "InsurancePlan", "Library", "Location", "Measure", "Medication", "MedicationKnowledge", "MedicinalProduct",
        "MessageDefinition", "NamingSystem", "ObservationDefinition", "OperationDefinition", "Organization",
        "OrganizationAffiliation", "PlanDefinition", "Practitioner", "PractitionerRole", "Questionnaire",
        "ResearchDefinition", "ResearchElementDefinition", "ResearchStudy", "RiskEvidenceSynthesis", "SearchParameter",
        "SpecimenDefinition", "StructureDefinition", "StructureMap", "Substance", "TerminologyCapabilities", "ValueSet",
    ]

    private func allows(_ role: Role, _ action: Action, _ type: String) -> Bool {
        switch role {
        case .system: true
        case .client: false
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
