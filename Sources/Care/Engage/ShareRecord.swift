import Access
import FHIR
package import Records

/// A person lets somebody see some of the record in the portal: who, what, until when. Naming the same one again replaces
/// what was shared before.
package struct ShareRecord: Sendable {
    /// The id of the Patient.
    package let person: String
    package let name: String
    package let relation: String
    /// Names of ``ShareLibrary``.
    package let shares: Set<String>
    /// Milliseconds since 1970.
    package let until: Int64?
    /// The most that one sharing lasts; then it is thought over.
    package static let longestDays: Int64 = 366

    package init(person: String, name: String?, relation: String?, shares: Set<String>, until: Int64?) {
        self.person = person
        self.name = name ?? ""
        self.relation = relation ?? ""
        self.shares = shares
        self.until = until
    }

    /// - Parameters:
    ///   - change: the change it is part of.
    ///   - library: what can be shared.
    /// - Returns: the RelatedPerson.
    /// - Throws: ``FormProblems`` on `name`, `relation`, `share` or `until`.
    @discardableResult
    package func perform(in change: Change, _ library: ShareLibrary) throws -> Resource {
        let until = try checked(library, at: change.now)
        let record = try change.reader.person(person, ["Consent", "RelatedPerson"])
        let relative = try relative(record, in: change)
        for former in ConsentLedger(record).entries
        where former.kind == .proxy && former.caregiver == relative.reference && former.isActive {
            try RevokeConsent(
                consent: former.id, version: former.version, reason: "Replaced by another",
                recorder: change.caller.practitioner
            ).perform(in: change)
        }
        try change.create(consent(for: relative.reference, until: until, library, at: change.now))
        return relative
    }

    private func checked(_ library: ShareLibrary, at now: Int64) throws -> Int64 {
        var problems = FormProblems([])
        if name.isEmpty {
            problems.all.append(.init("name", "Write their name."))
        }
        if relation.isEmpty {
            problems.all.append(.init("relation", "Say who they are to you."))
        }
        for (field, text) in [("name", name), ("relation", relation)] where text.utf8.count > TextLimit.line {
            problems.all.append(.init(field, "Keep this below \(TextLimit.line) letters."))
        }
        if !shares.isSubset(of: library.all.map(\.name)) || shares.subtracting([ProxyDecision.sensitive]).isEmpty {
            problems.all.append(.init("share", "Choose what they may see."))
        }
        guard let until, until > now, until <= now + Self.longestDays * 86_400_000 else {
            problems.all.append(.init("until", "Choose a last day within the next year."))
            throw problems
        }
        try problems.check()
        return until
    }

    private func relative(_ record: PersonRecord, in change: Change) throws -> Resource {
        let known = record.all("RelatedPerson").first { relative in
            relative.root["active"]?.bool != false
                && relative.root.list("name").contains { $0.text("text")?.lowercased() == name.lowercased() }
        }
        if let known {
            return known
        }
        return try change.create([
            "resourceType": "RelatedPerson", "active": true, "patient": .reference("Patient/\(person)"),
            "relationship": [["text": .string(relation)]], "name": [["text": .string(name)]],
        ])
    }

    private func consent(for relative: String, until: Int64, _ library: ShareLibrary, at now: Int64) -> JSON {
        let said = "I let \(name) see: " + library.titles(shares).map(\.en).joined(separator: "; ") + "."
        return [
            "resourceType": "Consent", "status": "active",
            "scope": [
                "coding": [
                    ["system": "http://terminology.hl7.org/CodeSystem/consentscope", "code": "patient-privacy"]
                ]
            ],
            "category": [
                CareCode.concept(CareCode.consent, ConsentKind.proxy.rawValue, "Seeing my record in the portal")
            ],
            "patient": .reference("Patient/\(person)"), "dateTime": .string(FHIRDate.instant(now)),
            "performer": [.reference("Patient/\(person)")],
            "sourceAttachment": PlainText.attachment(said, title: "What was agreed", at: now),
            "policyRule": ["text": "Sharing in the portal, by the person"],
            "provision": [
                "type": "permit",
                "period": ["start": .string(FHIRDate.instant(now)), "end": .string(FHIRDate.instant(until))],
                "actor": [["role": ["text": "Caregiver"], "reference": .reference(relative)]],
                "code": .array(shares.sorted().map { CareCode.concept(ProxyDecision.system, $0) }),
            ],
        ]
    }
}
