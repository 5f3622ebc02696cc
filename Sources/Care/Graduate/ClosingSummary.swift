import FHIR
package import Records

/// What is said when an enrolment closes: what was reached, what stays open, who takes over.
package struct ClosingSummary: Sendable {
    /// An open item and what became of it.
    struct Settled: Sendable {
        let title: String
        let isKept: Bool
    }

    /// A goal in the person's words, and whether it was reached.
    struct Goal: Sendable {
        let words: String
        let isReached: Bool
    }

    let program: String
    let reason: String
    let words: String?
    let selfManagement: String?
    let readiness: Readiness?
    let goals: [Goal]
    let settled: [Settled]

    static func goals(_ record: PersonRecord) -> [Goal] {
        record.all("Goal").map(\.root).compactMap { goal in
            guard !["cancelled", "rejected", "entered-in-error"].contains(goal.text("lifecycleStatus") ?? ""),
                let words = goal.text("description", "text")
            else {
                return nil
            }
            return Goal(words: words, isReached: goal.text("achievementStatus", "coding", "code") == "achieved")
        }
    }

    var text: String {
        var lines = ["Closed: \(reason)" + (words.map { ". \($0)" } ?? "")]
        if let count = readiness?.count {
            lines.append("Exit criteria: \(count.met) of \(count.of) met")
        }
        let reached = goals.filter(\.isReached).map(\.words)
        let open = goals.filter { !$0.isReached }.map(\.words)
        lines.append("Goals reached: " + (reached.isEmpty ? "none" : reached.joined(separator: "; ")))
        if !open.isEmpty {
            lines.append("Goals not reached: " + open.joined(separator: "; "))
        }
        let kept = settled.filter(\.isKept).map(\.title)
        let cancelled = settled.filter { !$0.isKept }.map(\.title)
        if !kept.isEmpty {
            lines.append("Stays open: " + kept.joined(separator: "; "))
        }
        if !cancelled.isEmpty {
            lines.append("Cancelled: " + cancelled.joined(separator: "; "))
        }
        if let selfManagement {
            lines.append("What the person does alone: \(selfManagement)")
        }
        return lines.joined(separator: "\n")
    }

    func document(person: String, episode: String, by signer: Signer, credential: String?, at now: Int64) -> JSON {
        [
            "resourceType": "DocumentReference",
            "status": "current",
            "docStatus": "final",
            "type": CareCode.concept(CareCode.document, "closing-summary", "Closing summary: \(program)"),
            "subject": .reference("Patient/\(person)"),
            "date": .string(FHIRDate.instant(now)),
            "author": [.reference(signer.practitioner)],
            "authenticator": .reference(signer.practitioner),
            "content": [["attachment": PlainText.attachment(text, title: "Closing summary", at: now)]],
            "context": ["related": [.reference(episode)]],
        ]
    }

    /// The newest closing summary of an enrolment.
    package static func find(of enrollment: String, in record: PersonRecord) -> (text: String, at: Int64?)? {
        let found = record.all("DocumentReference").last { document in
            CareCode.code(document.root["type"], in: CareCode.document) == "closing-summary"
                && document.root.at("context")?.list("related")
                    .contains { $0.text("reference") == "EpisodeOfCare/\(enrollment)" } == true
        }
        return found.flatMap { document in
            PlainText.read(document.root.at("content", "attachment")).map {
                ($0, CareMoment.of(document.root.text("date")))
            }
        }
    }
}
