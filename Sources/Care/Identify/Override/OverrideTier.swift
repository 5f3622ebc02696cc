package import Access
import FHIR
package import Records

/// Puts a care manager's own judgement in the place of the tier that the rules give, for a while and with a reason.
package struct OverrideTier: Sendable {
    /// The id of the Patient.
    package let person: String
    /// The name of a ``Tier``, as it came from the form.
    package let tier: String
    package let reason: String
    /// The first moment at which it no longer holds, milliseconds since 1970; nil when none was given.
    package let until: Int64?
    /// Who decides.
    package let by: Caller
    let rules: RiskRules

    /// A judgement has to be looked at again within a year.
    package static let longest: Int64 = 366 * 86_400_000

    package init(
        person: String, tier: String, reason: String, until: Int64?, by: Caller, rules: RiskRules
    ) {
        self.person = person
        self.tier = tier
        self.reason = reason
        self.until = until
        self.by = by
        self.rules = rules
    }

    /// - Returns: the person's risk on file, with the judgement in it.
    /// - Throws: ``FormProblems`` by the fields `tier`, `reason` and `until`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource? {
        var problems = FormProblems([])
        let tier = Tier(name: tier)
        if tier == nil {
            problems.all.append(.init("tier", "Choose a tier."))
        }
        if reason.isEmpty {
            problems.all.append(.init("reason", "Say why. Others will read it beside the tier."))
        } else if reason.count > TextLimit.line {
            problems.all.append(.init("reason", "Keep the reason to \(TextLimit.line) characters."))
        }
        if let until, until > change.now {
            if until > change.now + Self.longest {
                problems.all.append(.init("until", "Choose a day within a year. It can be set again then."))
            }
        } else {
            problems.all.append(.init("until", "Choose a day in the future."))
        }
        try problems.check()
        guard let tier, let until else {
            return nil
        }
        try EndTierOverride(person: person, rules: rules).end(in: change)
        try change.create(
            JSON.compact([
                "resourceType": "RiskAssessment",
                "status": "final",
                "method": ["coding": [["system": .string(RiskRecord.system), "code": .string(StoredOverride.method)]]],
                "subject": ["reference": .string("Patient/\(person)")],
                "occurrencePeriod": [
                    "start": .string(FHIRDate.instant(change.now)), "end": .string(FHIRDate.instant(until)),
                ],
                "performer": JSON.compact([
                    "reference": by.practitioner.map { .string($0) }, "display": .string(by.name),
                ]),
                "prediction": [
                    [
                        "outcome": ["coding": [["system": .string(RiskRecord.system), "code": "tier"]]],
                        "qualitativeRisk": [
                            "coding": [["system": .string(RiskRecord.tierSystem), "code": .string(tier.name)]],
                            "text": .string(tier.words),
                        ],
                    ]
                ],
                "note": [["time": .string(FHIRDate.instant(change.now)), "text": .string(reason)]],
            ]))
        return try ScorePerson(person, rules: rules).perform(in: change)
    }
}
