import FHIR
package import Records

/// One file, looked through element by element. What whoever reviews may not see is not there, and counts as missing.
package struct ReviewFile: Sendable {
    package static let reads: Set<String> = [
        "Patient", "EpisodeOfCare", "Consent", "RiskAssessment", "ServiceRequest", "Encounter", "QuestionnaireResponse",
        "Goal", "CarePlan", "Task", "Appointment", "Communication",
    ]

    package let enrollment: Enrollment
    package let record: PersonRecord
    package let findings: [FileFinding]

    /// Reads a file.
    /// - Parameters:
    ///   - episode: the id of the EpisodeOfCare.
    ///   - rules: what is looked for.
    ///   - care: with the programmes and forms.
    ///   - reader: by which it is read, and audited.
    ///   - now: milliseconds since 1970.
    /// - Returns: nil when the episode is no enrolment, or is out of reach.
    /// - Throws: what the database reports.
    package static func read(
        _ episode: String, _ rules: ReviewRules, _ care: CareContent, by reader: Reader, at now: Int64
    ) throws -> ReviewFile? {
        guard let stored = try reader.find("EpisodeOfCare", episode), let enrollment = Enrollment(stored) else {
            return nil
        }
        let record: PersonRecord
        do {
            record = try reader.person(enrollment.person, reads)
        } catch RecordsFailure.notFound {
            return nil
        }
        let given = try GivenSheet.all(of: enrollment.person, by: reader)
        let evidence = FileEvidence(
            enrollment: enrollment, record: record, given: given,
            history: AssessmentHistory.of(record, library: care.instruments, now: now),
            program: care.programs[enrollment.program], now: now)
        return ReviewFile(
            enrollment: enrollment, record: record, findings: rules.elements.map(evidence.finding))
    }
}

/// All of a file that elements are judged by.
struct FileEvidence {
    let enrollment: Enrollment
    let record: PersonRecord
    let given: [GivenSheet]
    let history: AssessmentHistory
    let program: Program?
    let now: Int64

    private static let day: Int64 = 86_400_000

    private var start: Int64 { enrollment.start ?? 0 }
    /// Until when the file is judged.
    private var end: Int64 { min(enrollment.end ?? now, now) }

    /// Something that was found, before its clock is looked at.
    struct Found {
        var words: String
        var at: Int64?
        var place: FileFinding.Place?
    }

    func finding(_ element: ReviewRules.Element) -> FileFinding {
        func finding(_ outcome: FileFinding.Outcome, _ words: String, _ found: Found? = nil) -> FileFinding {
            FileFinding(
                element: element, outcome: outcome, words: words, at: found?.at, place: found?.place)
        }
        if element.evidence == .closing, enrollment.isOpen { return finding(.notYet, "The file is open.") }
        let days = element.clock?.days(of: program)
        let due = days.map { start + Int64($0) * Self.day }
        switch look(element) {
        case .success(let found):
            if let due, let at = found.at, at > due {
                return finding(.late, "\(found.words). It was due within \(days ?? 0) days.", found)
            }
            return finding(.found, found.words, found)
        case .failure(let gap):
            if let due, due > end, enrollment.isOpen { return finding(.notYet, "Not due yet.") }
            return finding(.missing, gap.words)
        }
    }

    struct Gap: Error {
        let words: String
    }

    private func look(_ element: ReviewRules.Element) -> Result<Found, Gap> {
        func found(_ found: Found?, or gap: String) -> Result<Found, Gap> {
            found.map { .success($0) } ?? .failure(Gap(words: gap))
        }
        return switch element.evidence {
        case .identified: found(identified, or: "No score, referral or reason is on file.")
        case .consent: found(consent, or: "No yes to this programme is on file.")
        case .contact: found(contacts.first, or: "No contact since enrolment.")
        case .assessmentBegun: found(intake(complete: false), or: "No intake was begun.")
        case .assessmentComplete: found(intake(complete: true), or: "No intake was handed in.")
        case .conclusions: conclusions
        case .goals: goals
        case .schedule: found(schedule, or: "Nothing says when the next contact is.")
        case .selfManagement: found(selfManagement, or: "The plan has no words for the person.")
        case .saidBack: found(saidBack, or: "No sheet was given and said back right.")
        case .sheet: found(sheet(element.sheet), or: "The sheet was not given.")
        case .followUp: followUp
        case .closing: found(closing, or: "No reason is on file.")
        }
    }

    private var identified: Found? {
        let referral = record.all("ServiceRequest").first.map { request in
            Found(
                words: "Referral on file",
                at: CareMoment.of(request.root.text("authoredOn")) ?? request.updated, place: .summary)
        }
        let risk = record.all("RiskAssessment").last.map { risk in
            Found(
                words: "Risk score on file",
                at: CareMoment.of(risk.root.text("occurrenceDateTime")) ?? risk.updated, place: .summary)
        }
        let reason = enrollment.history.lazy.compactMap(\.reason).first.map {
            Found(words: "Reason: \($0)", at: enrollment.start, place: .engage)
        }
        return reason ?? referral ?? risk
    }

    private var consent: Found? {
        let yes = ConsentLedger(record).entries.filter { entry in
            entry.kind == .program && !entry.isRefusal && entry.isActive
                && (entry.program == nil || entry.program == enrollment.program)
        }
        return yes.last.map { entry in
            let text = entry.textRead.map { ", text \($0)" } ?? ""
            return Found(words: "Yes on file\(text)", at: entry.given, place: .engage)
        }
    }

