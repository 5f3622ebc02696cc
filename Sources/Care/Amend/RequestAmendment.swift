import Access
import FHIR
package import Records

/// A person asks for a correction: it goes onto the list of the team, with the clock of the law.
package struct RequestAmendment: Sendable {
    /// The id of the Patient.
    package let person: String
    package let what: String
    package let why: String
    /// What of the record it concerns, for example `Condition/5`; nil: the record as a whole.
    package let concerns: String?

    package init(person: String, what: String?, why: String?, concerns: String?) {
        self.person = person
        self.what = what ?? ""
        self.why = why ?? ""
        self.concerns = concerns
    }

    /// So many may wait for their answer.
    private static let mostOpen = 20

    /// What a request can be about.
    package static let types: Set<String> = [
        "AllergyIntolerance", "Condition", "MedicationRequest", "MedicationStatement", "Patient",
    ]

    /// - Returns: the Task.
    /// - Throws: ``FormProblems`` on `what`, `why` or `concerns`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        try check()
        let about = try concerned(by: change.reader)
        let open = Amendment.all(try change.reader.person(person, Amendment.reads)).filter { $0.state == .open }
        guard open.count < Self.mostOpen else {
            throw NotNow(
                "You have asked for many corrections that wait for an answer. Please call us about the others.")
        }
        let labels = about.root.at("meta")?["security"]?.value
        let request = try change.create(
            Amendment.communication(
                .request, person: person, from: change.caller.practitioner, words: [what, why],
                about: about.reference, labels: labels, at: change.now))
        return try OpenTask(
            .amendment, person: person, title: "Answer a request for a correction",
            why: "The person says: \(what) Why: \(why)", owner: nil, due: change.now + Amendment.days * 86_400_000,
            focus: request.reference, labels: labels
        ).perform(in: change)
    }

    private func check() throws {
        var problems = FormProblems([])
        if what.isEmpty {
            problems.all.append(.init("what", "Say what is wrong."))
        }
        if why.isEmpty {
            problems.all.append(.init("why", "Say why it is wrong."))
        }
        for (field, text) in [("what", what), ("why", why)] where text.utf8.count > TextLimit.note / 4 {
            problems.all.append(.init(field, "This is too long. Keep it below \(TextLimit.note / 4) letters."))
        }
        try problems.check()
    }

    private func concerned(by reader: Reader) throws -> Resource {
        guard let concerns else {
            return try reader.get("Patient", person)
        }
        let record = try reader.person(person, Self.types)
        guard let found = Self.types.sorted().flatMap(record.all).first(where: { $0.reference == concerns }) else {
            throw FormProblems("concerns", "Choose what it is about.")
        }
        return found
    }
}
