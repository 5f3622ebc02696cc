import Access
package import FHIR
package import Records

/// Makes what a result asks for: a task, a goal or step of the plan, a form to be asked, a programme to be offered, a need that is
/// written down. The decision is kept, so that a second press makes nothing twice.
package struct AcceptOffer: Sendable {
    /// The id of the Patient.
    package let person: String
    /// The id of the QuestionnaireResponse.
    package let response: String
    /// As ``Offer/id``.
    package let offer: String
    /// What it is called instead; nil: as it was offered.
    package let title: String?
    /// The day until which, instead, as typed: `yyyy-mm-dd`.
    package let due: String?
    package let care: CareContent
    package let days: SiteDays

    package init(
        person: String, response: String, offer: String, title: String? = nil, due: String? = nil, care: CareContent,
        days: SiteDays
    ) {
        self.person = person
        self.response = response
        self.offer = offer
        self.title = title
        self.due = due
        self.care = care
        self.days = days
    }

    /// - Returns: what was made, `Task/5`; nil when it was there already.
    /// - Throws: ``FormProblems`` on `title` or `due`; ``NotNow`` when the result does not ask for it, or it was declined.
    @discardableResult
    package func perform(in change: Change) throws -> String? {
        let (entry, asked) = try Self.find(
            offer, of: response, person: person, care: care, today: days.today, in: change)
        if let decision = asked.decision {
            guard decision.answer != .declined else {
                throw NotNow("This was declined already.")
            }
            return decision.made
        }
        var checks = PlanChecks()
        let isChanged = title != nil || due != nil
        let newTitle = try changed(title, by: &checks)
        let newDue = due.flatMap { checks.day("due", $0, from: days.today, missing: nil) }
        try checks.finish()
        guard !isChanged || asked.offer.what.canChange else {
            throw NotNow("This is accepted or declined as it is.")
        }
        let made = try make(asked, entry, newTitle ?? asked.title, newDue ?? asked.due, isChanged, in: change)
        try OfferDecision.keep(
            asked, of: entry, person: person, answer: isChanged ? .changed : .accepted, title: newTitle, made: made,
            in: change)
        return made
    }

    private func changed(_ title: String?, by checks: inout PlanChecks) throws -> String? {
        title.map { checks.text("title", $0, most: TextLimit.line, missing: "Write what is to be done.") }
    }

    private func make(
        _ asked: OpenOffer, _ entry: AssessmentHistory.Entry, _ title: String, _ due: CalendarDay?, _ isChanged: Bool,
        in change: Change
    ) throws -> String? {
        switch asked.offer.what {
        case .task:
            return try task(.followUp, title, asked, entry, due: due, in: change)
        case .programme:
            return try task(.followUp, title, asked, entry, due: days.today.adding(days: 7), in: change)
        case .instrument(let name):
            guard let form = care.instruments[name] else {
                throw NotNow("The wording of this form is not here.")
            }
            return try task(.assessment, title, asked, entry, due: days.today, form: form.url, in: change)
        case .need(let category):
            return try RecordNeeds.record(
                [category], person: person, of: entry, evidence: { _ in ["\(entry.response.id)-total"] }, in: change
            ).first?.reference
        case .goal(let pack, let item):
            return try fromLibrary(pack, .goal, item, asked, entry, title, due, isChanged, in: change)
        case .step(let pack, let item):
            return try fromLibrary(pack, .step, item, asked, entry, title, due, isChanged, in: change)
        }
    }

    private func task(
        _ code: TaskCode, _ title: String, _ asked: OpenOffer, _ entry: AssessmentHistory.Entry, due: CalendarDay?,
        form: String? = nil, in change: Change
    ) throws -> String {
        let labels = entry.labels.compactMap { change.label($0)?.coding }
        return try OpenTask(
            code, person: person, title: title, why: asked.because, owner: change.caller.practitioner,
            due: due.map(days.end), focus: entry.response.reference,
            key: "\(person)/\(asked.offer.id)/\(entry.response.id)", form: form,
            labels: labels.isEmpty ? nil : .array(labels)
        ).perform(in: change).reference
    }

    /// By the verb that takes goals and steps into the plan; what was changed is changed in what it made.
    private func fromLibrary(
        _ pack: String, _ kind: AddFromLibrary.Kind, _ item: String, _ asked: OpenOffer,
        _ entry: AssessmentHistory.Entry, _ title: String, _ due: CalendarDay?, _ isChanged: Bool, in change: Change
    ) throws -> String? {
        guard let pack = care.plans[pack] else {
            throw NotNow("This is no longer in the library of plans.")
        }
        let type = kind == .goal ? "Goal" : "Task"
        let before = try change.reader.person(person, ["CarePlan", type])
        let known = Set(before.all(type).map(\.id))
        do {
            try AddFromLibrary(
                person: person, version: PlanMark.current(before)?.version ?? 0,
                items: [AddFromLibrary.item(pack, kind, item)], library: care.plans, today: days.today,
                endOfDay: days.end
            ).perform(in: change)
        } catch let problems as FormProblems where problems.all.map(\.field) == ["library"] {
            return nil
        }
        guard
            let made = try change.reader.person(person, [type]).all(type).first(where: { !known.contains($0.id) })
        else {
            return nil
        }
        let labels = entry.labels
        guard isChanged || !labels.isEmpty else {
            return made.reference
        }
        var json = made.value
        if isChanged, kind == .goal {
            json["description"] = ["text": .string(title)]
            if let due, var target = json["target"]?.array.first {
                target["dueDate"] = .string(due.text)
                json["target"] = [target]
            }
        } else if isChanged {
            var code = json["code"] ?? [:]
            code["text"] = .string(title)
            json["code"] = code
            json.setRestriction("end", due.map(days.end))
        }
        let next = json.labelled(labels, in: change)
        return next == made.value ? made.reference : try change.update(next, ifVersion: made.version).reference
    }

    /// The result and what it asks for.
    /// - Throws: ``RecordsFailure/notFound(type:id:)``; ``NotNow`` when the result does not ask for it.
    static func find(
        _ offer: String, of response: String, person: String, care: CareContent, today: CalendarDay, in change: Change
    ) throws -> (AssessmentHistory.Entry, OpenOffer) {
        let record = try change.reader.person(person, ["QuestionnaireResponse", "Task", "Patient"])
        let who = AssessedPerson(record.patient, now: change.now)
        guard let source = record.all("QuestionnaireResponse").first(where: { $0.id == response }),
            let entry = AssessmentHistory.Entry(source, library: care.instruments, person: who), !entry.isDraft
        else { throw RecordsFailure.notFound(type: "QuestionnaireResponse", id: response) }
        guard
            let asked = OpenOffer.all(for: entry, record: record, care: care, today: today)
                .first(where: { $0.offer.id == offer })
        else { throw NotNow("This result does not ask for that any more.") }
        return (entry, asked)
    }
}
