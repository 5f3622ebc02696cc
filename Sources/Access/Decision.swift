/// One rule that opens something to a caller, as whoever asks why is told.
package struct Decision: Sendable {
    package let role: RolePolicy
    package let rule: RoleRule
    package let parts: [Reach.Part]
}

extension Policy {
    /// The rules that open records of a type to a caller for an action; none means no.
    package func decisions(for caller: Caller, _ action: Action, on type: String) -> [Decision] {
        caller.roles.sorted { $0.rawValue < $1.rawValue }.compactMap { roles[$0] }.flatMap { role in
            role.rules.filter { $0.allows(action, on: type) }.map { rule in
                Decision(role: role, rule: rule, parts: Self.parts(rule, caller, type))
            }
        }
    }

    private static func parts(_ rule: RoleRule, _ caller: Caller, _ type: String) -> [Reach.Part] {
        let closed = rule.closed[type] ?? .none
        // What is about nobody is open to whoever may read the type of anybody.
        if AboutNobody.types.contains(type) {
            return [.init(.everyone, hidden: rule.hidden.union(caller.hidden), closed: closed)]
        }
        return rule.whose.flatMap { $0.whose(caller) }.map {
            .init($0, hidden: rule.hidden.union(caller.hidden), closed: closed)
        }
    }
}

/// Types that say nothing of a person who is cared for. A narrow caller sees them as everybody does.
enum AboutNobody {
    static let types: Set<String> = [
        "ActivityDefinition", "CapabilityStatement", "ChargeItemDefinition", "CodeSystem", "CompartmentDefinition",
        "ConceptMap", "DeviceDefinition", "EffectEvidenceSynthesis", "Endpoint", "EventDefinition", "Evidence",
        "EvidenceVariable", "ExampleScenario", "GraphDefinition", "HealthcareService", "ImplementationGuide",
        "InsurancePlan", "Library", "Location", "Measure", "Medication", "MedicationKnowledge", "MedicinalProduct",
        "MessageDefinition", "NamingSystem", "ObservationDefinition", "OperationDefinition", "Organization",
        "OrganizationAffiliation", "PlanDefinition", "Practitioner", "PractitionerRole", "Questionnaire",
        "ResearchDefinition", "ResearchElementDefinition", "ResearchStudy", "RiskEvidenceSynthesis", "SearchParameter",
        "SpecimenDefinition", "StructureDefinition", "StructureMap", "Substance", "TerminologyCapabilities", "ValueSet",
    ]
}
