import FHIR
package import Records

/// Says who is meant by a referral: somebody on file, or somebody who is put on file with it.
package struct MatchReferral: Sendable {
    package enum Answer: Sendable, Equatable {
        /// The id of a Patient.
        case known(String)
        case new
    }

    package let referral: String
    /// The version that was read.
    package let version: Int?
    package let answer: Answer?
    /// Needed for a new entry when somebody on file is surely the same.
    package let why: String?
    package let care: CareContent

    package init(referral: String, version: Int?, answer: Answer?, why: String?, care: CareContent) {
        self.referral = referral
        self.version = version
        self.answer = answer
        self.why = why
        self.care = care
    }

    /// - Returns: the referral, now of that person.
    /// - Throws: ``FormProblems`` on `who` or `who-why`; ``NotNow``.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let found = try Referral.open(referral, version: version, in: change)
        guard found.state == .received, let written = found.written else {
            throw NotNow("It is known already who is meant.")
        }
        guard let answer else {
            throw FormProblems("who", "Choose who is meant.")
        }
        if let why, why.utf8.count > TextLimit.note {
            throw FormProblems("who-why", "Keep this below \(TextLimit.note) characters.")
        }
        let person: String
        switch answer {
        case .known(let id):
            let patient = try change.reader.get("Patient", id)
            guard PersonState.isListed(patient.root) else {
                throw FormProblems("who", "This person has died or is no longer on file under this entry.")
            }
            person = id
        case .new:
            let matches = try FindMatches.read(MatchFacts(written), rules: care.matching, by: change.reader)
            if matches.contains(where: { $0.evidence.verdict == .sure }), why == nil {
                throw FormProblems("who-why", "Somebody on file agrees in name and birth date. Say why it is another.")
            }
            person = try change.create(patient(written)).id
        }
        var json = found.resource.value
        json["subject"] = .reference("Patient/\(person)")
        // As it was written it stays readable: who decides later sees what was known.
        json["supportingInfo"] = .array(
            (json["supportingInfo"]?.array ?? []) + [.reference("#\(Referral.written)")])
        let stored = try change.update(json, ifVersion: found.version)
        let words = answer == .new ? "Put on file as somebody new" : "Recognised as somebody on file"
        try Intake(referral: found, content: care.referrals)
            .move(to: "in-progress", [words, why].compactMap { $0 }.joined(separator: ": "), in: change) {
                $0["for"] = .reference("Patient/\(person)")
            }
        return stored
    }

    private func patient(_ written: JSONNode) -> JSON {
        var json = written.value
        json["id"] = nil
        json["active"] = true
        return json
    }
}
