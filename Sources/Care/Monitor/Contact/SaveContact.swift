import FHIR
package import Records

/// The one save of a contact: note signed, answers, tasks, time and the next contact, all or nothing.
package struct SaveContact: Sendable {
    /// A task that came out of the talk.
    package struct FollowUp: Sendable {
        package let title: String
        package let due: Int64?

        package init(title: String, due: Int64?) {
            self.title = title
            self.due = due
        }
    }

    package let encounter: String
    package var note: String
    /// The version of the draft that was read; 0: there was none.
    package var version: Int
    package var teachBack: String?
    package var nextContact: Int64?
    /// Why there is no next contact.
    package var noNextBecause: String?
    package var followUps: [FollowUp] = []
    /// Short forms that were asked, by name.
    package var answers: [String: Answers] = [:]
    /// Open tasks that this contact did.
    package var doneTasks: [String] = []
    package var minutes: Int?
    package var minutesReason: String?
    /// Name and birth date were compared once more.
    package var confirmed: Bool
    package let by: Signer
    package let instruments: InstrumentLibrary
    package let days: SiteDays

    package init(
        encounter: String, note: String, version: Int, confirmed: Bool, by: Signer, instruments: InstrumentLibrary,
        days: SiteDays
    ) {
        self.encounter = encounter
        self.note = note
        self.version = version
        self.confirmed = confirmed
        self.by = by
        self.instruments = instruments
        self.days = days
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let (contact, stored) = try Contact.get(encounter, by: change.reader)
        let noteID = ContactNote.id(of: encounter)
        guard contact.isOpen else {
            if let signed = try change.reader.find("DocumentReference", noteID) {
                throw RecordsFailure.stale(current: signed)
            }
            throw NotNow("This contact is closed.")
        }
        try check(at: change.now)
        let licence = try Licence(of: change)
        guard licence.standing != .expired else {
            throw NotNow("Your licence on file has ended, so you cannot sign. Ask your supervisor to renew it on file.")
        }
        let credential = try by.credential(by: change.reader)
        let document = ContactNote.document(
            contact, text: wholeNote, final: true, by: by, credential: credential, at: change.now)
        let note = try ContactNote.store(
            document.labelled(contact.label, in: change), id: noteID, over: version, in: change)
        try licence.askForReview(of: note, "note of a contact", person: contact.person, in: change)
        try storeAnswers(contact, in: change)
        try closeTasks(contact, in: change)
        try openTasks(contact, in: change)
        return try close(stored, contact, in: change)
    }

    private func check(at now: Int64) throws {
        var problems = FormProblems([])
        func limit(_ field: String, _ text: String?, _ most: Int) {
            if (text?.utf8.count ?? 0) > most {
                problems.all.append(.init(field, "Keep this below \(most) characters."))
            }
        }
        if note.isEmpty {
            problems.all.append(.init("note", "Write what was talked about."))
        }
        limit("note", note, TextLimit.note)
        limit("teach-back", teachBack, TextLimit.note)
        limit("no-next", noNextBecause, TextLimit.line)
        if nextContact == nil, noNextBecause == nil {
            problems.all.append(.init("next", "Say when you talk next, or below why not."))
        }
        if let nextContact, nextContact <= now {
            problems.all.append(.init("next", "Choose a day to come."))
        }
        for (place, followUp) in followUps.enumerated() {
            limit("task-\(place + 1)", followUp.title, TextLimit.line)
        }
        if minutes != nil, minutesReason == nil {
            problems.all.append(.init("minutes-reason", "Say why the minutes change."))
        }
        for (name, given) in answers.sorted(by: { $0.key < $1.key }) {
            guard let instrument = instruments[name] else {
                continue
            }
            for error in instrument.check(given) {
                problems.all.append(.init("\(name).\(error.linkId)", error.message))
            }
        }
        if !confirmed {
            problems.all.append(.init("confirm", "Compare name and birth date once more, and tick this."))
        }
        try problems.check()
    }

    private var wholeNote: String {
        var parts = [note]
        if let teachBack {
            parts.append("Said back in own words: \(teachBack)")
        }
        if let noNextBecause, nextContact == nil {
            parts.append("No next contact: \(noNextBecause)")
        }
        return parts.joined(separator: "\n\n")
    }

    /// A short form that was answered in part is kept as a draft.
    private func storeAnswers(_ contact: Contact, in change: Change) throws {
        for (name, given) in answers.sorted(by: { $0.key < $1.key }) {
            guard let instrument = instruments[name], !instrument.kept(given).isEmpty else {
                continue
            }
            _ = try SubmitAssessment(
                person: contact.person, instrument: instrument, answers: given, id: change.mintID(), version: nil,
                closing: instrument.score(given).missing.isEmpty,
                encounter: "Encounter/\(encounter)", source: contact.caregiver,
                isConfidential: contact.isConfidential, library: instruments
            ).perform(in: change)
        }
    }

    private func closeTasks(_ contact: Contact, in change: Change) throws {
        guard !doneTasks.isEmpty else {
            return
        }
        for task in FinishTasks.open(try change.reader.person(contact.person, ["Task"]))
        where doneTasks.contains(task.id) && !task.hasOwnEnd {
            try FinishTasks.end(task, as: "completed", encounter: "Encounter/\(encounter)", in: change)
            try OpenNextStep(days: days).perform(after: task.resource, in: change)
        }
    }

    private func openTasks(_ contact: Contact, in change: Change) throws {
        if let nextContact {
            // A contact that was planned for later gives way to the one that was agreed now.
            try FinishTasks.end(
                [.nextContact], of: contact.person, as: "cancelled", why: "Another time was agreed", in: change)
            try OpenTask(
                .nextContact, person: contact.person, title: "Next contact", why: "Agreed in the last contact",
                owner: by.practitioner, due: nextContact, basedOn: "Encounter/\(encounter)",
                key: "\(contact.person)/next-contact/\(encounter)"
            ).perform(in: change)
        }
        for (place, followUp) in followUps.enumerated() {
            try OpenTask(
                .followUp, person: contact.person, title: followUp.title, why: "From the contact",
                owner: by.practitioner, due: followUp.due, basedOn: "Encounter/\(encounter)",
                key: "\(contact.person)/contact/\(encounter)/\(place)"
            ).perform(in: change)
        }
    }

    private func close(_ stored: Resource, _ contact: Contact, in change: Change) throws -> Resource {
        var json = ContactTime.stop(stored.value, at: change.now)
        let measured = contact.time.minutes(at: change.now)
        json["status"] = "finished"
        json["period"] = .compact([
            "start": json["period"]?["start"], "end": .string(FHIRDate.instant(change.now)),
        ])
        json = CorrectMinutes.length(json, measured)
        if let minutes, minutes != measured {
            json = try CorrectMinutes(encounter: encounter, minutes: minutes, reason: minutesReason ?? "", by: by)
                .apply(to: json, original: measured, at: change.now)
        }
        return try change.update(json, ifVersion: stored.version)
    }
}
