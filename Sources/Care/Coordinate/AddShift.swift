import FHIR
package import Records

/// Puts someone on the duty roster. Only who may write Schedules may do it: a supervisor or an administrator.
package struct AddShift: Sendable {
    /// For example `Practitioner/ruth`.
    package let who: String?
    package let backup: String?
    /// Milliseconds since 1970; nil: not given, or no real time.
    package let from: Int64?
    package let until: Int64?

    package init(who: String?, backup: String?, from: Int64?, until: Int64?) {
        self.who = who
        self.backup = backup
        self.from = from
        self.until = until
    }

    /// - Throws: ``FormProblems`` when someone or a time is missing or the shift overlaps another.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var problems = FormProblems([])
        if try !Colleague.works(who, by: change.reader) {
            problems.all.append(.init("who", "Choose who is on duty."))
        }
        if backup == who, backup != nil {
            problems.all.append(.init("backup", "The backup must be someone else."))
        } else if backup != nil, try !Colleague.works(backup, by: change.reader) {
            problems.all.append(.init("backup", "Choose a backup from the list."))
        }
        if from == nil {
            problems.all.append(.init("from", "Say when the shift begins."))
        }
        if until == nil {
            problems.all.append(.init("until", "Say when the shift ends."))
        }
        try problems.check()
        guard let who, let from, let until else {
            throw problems
        }
        guard until > from else {
            throw FormProblems("until", "The shift must end after it begins.")
        }
        guard until > change.now else {
            throw FormProblems("until", "This shift is over already.")
        }
        guard until - from <= DutyRoster.longest else {
            throw FormProblems("until", "A shift is at most 31 days long.")
        }
        guard try DutyRoster.shifts(from: from, until: until, by: change.reader).isEmpty else {
            throw FormProblems("from", "Someone is on duty in this time already. Remove that shift first.")
        }
        return try change.create(
            Stretch.schedule(
                CareCode.concept(DutyRoster.system, DutyRoster.code), [who, backup], from: from, until: until))
    }
}
