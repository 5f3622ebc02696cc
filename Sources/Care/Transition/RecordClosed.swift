package import Records

/// Closes a transition on day 30, from the board.
package struct RecordClosed: Sendable {
    package let episode: String

    package init(episode: String) {
        self.episode = episode
    }

    /// - Throws: ``NotNow`` before day 30.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let step = try TransitionStep(episode, change)
        guard let last = step.tasks.first(where: { $0.code == .day30 }), last.due ?? 0 <= change.now else {
            throw NotNow("The 30 days are not over yet.")
        }
        return try CloseTransition(step.episode, .completed).perform(in: change)
    }
}
