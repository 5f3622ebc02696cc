package import FHIR
package import Records

/// The note of a contact: a DocumentReference that is preliminary until it is signed; afterwards only an addendum.
package struct ContactNote: Sendable {
    package let id: String
    package let version: Int
    package let isSigned: Bool
    package let text: String
    /// What else was typed into the form, while it is a draft.
    package let typed: String?
    package let author: String?
    package let signed: Int64?
    package let credential: String?

    /// One note a contact, so that two drafts cannot grow side by side.
    package static func id(of encounter: String) -> String { "note-\(encounter)".prefix64 }

    package init(_ document: Resource) {
        let root = document.root
        id = document.id
        version = document.version
        isSigned = root.text("docStatus") != "preliminary"
        let contents = root.list("content").map { $0["attachment"] }
        text = PlainText.read(contents.first.flatMap { $0 }) ?? ""
        typed = contents.count > 1 ? PlainText.read(contents[1]) : nil
        author = root.text("author", "reference")
        let mark = CareCode.marks(root, "signed").last
        func part(_ name: String) -> JSONNode? {
            mark?.list("extension").first { $0["url"]?.string == name }
        }
        signed = CareMoment.of(part("at")?.text("valueInstant"))
        credential = part("credential")?.text("valueString")
    }

    package static func find(_ encounter: String, by reader: Reader) throws -> ContactNote? {
        try reader.find("DocumentReference", id(of: encounter)).map(ContactNote.init)
    }
}

extension String {
    /// Ids of FHIR have 64 characters at most.
    fileprivate var prefix64: String { String(prefix(64)) }
}

extension ContactNote {
    /// The DocumentReference of a note about a contact, or of its draft.
    /// - Parameters:
    ///   - contact: the contact that the note is about.
    ///   - text: the note, plain text.
    ///   - typed: the rest of the form, for a draft.
    ///   - final: signed with credential and time.
    ///   - amends: the note that this one is an addendum to.
    ///   - signer: who writes it.
    ///   - credential: for example RN, nil when none is on file.
    ///   - now: milliseconds since 1970.
    /// - Returns: the resource, not yet stored.
    static func document(
        _ contact: Contact, text: String, typed: String? = nil, final: Bool, amends: String? = nil, by signer: Signer,
        credential: String?, at now: Int64
    ) -> JSON {
        var content: [JSON] = [["attachment": PlainText.attachment(text, title: "Note", at: now)]]
        if let typed {
            content.append([
                "attachment": PlainText.attachment(
                    typed, title: "Draft of the form", at: now, type: "application/x-www-form-urlencoded")
            ])
        }
        return .compact([
            "resourceType": "DocumentReference",
            "extension": final ? [signature(of: signer, credential: credential, at: now)] : nil,
            "status": "current",
            "docStatus": final ? "final" : "preliminary",
            // LOINC 34748-4: telephone encounter note; 11506-3: progress note.
            "type": [
                "coding": [
                    [
                        "system": "http://loinc.org",
                        "code": contact.channel == .phone ? "34748-4" : "11506-3",
                    ]
                ],
                "text": .string(amends == nil ? "Contact note" : "Addendum to a contact note"),
            ],
            "category": [
                [
                    "coding": [
                        [
                            "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
                            "code": "clinical-note",
                        ]
                    ]
                ]
            ],
            "subject": .reference("Patient/\(contact.person)"),
            "date": .string(FHIRDate.instant(now)),
            "author": [.reference(signer.practitioner)],
            "authenticator": final ? .reference(signer.practitioner) : nil,
            "relatesTo": amends.map { [["code": "appends", "target": .reference("DocumentReference/\($0)")]] },
            "content": .array(content),
            "context": ["encounter": [.reference("Encounter/\(contact.id)")]],
        ])
    }

    /// Who signed a note, with what credential, and when.
    static func signature(of signer: Signer, credential: String?, at now: Int64) -> JSON {
        .object([
            JSONMember(name: "url", value: .string(CareCode.extensions + "signed")),
            JSONMember(
                name: "extension",
                value: .array(
                    [
                        ["url": "by", "valueReference": .reference(signer.practitioner)],
                        ["url": "name", "valueString": .string(signer.name)],
                        ["url": "at", "valueInstant": .string(FHIRDate.instant(now))],
                    ] + (credential.map { [["url": "credential", "valueString": .string($0)]] } ?? []))),
        ])
    }
}
