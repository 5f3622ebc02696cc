import FHIR
package import Records

/// Opens a contact once it is clear who is speaking. A call that runs is parked first: one clock runs a care manager.
package struct StartContact: Sendable {
    package let person: String
    package let direction: Contact.Direction?
    package let channel: Contact.Channel
    package let speaker: Contact.Speaker?
    /// The caregiver who speaks, for example `RelatedPerson/5`.
    package let caregiver: String?
    package let identifiedBy: Set<Contact.Identifier>
    /// Name or number of an interpreter, or why family was used.
    package let interpreter: String?
    /// Between a young person and the care team.
    package let isConfidential: Bool
    package let by: Signer

    package init(
        person: String, direction: Contact.Direction?, channel: Contact.Channel = .phone, speaker: Contact.Speaker?,
        caregiver: String? = nil, identifiedBy: Set<Contact.Identifier>, interpreter: String? = nil,
        isConfidential: Bool = false, by: Signer
    ) {
        self.person = person
        self.direction = direction
        self.channel = channel
        self.speaker = speaker
        self.caregiver = caregiver
        self.identifiedBy = identifiedBy
        self.interpreter = interpreter
        self.isConfidential = isConfidential
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let record = try change.reader.person(person, ["Consent", "EpisodeOfCare"])
        try check(record, at: change.now)
        try ParkContact.parkAll(of: by, in: change)
        let program = Enrollment.all(record).last { $0.status == .active }
        let opened = encounter(program, credential: try by.credential(by: change.reader), at: change.now)
        return try change.create(opened.labelled(isConfidential ? ConfidentialLabel.code : nil, in: change))
    }

    private func check(_ record: PersonRecord, at now: Int64) throws {
        var problems = FormProblems([])
        if direction == nil {
            problems.all.append(.init("direction", "Say who called."))
        }
        if speaker == nil {
            problems.all.append(.init("speaker", "Say who is speaking."))
        }
        if speaker == .caregiver {
            if caregiver.map({ ConsentLedger(record).caregivers(at: now).contains($0) }) != true {
                problems.all.append(
                    .init("speaker", "There is no consent to talk with this caregiver. Choose someone else."))
            }
        }
        if identifiedBy.count < 2, speaker != .other {
            problems.all.append(.init("identifiers", "Compare two of these before you speak of health."))
        }
        if (interpreter?.utf8.count ?? 0) > TextLimit.line {
            problems.all.append(.init("interpreter", "Keep this below \(TextLimit.line) characters."))
        }
        try problems.check()
    }

    private func encounter(_ program: Enrollment?, credential: String?, at now: Int64) -> JSON {
        var marks = [
            CareCode.mark("direction", "valueCode", .string((direction ?? .outgoing).rawValue)),
            CareCode.mark("speaker", "valueCode", .string((speaker ?? .other).rawValue)),
        ]
        for identifier in Contact.Identifier.allCases where identifiedBy.contains(identifier) {
            marks.append(CareCode.mark("identified-by", "valueCode", .string(identifier.rawValue)))
        }
        if let interpreter {
            marks.append(CareCode.mark("interpreter", "valueString", .string(interpreter)))
        }
        marks.append(ContactTime.begin(by: by, credential: credential, program: program?.program, at: now))
        var participants: [JSON] = [["individual": .reference(by.practitioner)]]
        if speaker == .caregiver, let caregiver {
            participants.append(["individual": .reference(caregiver)])
        }
        return .compact([
            "resourceType": "Encounter",
            "extension": .array(marks),
            "status": "in-progress",
            "class": [
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(channel.encounterClass),
            ],
            "type": [CareCode.concept(CareCode.contact, channel.rawValue, channel.words)],
            "subject": .reference("Patient/\(person)"),
            "episodeOfCare": program.map { [.reference("EpisodeOfCare/\($0.id)")] },
            "participant": .array(participants),
            "period": ["start": .string(FHIRDate.instant(now))],
        ])
    }
}
