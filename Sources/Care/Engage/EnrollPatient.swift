import FHIR
package import Records

/// Enrols a person in a programme, with a named care manager, when the person has agreed.
package struct EnrollPatient: Sendable {
    package let person: String
    package let program: Program
    /// For example `Practitioner/ruth`.
    package let careManager: String?
    /// Why this person; needed when the entry criteria are not met.
    package let why: String?
    /// On the waiting list until there is room.
    package let waits: Bool
    /// What is known of entry criteria, with the rest of the clinical content.
    package let care: CareContent
    package let by: String?

    package init(
        person: String, program: Program, careManager: String?, why: String? = nil, waits: Bool = false,
        care: CareContent, by: String?
    ) {
        self.person = person
        self.program = program
        self.careManager = careManager
        self.why = why
        self.waits = waits
        self.care = care
        self.by = by
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let record = try change.reader.person(person, KnownFacts.reads(care).union(["Consent", "EpisodeOfCare"]))
        if let patient = record.patient, KnownFacts.isDeceased(patient.root) {
            throw NotNow("This person has died.")
        }
        let before = Enrollment.all(record).filter { $0.program == program.id }
        if before.contains(where: \.isOpen) {
            throw NotNow("This person is enrolled in \(program.title) already.")
        }
        let missing = ProgramNeeds(program, record, care: care, at: change.now).missingConsents
        if let first = missing.first {
            throw FormProblems(
                "program",
                first == .program
                    ? "\(program.title) needs consent. Record the consent first."
                    : "\(program.title) needs consent: \(care.consents.title(first)). Record it first.")
        }
        try checkOthers(Enrollment.all(record))
        try checkSeats(in: change)
        try checkCareManager(in: change)
        try checkEntry(record, at: change.now)
        let episode: Resource
        if let waiting = before.first(where: { $0.status == .waitlist || $0.status == .planned }) {
            guard !waits else {
                throw NotNow("This person waits for \(program.title) already.")
            }
            let stored = try change.reader.get("EpisodeOfCare", waiting.id)
            var json = Enrollment.move(stored.value, to: .active, at: change.now, reason: reason)
            json["careManager"] = careManager.map { .reference($0) }
            json["period"] = ["start": .string(FHIRDate.instant(change.now))]
            episode = try change.update(json, ifVersion: stored.version)
        } else {
            episode = try change.create(self.episode(at: change.now))
        }
        if !waits {
            try FinishTasks.end([.outreach], of: person, as: "completed", in: change)
            try openFirstContact(episode, in: change)
        }
        return episode
    }

    private func checkCareManager(in change: Change) throws {
        guard let careManager else {
            if waits {
                return
            }
            throw FormProblems("care-manager", "Name the care manager.")
        }
        guard let practitioner = try change.reader.find(reference: careManager),
            practitioner.type == "Practitioner", practitioner.root["active"]?.bool != false
        else {
            throw FormProblems("care-manager", "Choose someone who works here.")
        }
        let ends = practitioner.root.list("qualification").map { CareMoment.end(of: $0.text("period", "end")) }
        if !ends.isEmpty, ends.allSatisfy({ $0.map { $0 <= change.now } ?? false }) {
            throw FormProblems("care-manager", "The credentials of this care manager have expired.")
        }
    }

    private func checkEntry(_ record: PersonRecord, at now: Int64) throws {
        if let why, why.utf8.count > TextLimit.note {
            throw FormProblems("why", "Keep this below \(TextLimit.note) characters.")
        }
        let facts = KnownFacts(record, care: care, at: now)
        guard why == nil else {
            return
        }
        if facts.verdict(program.entry) == .notMet {
            throw FormProblems("why", "The entry criteria are not met. Say why this person is enrolled all the same.")
        }
        // To wait nothing needs to be done yet.
        let open = waits ? [] : ProgramNeeds.openSteps(program, facts)
        if !open.isEmpty {
            throw FormProblems(
                "why",
                "Not done yet: \(open.joined(separator: "; ")). Do it first, or say why this person is enrolled all the same."
            )
        }
    }

    /// Nobody is in two programmes that exclude each other.
    private func checkOthers(_ enrollments: [Enrollment]) throws {
        for enrollment in enrollments where enrollment.isOpen {
            if let other = care.programs[enrollment.program], other.excludesOrIsExcluded(program) {
                throw FormProblems(
                    "program", "Nobody is in \(program.title) and \(other.title) at once. Close \(other.title) first.")
            }
        }
    }

    private func checkSeats(in change: Change) throws {
        guard let seats = program.seats, !waits else {
            return
        }
        if try Caseload.seatsTaken(of: program.id, by: change.everybody) >= seats {
            throw FormProblems(
                "waits", "All \(seats) seats of \(program.title) are taken. Put the person on the waiting list.")
        }
    }

    private var reason: JSON? {
        why.map { ["text": .string($0)] }
    }

    private func episode(at now: Int64) -> JSON {
        let json = JSON.compact([
            "resourceType": "EpisodeOfCare",
            "status": "planned",
            "type": [CareCode.concept(CareCode.program, program.id, program.title)],
            "patient": .reference("Patient/\(person)"),
            "period": ["start": .string(FHIRDate.instant(now))],
            "careManager": careManager.map { .reference($0) },
        ])
        return Enrollment.move(json, to: waits ? .waitlist : .active, at: now, reason: reason)
    }

    private func openFirstContact(_ episode: Resource, in change: Change) throws {
        try OpenTask(
            .firstContact, person: person, title: "First contact: \(program.title)",
            why: "Enrolled; the first contact is due within \(program.firstContactDays) days.", owner: careManager,
            due: change.now + Int64(program.firstContactDays) * 86_400_000, basedOn: episode.reference,
            key: "\(person)/\(program.id)/first-contact/\(episode.id)"
        ).perform(in: change)
    }
}
