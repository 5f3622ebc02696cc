package import Records

/// Adds to a signed note. The note itself stays as it was signed.
package struct AddAddendum: Sendable {
    package let encounter: String
    package let text: String
    package let by: Signer

    package init(encounter: String, text: String, by: Signer) {
        self.encounter = encounter
        self.text = text
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        guard !text.isEmpty else {
            throw FormProblems("addendum", "Write what is to be added.")
        }
        guard text.utf8.count <= TextLimit.note else {
            throw FormProblems("addendum", "Keep this below \(TextLimit.note) characters.")
        }
        let (contact, _) = try Contact.get(encounter, by: change.reader)
        guard let note = try ContactNote.find(encounter, by: change.reader), note.isSigned else {
            throw NotNow("The note is not signed yet: change it as it is.")
        }
        guard contact.status == "finished" else {
            throw NotNow("This contact was entered in error.")
        }
        return try change.create(
            ContactNote.document(
                contact, text: text, final: true, amends: note.id, by: by,
                credential: try by.credential(by: change.reader), at: change.now
            ).labelled(contact.label, in: change))
    }
}
