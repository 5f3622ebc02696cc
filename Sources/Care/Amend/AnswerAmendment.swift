import Access
import FHIR
package import Records

/// Why a correction may be denied: no other reason will do. 45 CFR 164.526(a)(2)
package enum DenialGround: String, Sendable, CaseIterable {
    case accurate
    case notOurs = "not-ours"
    case notOfRecord = "not-of-record"
    case notOpen = "not-open"

    package var words: String {
        switch self {
        case .accurate: "The record is right and complete as it is."
        case .notOurs: "We did not write this part, and whoever wrote it can still correct it."
        case .notOfRecord: "This is not part of the record that is used to decide about the person."
        case .notOpen: "This is a part that the law does not open, such as notes of therapy."
        }
    }
}

/// The team answers a request for a correction: accepted, with what was changed, or denied, with the reason. Either is
/// appended, and the request stays as it was.
package struct AnswerAmendment: Sendable {
    package let task: String
    /// The version that was read.
    package let version: Int?
    package let isAccepted: Bool?
    package let ground: DenialGround?
    /// What was changed, or more about why not; the person reads it.
    package let words: String

    package init(task: String, version: Int?, isAccepted: Bool?, ground: DenialGround?, words: String?) {
        self.task = task
        self.version = version
        self.isAccepted = isAccepted
        self.ground = ground
        self.words = words ?? ""
    }

    /// - Throws: ``FormProblems`` on `decision`, `ground` or `answer`; ``NotNow`` when it is answered already.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let task = try CareTask.open(task, version: version, in: change)
        guard task.code == .amendment, let person = task.person,
            let request = try change.reader.find(reference: task.focus)
        else {
            throw NotNow("This is not a request for a correction.")
        }
        guard let isAccepted else {
            throw FormProblems("decision", "Choose whether it is accepted.")
        }
        if !isAccepted, ground == nil {
            throw FormProblems("ground", "Choose why it is denied. The law knows no other reasons.")
        }
        guard !words.isEmpty else {
            throw FormProblems("answer", "Write what the person is to read.")
        }
        guard words.utf8.count <= TextLimit.note else {
            throw FormProblems("answer", "Keep this below \(TextLimit.note) letters.")
        }
        try change.create(
            Amendment.communication(
                .answer, person: person, from: change.caller.practitioner,
                words: [isAccepted ? nil : ground?.words, words].compactMap(\.self),
                about: request.root.text("about", "reference"), to: request.reference,
                labels: request.root.at("meta")?["security"]?.value, at: change.now))
        let state: Amendment.State = isAccepted ? .accepted : .denied
        let said = isAccepted ? "Accepted" : "Denied"
        return try task.store("\(said), \(change.caller.name). \(words)", in: change) { json in
            json["status"] = "completed"
            json.addOutcome(Amendment.system, state.rawValue, said)
            json.end(at: change.now)
        }
    }
}
