import FHIR
package import Records

/// Closes an enrolment with one of the closing reasons, writes the closing summary, and settles what is still open.
package struct CloseEpisode: Sendable {
    package let enrollment: String
    /// The version that was read.
    package let version: Int
    package let reason: ProgramReasons.ClosingReason
    /// What the reason asks for: why, who takes over, what the person was told.
    package var words: String?
    /// What the person can do alone and whom to call.
    package var selfManagement: String?
    /// Open tasks that stay; the others are cancelled.
    package var keep: Set<String> = []
    /// For `died`: the day, `yyyy-mm-dd`, when it is known.
    package var died: String?
    package let care: CareContent
    package let by: Signer

    package init(
        enrollment: String, version: Int, reason: ProgramReasons.ClosingReason, words: String? = nil,
        care: CareContent, by: Signer
    ) {
        self.enrollment = enrollment
        self.version = version
        self.reason = reason
        self.words = words
        self.care = care
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let (found, stored) = try Enrollment.get(enrollment, in: change)
        guard stored.version == version else {
            throw RecordsFailure.stale(current: stored)
        }
        guard found.isOpen else {
            throw NotNow("This enrolment is closed already.")
        }
        let program = care.programs[found.program, on: FHIRDate.day(change.now)]
        let record = try change.reader.person(found.person, KnownFacts.reads(care))
        let readiness = program.map { Readiness(record, program: $0, care: care, at: change.now) }
        try check(readiness, at: change.now)
        let settled = reason.stopsEverything ? [] : try settleTasks(record, in: change)
        var json = Enrollment.move(
            stored.value, to: .finished, at: change.now,
            reason: CareCode.concept(
                CareCode.reason, reason.code, [reason.words, words].compactMap { $0 }.joined(separator: ": ")))
        json["period"] = .compact([
            "start": json["period"]?["start"], "end": .string(FHIRDate.instant(change.now)),
        ])
        let closed = try change.update(json, ifVersion: version)
        let summary = ClosingSummary(
            program: program?.title ?? found.program, reason: reason.words, words: words,
            selfManagement: selfManagement, readiness: readiness, goals: ClosingSummary.goals(record),
            settled: settled)
        try change.create(
            summary.document(
                person: found.person, episode: closed.reference, by: by,
                credential: try by.credential(by: change.reader), at: change.now))
        if reason.stopsEverything {
            try recordDeath(found.person, in: change)
        } else if reason.afterCare, let program {
            try openAfterCare(found, program, in: change)
        }
        return closed
    }

    private func check(_ readiness: Readiness?, at now: Int64) throws {
        var problems = FormProblems([])
        if reason.asks != nil, words == nil {
            problems.all.append(.init("words", "\(reason.words): \(reason.asks ?? "")."))
        }
        if reason.checksExit, readiness?.verdict != .met, words == nil {
            problems.all.append(
                .init("words", "Not all exit criteria are met. Say why it closes as \(reason.words.lowercased())."))
        }
        for (field, text) in [("words", words), ("self-management", selfManagement)]
        where (text?.utf8.count ?? 0) > TextLimit.note {
            problems.all.append(.init(field, "Keep this below \(TextLimit.note) characters."))
        }
        if let died {
            let day = CalendarDay(died)
            if day == nil || day.map({ FHIRDate.millis($0) > now }) == true {
                problems.all.append(.init("died", "Give a day that exists and has been."))
            }
        }
        try problems.check()
    }

    /// Cancels what is not kept. Safety items always stay, and corrections that were asked for: they end only with an outcome.
    private func settleTasks(_ record: PersonRecord, in change: Change) throws -> [ClosingSummary.Settled] {
        try FinishTasks.open(record).map { task in
            let stays = keep.contains(task.id) || task.hasOwnEnd
            if !stays {
                try FinishTasks.end(task, as: "cancelled", why: "Closed: \(reason.words)", in: change)
            }
            return ClosingSummary.Settled(title: task.title, isKept: stays)
        }
    }

    private func recordDeath(_ person: String, in change: Change) throws {
        let patient = try change.reader.get("Patient", person)
        if !KnownFacts.isDeceased(patient.root) {
            var json = patient.value
            if let died {
                json["deceasedDateTime"] = .string(died)
                json["deceasedBoolean"] = nil
            } else {
                json["deceasedBoolean"] = true
            }
            try change.update(json, ifVersion: patient.version)
        }
        try StopForDeath(person: person).perform(in: change)
    }

    private func openAfterCare(_ found: Enrollment, _ program: Program, in change: Change) throws {
        try OpenTask(
            .followUp, person: found.person, title: "After-care check: how is it going alone?",
            why: "Graduated from \(program.title)", owner: found.careManager ?? by.practitioner,
            due: change.now + Int64(program.afterCareDays) * 86_400_000, basedOn: "EpisodeOfCare/\(enrollment)",
            key: "\(found.person)/after-care/\(enrollment)/\(version)"
        ).perform(in: change)
    }
}
