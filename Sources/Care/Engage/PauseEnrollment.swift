import FHIR
package import Records

/// Lets an enrolment rest for a while, with a reason; a task asks when the time is over.
package struct PauseEnrollment: Sendable {
    package let enrollment: String
    /// The version that was read.
    package let version: Int
    package let reason: String
    /// When to look again, milliseconds since 1970.
    package let until: Int64?

    package init(enrollment: String, version: Int, reason: String, until: Int64?) {
        self.enrollment = enrollment
        self.version = version
        self.reason = reason
        self.until = until
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var problems = FormProblems([])
        if reason.isEmpty {
            problems.all.append(.init("reason", "Say why it pauses."))
        } else if reason.utf8.count > TextLimit.note {
            problems.all.append(.init("reason", "Keep this below \(TextLimit.note) characters."))
        }
        if until.map({ $0 <= change.now }) ?? true {
            problems.all.append(.init("until", "Choose the day to look again: a day to come."))
        }
        try problems.check()
        let (found, stored) = try Enrollment.get(enrollment, in: change)
        guard stored.version == version else {
            throw RecordsFailure.stale(current: stored)
        }
        guard found.status == .active else {
            throw NotNow("Only an active enrolment can pause.")
        }
        let json = Enrollment.move(stored.value, to: .onhold, at: change.now, reason: ["text": .string(reason)])
        let written = try change.update(json, ifVersion: version)
        try OpenTask(
            .followUp, person: found.person, title: "Paused: look whether to go on", why: reason,
            owner: found.careManager, due: until, basedOn: stored.reference,
            key: "\(found.person)/pause/\(stored.id)/\(written.version)"
        ).perform(in: change)
        return written
    }
}
