import FHIR
package import Records

/// Parks a call while another is taken: its clock stops, everything else stays.
package struct ParkContact: Sendable {
    package let encounter: String

    package init(encounter: String) {
        self.encounter = encounter
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let (contact, stored) = try Contact.get(encounter, by: change.reader)
        guard contact.isOpen else {
            throw NotNow("This contact is closed.")
        }
        guard contact.time.isRunning else {
            return stored
        }
        return try change.update(ContactTime.stop(stored.value, at: change.now), ifVersion: stored.version)
    }

    /// Parks what a care manager has running.
    static func parkAll(of signer: Signer, in change: Change) throws {
        for row in try OpenContacts.of(signer.practitioner, by: change.reader) where row.isRunning {
            try ParkContact(encounter: row.encounter).perform(in: change)
        }
    }
}
