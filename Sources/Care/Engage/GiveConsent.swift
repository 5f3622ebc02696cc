package import Access
import FHIR
package import Records

/// Writes down what a person agreed to: kind, what was said, who said yes, when, until when.
package struct GiveConsent: Sendable {
    package let person: String
    package let kind: ConsentKind
    /// For a programme: its id; nil: any programme.
    package let program: String?
    /// What was said to the person, word for word.
    package let said: String
    /// Who agreed: nil is the person; else for example `RelatedPerson/5`.
    package let givenBy: String?
    /// The caregiver who may be talked with: name, and what they are to the person.
    package let caregiverName: String?
    package let caregiverRelation: String?
    package let caregiverPhone: String?
    /// How long, milliseconds since 1970; nil: until it is taken back.
    package let until: Int64?
    /// Who writes it down.
    package let recorder: String?
    /// Until when somebody else may agree for a child.
    let minors: MinorRules

    package init(
        person: String, kind: ConsentKind, program: String? = nil, said: String, givenBy: String? = nil,
        caregiverName: String? = nil, caregiverRelation: String? = nil, caregiverPhone: String? = nil,
        until: Int64? = nil, recorder: String?, minors: MinorRules
    ) {
        self.person = person
        self.kind = kind
        self.program = program
        self.said = said
        self.givenBy = givenBy
        self.caregiverName = caregiverName
        self.caregiverRelation = caregiverRelation
        self.caregiverPhone = caregiverPhone
        self.until = until
        self.recorder = recorder
        self.minors = minors
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        try check(at: change.now)
        let record = try change.reader.person(person, ["Consent", "RelatedPerson"])
        if let givenBy, !record.all("RelatedPerson").contains(where: { $0.reference == givenBy }) {
            throw FormProblems("given-by", "Choose who agreed.")
        }
        let caregiver = kind == .caregiver ? try self.caregiver(record, in: change) : nil
        let alike = ConsentLedger(record).entries.contains { entry in
            entry.kind == kind && entry.holds(at: change.now) && entry.program == (kind == .program ? program : nil)
                && entry.caregiver == caregiver
        }
        if alike {
            throw NotNow("This consent is on file already. Take it back first to record it anew.")
        }
        let birth = try change.reader.get("Patient", person).root.text("birthDate")
        return try change.create(
            consent(caregiver: caregiver, until: end(born: birth, at: change.now), at: change.now))
    }

    /// What somebody else agrees to for a child ends when the child comes of age. For a grown person who cannot agree it
    /// holds as long as was said.
    private func end(born birth: String?, at now: Int64) -> Int64? {
        guard givenBy != nil, let grown = minors.comesOfAge(born: birth), grown > now else {
            return until
        }
        return min(until ?? grown, grown)
    }

    private func check(at now: Int64) throws {
        var problems = FormProblems([])
        if said.isEmpty {
            problems.all.append(.init("said", "Write down what was said."))
        }
        if said.utf8.count > TextLimit.note {
            problems.all.append(.init("said", "Keep this below \(TextLimit.note) characters."))
        }
        if let until, until <= now {
            problems.all.append(.init("until", "Choose a day to come, or leave it empty."))
        }
        if kind == .caregiver, caregiverName == nil {
            problems.all.append(.init("caregiver-name", "Name the caregiver."))
        }
        for (field, text) in [
            ("caregiver-name", caregiverName), ("caregiver-relation", caregiverRelation),
            ("caregiver-phone", caregiverPhone),
        ] where (text?.utf8.count ?? 0) > TextLimit.line {
            problems.all.append(.init(field, "Keep this below \(TextLimit.line) characters."))
        }
        try problems.check()
    }

    /// The RelatedPerson of that name, made when there is none.
    private func caregiver(_ record: PersonRecord, in change: Change) throws -> String {
        let name = caregiverName ?? ""
        if let known = record.all("RelatedPerson").first(where: { relative in
            relative.root.list("name").contains { Self.words($0).lowercased() == name.lowercased() }
        }) {
            return known.reference
        }
        return try change.create(
            .compact([
                "resourceType": "RelatedPerson", "active": true, "patient": .reference("Patient/\(person)"),
                "relationship": caregiverRelation.map { [["text": .string($0)]] },
                "name": [["text": .string(name)]],
                "telecom": caregiverPhone.map { [["system": "phone", "value": .string($0)]] },
            ])
        ).reference
    }

    static func words(_ name: JSONNode) -> String {
        if let text = name.text("text") {
            return text
        }
        let parts = name.list("given").compactMap(\.string) + [name.text("family")].compactMap { $0 }
        return parts.joined(separator: " ")
    }

    private func consent(caregiver: String?, until: Int64?, at now: Int64) -> JSON {
        let agreeing = givenBy ?? "Patient/\(person)"
        return .compact([
            "resourceType": "Consent",
            "extension": recorder.map { [CareCode.mark("recorder", "valueReference", .reference($0))] },
            "status": "active",
            "scope": [
                "coding": [
                    [
                        "system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": .string(kind.scope),
                    ]
                ]
            ],
            "category": [CareCode.concept(CareCode.consent, kind.rawValue, kind.title)],
            "patient": .reference("Patient/\(person)"),
            "dateTime": .string(FHIRDate.instant(now)),
            "performer": [.reference(agreeing)],
            "sourceAttachment": PlainText.attachment(said, title: "What was said", at: now),
            // FHIR R4 ppc-1 wants a rule; that of this site has no public code.
            "policyRule": ["text": "Consent as told to the person"],
            "verification": [
                [
                    "verified": true, "verifiedWith": .reference(agreeing),
                    "verificationDate": .string(FHIRDate.instant(now)),
                ]
            ],
            "provision": .compact([
                "type": "permit",
                "period": .compact([
                    "start": .string(FHIRDate.instant(now)), "end": until.map { .string(FHIRDate.instant($0)) },
                ]),
                "actor": caregiver.map { [["role": ["text": "Caregiver"], "reference": .reference($0)]] },
                "code": kind == .program ? program.map { [CareCode.concept(CareCode.program, $0)] } : nil,
            ]),
        ])
    }
}
