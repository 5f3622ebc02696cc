/// What the answers to one form come to.
package struct Screening: Sendable, Equatable {
    package enum Verdict: String, Sendable { case negative, positive, review }

    /// Name and version of the scoring rules, such as `phq-9 2001`; nil when the form is not scored.
    package let scoringVersion: String?
    /// The total in points; nil when a scored question is open, for a total is never estimated.
    package let total: Int?
    package let verdict: Verdict?
    /// What the total is called and asks for.
    package let band: Scoring.Band?
    /// Points a question, in the order of the form.
    package let items: [ItemScore]
    /// Scored questions that were left open, by link id.
    package let missing: [String]
    /// Scored questions that were left blank and count 0, as the rules of the form allow.
    package let blank: [String]
    /// Parts of the form with a score of their own; empty when there is no total.
    package let scales: [ScaleScore]
    /// Dangers to act on whatever the total. Looked for even when the form is incomplete or has errors.
    package let safety: [SafetyFlag]
    /// The form to give next.
    package let opens: String?
    /// What else a reader should know, in plain words.
    package let notes: [String]
    /// The LOINC code under which the result is told as positive or negative, beside the total; nil when it is neither.
    package let screen: String?
    /// Social needs that answers stand for.
    package let needs: [Need]
    /// What must be put right before the form can be kept.
    package let errors: [FieldError]

    /// Whether the form came to a result.
    package var isComplete: Bool { missing.isEmpty }

    package struct ItemScore: Sendable, Equatable {
        package let linkId: String
        package let points: Int
    }

    /// What the questions of one part come to.
    package struct ScaleScore: Sendable, Equatable {
        package let scale: Scoring.Scale
        package let points: Int
        package var isPositive: Bool { points >= scale.positive }
    }

    /// An answer that asks for action by itself.
    package struct SafetyFlag: Sendable, Equatable {
        /// The question; `total` when the total is meant.
        package let linkId: String
        package let question: String
        /// The answer as it was shown.
        package let answer: String
        package let points: Int
        /// What it asks for, and what the person sees at once.
        package let asks: SafetyKind

        /// `self-harm`.
        package var kind: String { asks.kind }
        /// How soon, such as `same day`.
        package var within: String { asks.within }
        /// What is to be done, in plain words.
        package var action: String { asks.action }
    }

    /// A social need, by the category code of the Gravity SDOH guide.
    package struct Need: Sendable, Equatable {
        package let category: String
        package let linkId: String
        package let question: String
        package let answer: String
    }
}
