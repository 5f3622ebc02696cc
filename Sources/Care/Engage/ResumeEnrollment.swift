import FHIR
package import Records

/// Goes on with an enrolment that paused.
package struct ResumeEnrollment: Sendable {
    package let enrollment: String
    /// The version that was read.
    package let version: Int

    package init(enrollment: String, version: Int) {
        self.enrollment = enrollment
        self.version = version
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let (found, stored) = try Enrollment.get(enrollment, in: change)
        guard stored.version == version else {
            throw RecordsFailure.stale(current: stored)
        }
        guard found.status == .onhold else {
            throw NotNow("This enrolment does not pause.")
        }
        let record = try change.reader.person(found.person, ["Task"])
        for task in FinishTasks.open(record)
        where task.resource.root.list("identifier").contains(where: {
            $0.text("value")?.hasPrefix("\(found.person)/pause/\(stored.id)/") == true
        }) {
            try FinishTasks.end(task, as: "completed", why: "Goes on", in: change)
        }
        return try change.update(Enrollment.move(stored.value, to: .active, at: change.now), ifVersion: version)
    }
}
