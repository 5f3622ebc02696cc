import FHIR
package import Records

/// Keeps what was typed during a contact, note and all, without closing it.
package struct KeepDraft: Sendable {
    package let encounter: String
    package let note: String
    /// The whole form, as the browser sent it.
    package let typed: String
    /// The version of the note that was read; 0: there was none.
    package let version: Int
    package let by: Signer

    package init(encounter: String, note: String, typed: String, version: Int, by: Signer) {
        self.encounter = encounter
        self.note = note
        self.typed = typed
        self.version = version
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        guard note.utf8.count <= TextLimit.note else {
            throw FormProblems("note", "Keep the note below \(TextLimit.note) characters.")
        }
        let (contact, _) = try Contact.get(encounter, by: change.reader)
        let id = ContactNote.id(of: encounter)
        guard contact.isOpen else {
            if let signed = try change.reader.find("DocumentReference", id) {
                throw RecordsFailure.stale(current: signed)
            }
            throw NotNow("This contact is closed.")
        }
        let document = ContactNote.document(
            contact, text: note, typed: typed, final: false, by: by, credential: nil, at: change.now)
        return try ContactNote.store(document.labelled(contact.label, in: change), id: id, over: version, in: change)
    }
}

extension ContactNote {
    /// Stores a note over the version that was read.
    static func store(_ document: JSON, id: String, over version: Int, in change: Change) throws -> Resource {
        guard version > 0 else {
            return try change.create(document, id: id)
        }
        var document = document
        document["id"] = .string(id)
        return try change.update(document, ifVersion: version)
    }
}
