/// How one domain of a whole-person intake ended.
package struct DomainConclusion: Sendable, Equatable {
    package enum Outcome: Sendable, Equatable {
        /// What was concluded, in the words written.
        case concluded(String)
        /// Why it was not done, in the words written.
        case notDone(String)
        /// Neither was written.
        case open
        /// Both were written, so nobody can tell which holds.
        case both
    }
    /// The domain's code, such as `medicines`.
    package let domain: String
    /// What people call it.
    package let title: String
    package let outcome: Outcome
}

extension Instrument {
    /// How each domain ended, in the order of the form. A score is no conclusion: someone has to write one.
    package func conclusions(_ answers: Answers) -> [DomainConclusion] {
        domains.compactMap { group in
            guard let domain = group.domain else { return nil }
            let concluded = group.written(.conclusion, answers)
            let notDone = group.written(.notDone, answers)
            let outcome: DomainConclusion.Outcome =
                switch (concluded, notDone) {
                case (let words?, nil): .concluded(words)
                case (nil, let words?): .notDone(words)
                case (nil, nil): .open
                case (_?, _?): .both
                }
            return DomainConclusion(domain: domain, title: group.text, outcome: outcome)
        }
    }

    /// An error for each domain that has neither or both of conclusion and "not done, because".
    func missingConclusions(_ answers: Answers) -> [FieldError] {
        zip(domains, conclusions(answers)).compactMap { group, conclusion in
            guard let field = group.items.first(where: { $0.part == .conclusion })?.linkId else { return nil }
            return switch conclusion.outcome {
            case .concluded, .notDone: nil
            case .open:
                FieldError(linkId: field, message: "\(group.text): write what you conclude, or why it was not done.")
            case .both:
                FieldError(linkId: field, message: "\(group.text): keep the conclusion or the reason, not both.")
            }
        }
    }
}

extension Instrument.Item {
    fileprivate func written(_ part: Part, _ answers: Answers) -> String? {
        guard let linkId = items.first(where: { $0.part == part })?.linkId,
            case .text(let words)? = answers[linkId]?.first(where: { !$0.isBlank })
        else { return nil }
        return words
    }
}
