import FHIR
package import Records

/// Takes a parked call up again with a new stretch of time; another one that runs is parked.
package struct ResumeContact: Sendable {
    package let encounter: String
    package let by: Signer

    package init(encounter: String, by: Signer) {
        self.encounter = encounter
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let (contact, stored) = try Contact.get(encounter, by: change.reader)
        guard contact.isOpen else {
            throw NotNow("This contact is closed.")
        }
        guard contact.owner == by.practitioner else {
            throw NotNow("This is the call of someone else.")
        }
        guard !contact.time.isRunning else {
            return stored
        }
        try ParkContact.parkAll(of: by, in: change)
        let program = contact.time.stretches.last?.program
        let stretch = ContactTime.begin(
            by: by, credential: try by.credential(by: change.reader), program: program, at: change.now)
        return try change.update(CareCode.adding(stretch, to: stored.value), ifVersion: stored.version)
    }
}
