package import FHIR
package import Records

/// What is known when a protocol is applied to a person: the record, the clock, and who applies it.
package struct ProtocolContext: Sendable {
    package let record: PersonRecord
    package let definitions: Definitions
    /// Milliseconds since 1970.
    package let now: Int64
    package let days: SiteDays
    /// Who applies it, for example `Practitioner/ruth`.
    package var practitioner: String?
    /// The plan that it becomes a part of, for example `CarePlan/7`.
    package var plan: String?
    private let environment: FHIRPathEnvironment

    /// The parameters are those of the operation, by name.
    package init(
        record: PersonRecord, definitions: Definitions, now: Int64, days: SiteDays, practitioner: String? = nil,
        plan: String? = nil, parameters: [String: [FHIRPathValue]] = [:]
    ) {
        self.record = record
        self.definitions = definitions
        self.now = now
        self.days = days
        self.practitioner = practitioner
        self.plan = plan
        var variables = parameters
        variables["record"] = record.everything.map { FHIRPathValue(resource: $0.root, definitions: definitions) }
        if let patient = record.patient {
            let value = FHIRPathValue(resource: patient.root, definitions: definitions)
            variables["patient"] = [value]
            variables["subject"] = [value]
        }
        let known = Dictionary(record.everything.map { ($0.reference, $0.root) }) { first, _ in first }
        environment = FHIRPathEnvironment(variables: variables, now: now, resolve: { known[$0] })
    }

    /// Always needed: what stands already, and who is on the team.
    package static let base: Set<String> = ["Patient", "CarePlan", "Goal", "Task", "EpisodeOfCare", "CareTeam"]
    /// What expressions may look at.
    package static let facts: Set<String> = [
        "AllergyIntolerance", "Appointment", "Communication", "Condition", "Consent", "Coverage", "DiagnosticReport",
        "Encounter", "Flag", "Immunization", "MedicationRequest", "MedicationStatement", "Observation", "Procedure",
        "QuestionnaireResponse", "RelatedPerson", "RiskAssessment", "ServiceRequest",
    ]

    var today: CalendarDay { days.today }

    func endOfDay(_ day: CalendarDay) -> Int64 { days.end(day) }

    /// How much work one expression may be: a record of many thousand resources, looked through some times.
    private static let budget = FHIRPathBudget(steps: 4_000_000, items: 400_000, text: 1_000_000)

    /// - Throws: ``ProtocolRefusal`` when an expression cannot be worked out.
    func values(of path: FHIRPath, at place: String) throws(ProtocolRefusal) -> [FHIRPathValue] {
        guard let patient = record.patient else {
            return []
        }
        do { return try path.evaluate(on: patient.root, environment: environment, budget: Self.budget) } catch {
            throw ProtocolRefusal(place, error.description)
        }
    }

    /// Whether a condition holds; nothing is not true.
    func holds(_ condition: CareProtocol.Condition, at place: String) throws(ProtocolRefusal) -> Bool {
        let found = try values(of: condition.path, at: place)
        guard found.count < 2 else {
            throw ProtocolRefusal(place, "A condition has several values where one is needed.")
        }
        return found.first.map { $0.bool ?? true } ?? false
    }

    /// Whose an action is: the person's own, or of the first of its roles that somebody on the team has; else of whoever
    /// applies the protocol.
    func owner(of action: CareProtocol.Action, person: String) -> String? {
        if action.isPersons, action.roles.isEmpty {
            return "Patient/\(person)"
        }
        for role in action.roles {
            if let found = member(role) { return found }
        }
        return practitioner
    }

    private func member(_ role: String) -> String? {
        func plain(_ text: String) -> String {
            String(text.lowercased().map { $0.isLetter || $0.isNumber ? $0 : " " })
        }
        let wanted = plain(role)
        if wanted == "care manager" {
            let episode = record.all("EpisodeOfCare").last { $0.root.text("status") == "active" }
            if let manager = episode?.root.text("careManager", "reference"), manager.hasPrefix("Practitioner/") {
                return manager
            }
        }
        for team in record.all("CareTeam") where team.root.text("status") == "active" {
            for participant in team.root.list("participant") {
                let names = participant.list("role").flatMap { role in
                    [role.text("text")] + role.list("coding").flatMap { [$0.text("display"), $0.text("code")] }
                }
                if names.contains(where: { $0.map(plain) == wanted }),
                    let member = participant.text("member", "reference"), member.hasPrefix("Practitioner/")
                {
                    return member
                }
            }
        }
        return nil
    }
}

extension CareProtocol {
    /// The types of resources that applying it looks at.
    package var reads: Set<String> {
        let hasExpressions = allActions.contains { !$0.conditions.isEmpty || !$0.values.isEmpty }
        return hasExpressions
            ? ProtocolContext.base.union(ProtocolContext.facts)
            : ProtocolContext.base.union(["Condition"])
    }
}
