import FHIR
package import Records

/// Closes a transition on day 30 with its conclusion: how it went.
package struct RecordClosed: Sendable {
    package let episode: String
    /// A code of the plan's conclusions.
    package let conclusion: String?
    package let note: String?
    package let plan: TransitionPlan

    package init(episode: String, conclusion: String?, note: String? = nil, plan: TransitionPlan) {
        self.episode = episode
        self.conclusion = conclusion
        self.note = note
        self.plan = plan
    }

    /// - Throws: ``NotNow`` before day 30; ``FormProblems`` on `conclusion`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let step = try TransitionStep(episode, change)
        guard Self.isOver(step.episode, step.tasks, at: change.now) else {
            throw NotNow("The 30 days are not over yet.")
        }
        guard let chosen = plan.conclusions.first(where: { $0.code == conclusion }) else {
            throw FormProblems("conclusion", "Choose how it went.")
        }
        return try CloseTransition(
            step.episode, .completed, conclusion: .init(code: chosen.code, words: chosen.words, note: note)
        ).perform(in: change)
    }

    /// Whether the 30 days are over, by the clock of the last step.
    private static func isOver(_ episode: TransitionEpisode, _ tasks: [TransitionTask], at now: Int64) -> Bool {
        let start = episode.resource.root.text("period", "start").flatMap { FHIRDate($0)?.low }
        let due = tasks.first { $0.code == .day30 }?.due ?? start.map { $0 + TransitionRules.length }
        return due ?? 0 <= now
    }
}
