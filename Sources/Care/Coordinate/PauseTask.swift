import Access
import FHIR
package import Records

/// Puts a task aside until a day. Never a safety item, and never past the due time of an urgent one: its clock runs on.
package struct PauseTask: Sendable {
    package let id: String
    /// The version that was read.
    package let version: Int?
    /// When it comes back, milliseconds since 1970.
    package let until: Int64?
    package let reason: String?

    package static let longest: Int64 = 90 * 86_400_000

    package init(id: String, version: Int?, until: Int64?, reason: String?) {
        self.id = id
        self.version = version
        self.until = until
        self.reason = reason
    }

    /// - Throws: ``NotNow`` for a safety item; ``FormProblems`` on `until` or `pause-reason`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let task = try CareTask.open(id, version: version, in: change)
        guard !task.isSafety else {
            throw NotNow("A safety item cannot be put aside. Acknowledge it with an outcome, or give it to someone.")
        }
        var problems = FormProblems([])
        if let fault = fault(task, now: change.now) {
            problems.all.append(.init("until", fault))
        }
        let reason = reason ?? ""
        if reason.isEmpty {
            problems.all.append(.init("pause-reason", "Say why it can wait."))
        } else if reason.count > TextLimit.line {
            problems.all.append(.init("pause-reason", "Use at most \(TextLimit.line) letters."))
        }
        try problems.check()
        return try task.store("Put aside by \(change.caller.name): \(reason)", in: change) { json in
            json["status"] = "on-hold"
            json.setRestriction("start", until)
            // A period cannot end before it starts (per-1): what is put off past its due time is due when it comes back.
            if let until, let due = task.due, until > due {
                json.setRestriction("end", until)
            }
        }
    }

    private func fault(_ task: CareTask, now: Int64) -> String? {
        guard let until, until > now else {
            return "Choose a day from tomorrow on."
        }
        guard until - now <= Self.longest else {
            return "Choose a day within 90 days."
        }
        if task.isUrgent, let due = task.due, until > due {
            return "This is urgent and cannot be put off past its due time."
        }
        return nil
    }
}
