import FHIR
package import Records

/// Puts the minutes of a contact right, with a reason. What was measured stays beside it.
package struct CorrectMinutes: Sendable {
    package let encounter: String
    package let minutes: Int
    package let reason: String
    package let by: Signer

    package static let most = 24 * 60

    package init(encounter: String, minutes: Int, reason: String, by: Signer) {
        self.encounter = encounter
        self.minutes = minutes
        self.reason = reason
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let (contact, stored) = try Contact.get(encounter, by: change.reader)
        guard contact.status == "finished" else {
            throw NotNow("Minutes are put right when the contact is closed.")
        }
        return try change.update(
            try apply(to: stored.value, original: contact.time.minutes(at: change.now), at: change.now),
            ifVersion: stored.version)
    }

    /// The contact with the new minutes, and with a record of the correction beside it.
    /// - Parameters:
    ///   - encounter: the contact as it stands.
    ///   - original: the minutes as they stood before.
    ///   - now: milliseconds since 1970.
    /// - Returns: the contact as it is to be stored.
    /// - Throws: ``FormProblems`` when the minutes are out of range or the reason is missing or too long.
    func apply(to encounter: JSON, original: Int, at now: Int64) throws -> JSON {
        var problems = FormProblems([])
        if !(0...Self.most).contains(minutes) {
            problems.all.append(.init("minutes", "Give minutes from 0 to \(Self.most)."))
        }
        if reason.isEmpty {
            problems.all.append(.init("minutes-reason", "Say why the minutes change."))
        } else if reason.utf8.count > TextLimit.line {
            problems.all.append(.init("minutes-reason", "Keep this below \(TextLimit.line) characters."))
        }
        try problems.check()
        let corrected = CareCode.adding(
            ContactTime.correction(minutes: minutes, original: original, reason: reason, by: by, at: now),
            to: encounter)
        return Self.length(corrected, minutes)
    }

    /// Encounter.length, which other systems read.
    static func length(_ encounter: JSON, _ minutes: Int) -> JSON {
        var encounter = encounter
        encounter["length"] = [
            "value": .int(minutes), "unit": "min", "system": "http://unitsofmeasure.org", "code": "min",
        ]
        return encounter
    }
}
