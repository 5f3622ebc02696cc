import Access
import FHIR
package import Records

/// Writes and signs a note of therapy or counselling, apart from the rest of the record.
package struct WriteNoteApart: Sendable {
    package let person: String
    package let kind: NoteApart.Kind?
    package let text: String
    package let by: Signer

    package init(person: String, kind: NoteApart.Kind?, text: String, by: Signer) {
        self.person = person
        self.kind = kind
        self.text = text
        self.by = by
    }

    /// - Throws: ``FormProblems`` on `note-kind` or `note-text`; ``NotNow`` for who does not write such notes.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var problems = FormProblems([])
        if kind == nil {
            problems.all.append(.init("note-kind", "Choose what kind of note it is."))
        }
        if text.isEmpty {
            problems.all.append(.init("note-text", "Write the note."))
        }
        if text.utf8.count > TextLimit.note {
            problems.all.append(.init("note-text", "Keep this below \(TextLimit.note) characters."))
        }
        try problems.check()
        guard let kind, change.permits(.keepNotesApart) else {
            throw NotNow("Only who treats minds or substance use writes these notes.")
        }
        guard try Licence(of: change).standing == .signs else {
            throw NotNow("Your licence on file has ended, so you cannot sign. Ask your supervisor to renew it on file.")
        }
        _ = try change.reader.get("Patient", person)
        let credential = try by.credential(by: change.reader)
        return try change.create(document(kind, credential: credential, at: change.now))
    }

    /// It names no contact: what it says of one would otherwise be found beside it.
    private func document(_ kind: NoteApart.Kind, credential: String?, at now: Int64) -> JSON {
        .compact([
            "resourceType": "DocumentReference",
            "meta": ["security": .array(kind.labels)],
            "extension": [ContactNote.signature(of: by, credential: credential, at: now)],
            "status": "current",
            "docStatus": "final",
            "type": CareCode.concept(CareCode.document, kind.rawValue, kind.words),
            "subject": .reference("Patient/\(person)"),
            "date": .string(FHIRDate.instant(now)),
            "author": [.reference(by.practitioner)],
            "authenticator": .reference(by.practitioner),
            "content": [["attachment": PlainText.attachment(text, title: "Note", at: now)]],
        ])
    }
}
