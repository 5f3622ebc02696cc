import FHIR
package import Records

/// What the person or a caregiver proposes or says about the plan: a CarePlan whose intent is a proposal, with the answer of
/// the team as its note. Whoever may read the plan reads it.
package struct PlanProposal: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case goal
        case change
        case comment

        package var words: String {
            switch self {
            case .goal: "A new goal"
            case .change: "Something should change"
            case .comment: "Something to say about it"
            }
        }
    }

    package enum State: Sendable, Equatable {
        case open
        case accepted
        /// Taken up, in other words than proposed.
        case changed
        case declined
    }

    static let system = "urn:almoner:plan-proposal"

    package let resource: Resource
    package let kind: Kind
    /// In the words of who proposes.
    package let words: String
    /// The Goal that it is about; nil: the plan as a whole.
    package let about: String?
    /// `Patient/…` or `RelatedPerson/…`.
    package let author: String?
    package let authorName: String
    package let at: Int64
    package let state: State
    package let answer: String?

    /// Those of a person, the open ones first, then the newest.
    /// - Parameter record: of the type CarePlan.
    /// - Returns: the proposals with their answers.
    package static func all(_ record: PersonRecord) -> [PlanProposal] {
        record.all("CarePlan").compactMap { PlanProposal($0) }
            .sorted { ($0.state == .open ? 0 : 1, -$0.at) < ($1.state == .open ? 0 : 1, -$1.at) }
    }

    package init?(_ plan: Resource) {
        let root = plan.root
        guard root.text("intent") == "proposal",
            let kind = root.list("category").lazy.compactMap({ CareCode.code($0, in: Self.system) }).first
                .flatMap(Kind.init)
        else {
            return nil
        }
        resource = plan
        self.kind = kind
        words = root.text("description") ?? ""
        about = root.list("goal").first?.text("reference")
        author = root.text("author", "reference")
        authorName = root.text("author", "display") ?? "Somebody"
        at = CareMoment.of(root.text("created")) ?? plan.updated
        answer = root.list("note").last?.text("text")
        state =
            switch root.text("status") {
            case "draft": .open
            case "completed": CareCode.marks(root, "taken-up").isEmpty ? .accepted : .changed
            default: .declined
            }
    }
}
