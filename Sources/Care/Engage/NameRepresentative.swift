package import Access
import FHIR
package import Records

/// Staff write down that somebody is the parent or guardian of a minor, and what they have seen of it. What that opens, and
/// until when, is decided by the minor's age at each request (``RepresentativeDecision``). 45 CFR 164.502(g)(3)
package struct NameRepresentative: Sendable {
    /// Codes of HL7 v3 RoleCode.
    package enum Relation: String, Sendable, CaseIterable {
        case parent = "PRN"
        case guardian = "GUARD"

        static let system = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"

        package var words: String {
            switch self {
            case .parent: "parent"
            case .guardian: "guardian"
            }
        }

        init?(_ relationship: JSONNode) {
            guard let code = CareCode.code(relationship, in: Self.system), let relation = Relation(rawValue: code)
            else {
                return nil
            }
            self = relation
        }
    }

    /// The id of the Patient.
    package let person: String
    package let name: String
    package let relation: Relation?
    /// A code of ``MinorRules/proofs``.
    package let proof: String
    /// Whoever was ended for a reason that warns is let in again all the same.
    package let again: Bool
    package let recorder: String?

    package init(
        person: String, name: String?, relation: Relation?, proof: String?, again: Bool, recorder: String?
    ) {
        self.person = person
        self.name = name ?? ""
        self.relation = relation
        self.proof = proof ?? ""
        self.again = again
        self.recorder = recorder
    }

    /// - Parameters:
    ///   - change: the change it is part of.
    ///   - minors: the ages, and what can be chosen.
    /// - Returns: the RelatedPerson.
    /// - Throws: ``FormProblems`` on `name`, `relation`, `proof` or `again`; ``NotNow`` for who is no minor.
    @discardableResult
    package func perform(in change: Change, _ minors: MinorRules) throws -> Resource {
        let patient = try change.reader.get("Patient", person)
        guard minors.minor(patient.root, at: change.now) != nil else {
            throw NotNow("Parents are let in only for a living child whose whole birth date is on file.")
        }
        let record = try change.reader.person(person, ["Consent", "RelatedPerson"])
        let representatives = Representatives(record, at: change.now)
        try check(representatives, minors)
        let relative = try relative(record, in: change)
        for former in representatives.standing where former.who == relative.reference {
            try RevokeConsent(
                consent: former.consent, version: former.version, reason: "Replaced by another", recorder: recorder
            ).perform(in: change)
        }
        let until = minors.lapses(born: patient.root.text("birthDate"))
        try change.create(consent(for: relative.reference, until: until, minors, at: change.now))
        return relative
    }

    private func check(_ representatives: Representatives, _ minors: MinorRules) throws {
        var problems = FormProblems([])
        if name.isEmpty {
            problems.all.append(.init("name", "Write the name of the parent or guardian."))
        } else if name.utf8.count > TextLimit.line {
            problems.all.append(.init("name", "Keep this below \(TextLimit.line) letters."))
        }
        if relation == nil {
            problems.all.append(.init("relation", "Say whether they are a parent or a guardian."))
        }
        if !minors.proofs.contains(where: { $0.code == proof }) {
            problems.all.append(.init("proof", "Say what you have seen."))
        }
        let warning = representatives.all.lazy.filter { isNamed($0.name) }.compactMap { former in
            minors.endings.first { $0.code == former.ending && $0.warns }
        }.first
        if let warning, !again {
            problems.all.append(
                .init(
                    "again",
                    "Someone of this name was ended before: \(warning.title). Tick this only if that no longer holds."))
        }
        try problems.check()
    }

    private func isNamed(_ other: String) -> Bool { other.lowercased() == name.lowercased() }

    private func relative(_ record: PersonRecord, in change: Change) throws -> Resource {
        let known = record.all("RelatedPerson").first { relative in
            relative.root["active"]?.bool != false
                && relative.root.list("name").contains { isNamed(GiveConsent.words($0)) }
                && relative.root.list("relationship").contains { Relation($0) == relation }
        }
        if let known {
            return known
        }
        let kind = relation ?? .guardian
        return try change.create([
            "resourceType": "RelatedPerson", "active": true, "patient": .reference("Patient/\(person)"),
            "relationship": [CareCode.concept(Relation.system, kind.rawValue, kind.words)],
            "name": [["text": .string(name)]],
        ])
    }

    private func consent(for relative: String, until: Int64?, _ minors: MinorRules, at now: Int64) -> JSON {
        let seen = minors.proofs.first { $0.code == proof }?.title ?? proof
        return .compact([
            "resourceType": "Consent", "status": "active",
            "extension": .array(
                (recorder.map { [CareCode.mark("recorder", "valueReference", .reference($0))] } ?? [])
                    + [CareCode.mark("proof", "valueCode", .string(proof))]),
            "scope": [
                "coding": [
                    ["system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"]
                ]
            ],
            "category": [
                CareCode.concept(
                    CareCode.consent, ConsentKind.representative.rawValue, "Parent or guardian in the portal")
            ],
            "patient": .reference("Patient/\(person)"), "dateTime": .string(FHIRDate.instant(now)),
            "performer": recorder.map { [.reference($0)] },
            "sourceAttachment": PlainText.attachment(
                "\(name) is the \((relation ?? .guardian).words). Seen: \(seen).", title: "What was seen", at: now),
            "policyRule": ["text": "Parents and guardians of minors, 45 CFR 164.502(g)(3)"],
            "provision": [
                "type": "permit",
                "period": .compact([
                    "start": .string(FHIRDate.instant(now)), "end": until.map { .string(FHIRDate.instant($0)) },
                ]),
                "actor": [["role": ["text": "Parent or guardian"], "reference": .reference(relative)]],
            ],
        ])
    }
}