    /// Contacts since enrolment, the first one first.
    private var contacts: [Found] {
        record.all("Encounter").compactMap { encounter in
            guard encounter.root.text("status") == "finished", TransitionEvents.isContact(encounter.root),
                let at = CareMoment.of(encounter.root.text("period", "start")), at >= start, at <= end
            else { return nil }
            return Found(words: "Contact", at: at, place: .contact(encounter.id))
        }.sorted { ($0.at ?? 0) < ($1.at ?? 0) }
    }

    /// The first intake since enrolment; else the last one before it, when it was still in date.
    private func intakeEntry(complete: Bool) -> AssessmentHistory.Entry? {
        let all = history.entries.filter { $0.instrument.isIntake && !(complete && $0.isDraft) && $0.at <= end }
        let before = all.first { $0.at < start }
        let inDate = before.flatMap { entry in
            program.map { start - entry.at <= Int64($0.reassessDays) * Self.day } == true ? entry : nil
        }
        return all.last { $0.at >= start } ?? inDate
    }

    private func intake(complete: Bool) -> Found? {
        intakeEntry(complete: complete).map { entry in
            let state = entry.isDraft ? "begun" : entry.at < start ? "handed in before enrolment" : "handed in"
            return Found(
                words: "\(entry.instrument.short): \(state)", at: entry.at,
                place: .assessment(form: entry.instrument.name, response: entry.response.id))
        }
    }

    private var conclusions: Result<Found, Gap> {
        guard let entry = intakeEntry(complete: false) else { return .failure(Gap(words: "No intake was begun.")) }
        let all = entry.instrument.conclusions(entry.answers)
        let open = all.filter { $0.outcome == .open || $0.outcome == .both }
        guard !all.isEmpty, open.isEmpty else {
            let names = open.map(\.title).joined(separator: ", ")
            return .failure(
                Gap(words: "\(all.count - open.count) of \(all.count) domains. Open: \(names.isEmpty ? "all" : names).")
            )
        }
        return .success(
            Found(
                words: "\(all.count) of \(all.count) domains", at: entry.at,
                place: .assessment(form: entry.instrument.name, response: entry.response.id)))
    }

    private var ownPlan: Resource? { record.all("CarePlan").last(where: PlanMark.isOurs) }

    private var goals: Result<Found, Gap> {
        let wanted = Set((ownPlan?.root.list("goal") ?? []).compactMap { $0.text("reference") })
        let goals = record.all("Goal").filter { wanted.contains($0.reference) }.map(PlanGoal.init).filter { goal in
            !["cancelled", "rejected", "entered-in-error"].contains(goal.resource.root.text("lifecycleStatus"))
        }
        guard !goals.isEmpty else { return .failure(Gap(words: "The plan has no goals.")) }
        let ranked = goals.count { $0.importance != nil || $0.resource.root["priority"] != nil }
        guard ranked == goals.count else {
            return .failure(Gap(words: "\(ranked) of \(goals.count) goals say how important they are."))
        }
        let last = goals.map(\.resource.updated).max()
        return .success(Found(words: "\(ranked) of \(goals.count) goals", at: last, place: .plan))
    }

    private var schedule: Found? {
        let rhythm = record.all("Task").first { task in
            StepDetails(task.root).everyDays != nil && (CareMoment.of(task.root.text("authoredOn")) ?? 0) <= end
        }
        let next = record.all("Task").last { $0.root.codes("code").contains(TaskCode.nextContact.rawValue) }
        let visit = record.all("Appointment").last { ["booked", "pending"].contains($0.root.text("status")) }
        if let rhythm, let every = StepDetails(rhythm.root).everyDays {
            return Found(
                words: "\(PlanStep(rhythm).title), every \(every) days",
                at: CareMoment.of(rhythm.root.text("authoredOn")), place: .plan)
        }
        return (next ?? visit).map { resource in
            Found(
                words: resource.type == "Task" ? "Next contact is set" : "A visit is booked",
                at: CareMoment.of(resource.root.text("authoredOn")) ?? resource.updated, place: .summary)
        }
    }

    private var selfManagement: Found? {
        let steps = record.all("Task").filter { task in
            StepDetails(task.root).personWords != nil && task.root.text("status") != "entered-in-error"
        }
        let first = steps.compactMap { CareMoment.of($0.root.text("authoredOn")) }.min()
        return steps.isEmpty ? nil : Found(words: "\(steps.count) steps in plain words", at: first, place: .plan)
    }

    private var saidBack: Found? {
        let right = given.flatMap { sheet in
            sheet.saidBack.filter { $0.result == .right }.map { (sheet.text.title, $0.at) }
        }.filter { ($0.1 ?? 0) >= start }
        return right.min { ($0.1 ?? 0) < ($1.1 ?? 0) }.map {
            Found(words: $0.0, at: $0.1, place: .education)
        }
    }

    private func sheet(_ id: String?) -> Found? {
        given.last { $0.sheet == id }.map { sheet in
            Found(words: "\(sheet.text.title), version \(sheet.version)", at: sheet.at, place: .education)
        }
    }

    /// The longest time without a contact, from enrolment until the end of the file or now.
    private var followUp: Result<Found, Gap> {
        guard let rhythm = program?.contactEveryDays else { return .failure(Gap(words: "The programme is not known.")) }
        let moments = [start] + contacts.compactMap(\.at) + [end]
        let gap = zip(moments, moments.dropFirst()).map { $1 - $0 }.max() ?? 0
        let days = Int(gap / Self.day)
        guard days <= rhythm else {
            return .failure(Gap(words: "\(days) days without a contact; the rhythm is \(rhythm)."))
        }
        let last = contacts.last
        return .success(
            Found(words: "At most \(days) days between contacts", at: last?.at ?? start, place: last?.place ?? .summary)
        )
    }

    private var closing: Found? {
        enrollment.reason.map { Found(words: $0, at: enrollment.end, place: .graduate) }
    }
}
