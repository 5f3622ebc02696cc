import FHIR
package import Records

/// Ends a care manager's judgement of a tier now; the rules decide again.
package struct EndTierOverride: Sendable {
    /// The id of the Patient.
    package let person: String
    let rules: RiskRules

    package init(person: String, rules: RiskRules) {
        self.person = person
        self.rules = rules
    }

    /// - Throws: ``NotNow`` when no judgement holds.
    @discardableResult
    package func perform(in change: Change) throws -> Resource? {
        guard try end(in: change) > 0 else {
            throw NotNow("The tier follows the rules already.")
        }
        return try ScorePerson(person, rules: rules).perform(in: change)
    }

    /// - Returns: how many judgements held and were ended.
    @discardableResult
    func end(in change: Change) throws -> Int {
        let record = try change.reader.person(person, ["RiskAssessment"])
        var ended = 0
        for resource in record.all("RiskAssessment") {
            guard let override = StoredOverride(resource), override.expires > change.now else {
                continue
            }
            var json = resource.value
            var period = json["occurrencePeriod"] ?? [:]
            period["end"] = .string(FHIRDate.instant(max(change.now, override.from)))
            json["occurrencePeriod"] = period
            try change.update(json, ifVersion: resource.version)
            ended += 1
        }
        return ended
    }
}
