import FHIR
package import Records

/// Marks a note kept apart as entered in error, by whoever wrote it. It stays on file.
package struct MarkNoteMistaken: Sendable {
    package let person: String
    package let note: String
    /// The version that was read.
    package let version: Int
    package let by: Signer

    package init(person: String, note: String, version: Int, by: Signer) {
        self.person = person
        self.note = note
        self.version = version
        self.by = by
    }

    /// - Throws: ``RecordsFailure/notFound(type:id:)`` for a note of somebody else or about somebody else, ``NotNow`` when it
    ///   is marked already.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let stored = try change.reader.get("DocumentReference", note)
        guard let found = NoteApart(stored), found.author == by.practitioner,
            stored.root.text("subject", "reference") == "Patient/\(person)"
        else {
            throw RecordsFailure.notFound(type: "DocumentReference", id: note)
        }
        guard stored.version == version else {
            throw RecordsFailure.stale(current: stored)
        }
        guard !found.isMistaken else {
            throw NotNow("This note is marked already.")
        }
        var json = stored.value
        json["status"] = "entered-in-error"
        json["docStatus"] = "entered-in-error"
        return try change.update(json, ifVersion: version)
    }
}
