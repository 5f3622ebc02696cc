import FHIR
package import Records

/// A correction that a person asks for, with what came of it. 45 CFR 164.526
///
/// Nothing in the record is overwritten: the request, the answer and a statement of disagreement are Communications beside
/// what they concern, tied together by a Task.
package struct Amendment: Sendable {
    package static let system = "urn:almoner:amendment"
    /// 45 CFR 164.526(b)(2)(i): the answer is due within 60 days.
    package static let days: Int64 = 60
    package static let reads: Set<String> = ["Communication", "Task"]

    enum Part: String {
        case request, answer, statement

        var title: String {
            switch self {
            case .request: "Request for a correction"
            case .answer: "Answer to a request for a correction"
            case .statement: "Statement of disagreement"
            }
        }
    }

    package enum State: String, Sendable {
        case open, accepted, denied
    }

    /// The Task.
    package let task: CareTask
    package let state: State
    /// Milliseconds since 1970.
    package let asked: Int64?
    /// What is wrong, and why, in the person's words.
    package let what: String
    package let why: String
    /// For example `Condition/5`.
    package let concerns: String?
    package let answer: String?
    package let answered: Int64?
    package let statement: String?

    /// Those of a person, newest first.
    /// - Parameter record: of the types of ``reads``.
    /// - Returns: requests with what came of them.
    package static func all(_ record: PersonRecord) -> [Amendment] {
        let said = record.all("Communication")
        return record.all("Task").map(CareTask.init).filter { $0.code == .amendment }
            .compactMap { Amendment($0, said) }.sorted { ($0.asked ?? 0) > ($1.asked ?? 0) }
    }

    private init?(_ task: CareTask, _ said: [Resource]) {
        guard let request = said.first(where: { $0.reference == task.focus }) else {
            return nil
        }
        let answer = Self.reply(.answer, to: request, among: said)
        let statement = answer.flatMap { Self.reply(.statement, to: $0, among: said) }
        self.task = task
        let outcome = task.resource.root.list("output").last?["valueCodeableConcept"]
        state = CareCode.code(outcome, in: Self.system).flatMap(State.init) ?? .open
        asked = CareMoment.of(request.root.text("sent"))
        let words = Self.words(request)
        what = words.first ?? ""
        why = words.dropFirst().first ?? ""
        concerns = request.root.text("about", "reference")
        self.answer = answer.map { Self.words($0).joined(separator: " ") }
        answered = answer.flatMap { CareMoment.of($0.root.text("sent")) }
        self.statement = statement.map { Self.words($0).joined(separator: " ") }
    }

    /// The reply of a kind to what was said before; nil for none.
    static func reply(_ part: Part, to before: Resource, among said: [Resource]) -> Resource? {
        said.first { reply in
            reply.root.list("inResponseTo").contains { $0.text("reference") == before.reference }
                && reply.root.list("category").contains { CareCode.code($0, in: system) == part.rawValue }
        }
    }

    private static func words(_ communication: Resource) -> [String] {
        communication.root.list("payload").compactMap { $0.text("contentString") }
    }

    /// What was said, as it is stored.
    static func communication(
        _ part: Part, person: String, from sender: String?, words: [String], about concerns: String? = nil,
        to before: String? = nil, labels: JSON?, at now: Int64
    ) -> JSON {
        .compact([
            "resourceType": "Communication",
            "meta": labels.map { ["security": $0] },
            "inResponseTo": before.map { [.reference($0)] },
            "status": "completed",
            "category": [CareCode.concept(system, part.rawValue, part.title)],
            "subject": .reference("Patient/\(person)"),
            "about": concerns.map { [.reference($0)] },
            "sent": .string(FHIRDate.instant(now)),
            "recipient": part == .answer ? [.reference("Patient/\(person)")] : nil,
            "sender": sender.map { .reference($0) },
            "payload": .array(words.map { ["contentString": .string($0)] }),
        ])
    }
}
