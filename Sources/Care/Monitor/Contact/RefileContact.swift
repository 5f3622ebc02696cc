import FHIR
package import Records

/// A contact that was written to the wrong person is filed with the right one: a new contact with the note, signed by
/// whoever files it, and a Provenance that says where it came from. Nothing of the other person is named in it.
package struct RefileContact: Sendable {
    /// The contact that is marked as entered in error.
    package let encounter: String
    /// The id of the right Patient.
    package let person: String
    package let by: Signer

    package init(encounter: String, person: String, by: Signer) {
        self.encounter = encounter
        self.person = person
        self.by = by
    }

    /// - Returns: the new contact; the one that was made before when it is filed once more.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let (contact, stored) = try Contact.get(encounter, by: change.reader)
        guard contact.status == "entered-in-error" else {
            throw NotNow("Mark it as entered in error first.")
        }
        guard contact.person != person else {
            throw FormProblems("right-person", "This is the person that it was filed with.")
        }
        guard let note = try ContactNote.find(encounter, by: change.reader), !note.text.isEmpty else {
            throw NotNow("There is no note to file.")
        }
        let id = String("refiled-\(encounter)".prefix(64))
        if let earlier = try change.reader.find("Encounter", id) {
            guard earlier.root.text("subject", "reference") == "Patient/\(person)" else {
                throw NotNow("The note is filed with another person already.")
            }
            return earlier
        }
        let filed = try change.create(json(stored, at: change.now).labelled(contact.label, in: change), id: id)
        let (copy, _) = try Contact.get(filed.id, by: change.reader)
        let document = ContactNote.document(
            copy, text: "Filed later: first written to another record by mistake.\n\n\(note.text)", final: true, by: by,
            credential: try by.credential(by: change.reader), at: change.now)
        let written = try change.create(
            document.labelled(contact.label, in: change), id: ContactNote.id(of: filed.id))
        try change.create([
            "resourceType": "Provenance",
            "target": [["reference": .string(filed.reference)], ["reference": .string(written.reference)]],
            "recorded": .string(FHIRDate.instant(change.now)),
            "reason": [["text": "First written to another record by mistake"]],
            "agent": [["who": .reference(by.practitioner)]],
            "entity": [
                [
                    "role": "source",
                    "what": [
                        "identifier": [
                            "system": .string(OpenTask.keySystem), "value": .string("DocumentReference/\(note.id)"),
                        ]
                    ],
                ]
            ],
        ])
        return filed
    }

    /// The same contact at the same time, with what belongs to the other person left out.
    private func json(_ stored: Resource, at now: Int64) -> JSON {
        var json = stored.value
        json["id"] = nil
        json["meta"] = nil
        json["status"] = "finished"
        json["subject"] = .reference("Patient/\(person)")
        json["episodeOfCare"] = nil
        json["participant"] = .array(
            (json["participant"]?.array ?? []).filter {
                $0["individual"]?["reference"]?.string?.hasPrefix("Practitioner/") == true
            })
        if json["period"]?["end"] == nil {
            json["period"]?["end"] = .string(FHIRDate.instant(now))
        }
        return json
    }
}
