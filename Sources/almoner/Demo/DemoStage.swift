import Access
import Care
import FHIR
import Foundation
import Records

/// Plays the stories through the product's own verbs, each at its own time, as if the team had worked for months.
struct DemoStage {
    let records: Records
    let care: CareContent
    let now: Int64
    let staff: [String: Caller]

    static let day: Int64 = 86_400_000

    func play(_ stories: [DemoStory]) async throws {
        try await roster()
        for story in stories {
            let patient = try await records.read(as: Self.itself, at: now, for: "demo") {
                try $0.get("Patient", story.person)
            }
            var alive = patient.value
            alive["deceasedDateTime"] = nil
            alive["deceasedBoolean"] = nil
            // Who has died was cared for before: the death is recorded after what the team did.
            let living = alive
            let hasDied = living != patient.value
            if hasDied {
                try await records.write(as: Self.itself, at: now) { _ = try $0.update(living, ifVersion: nil) }
            }
            try await play(story)
            if hasDied {
                try await records.write(as: Self.itself, at: now) { _ = try $0.update(patient.value, ifVersion: nil) }
            }
        }
    }

    static let itself = Caller.system("demo")

    /// Ruth is on duty now, Sam after her.
    private func roster() async throws {
        guard let supervisor = staff["sam"] else {
            return
        }
        let start = now - now % Self.day
        for turn in 0..<3 {
            let pair =
                turn % 2 == 0 ? ("Practitioner/ruth", "Practitioner/sam") : ("Practitioner/sam", "Practitioner/ruth")
            let from = start + Int64(turn) * Self.day
            try await records.write(as: supervisor, at: now) { change in
                _ = try AddShift(who: pair.0, backup: pair.1, from: from, until: from + Self.day).perform(in: change)
            }
        }
    }

    private func play(_ story: DemoStory) async throws {
        guard let caller = staff[story.manager] else {
            return
        }
        for attempt in story.attempts {
            try await self.attempt(attempt.outcome, story, caller, at: ago(attempt.daysAgo))
        }
        if let declined = story.declined, let program = care.programs["chronic-care"],
            let reason = care.programs.reasons.declineReasons.first(where: { $0.code == declined })
        {
            try await records.write(as: caller, at: ago(1)) { change in
                _ = try DeclineProgram(person: story.person, program: program, reason: reason, by: caller.practitioner)
                    .perform(in: change)
            }
        }
        guard let id = story.program, let program = care.programs[id] else {
            return
        }
        try await enrol(story, program, caller)
        try await plan(story, caller)
        for call in story.calls {
            try await talk(story, call, caller)
        }
        if let points = story.phq9 {
            try await screen(story.person, points, caller)
        }
    }

    private func attempt(_ outcome: String, _ story: DemoStory, _ caller: Caller, at moment: Int64) async throws {
        guard let outcome = care.programs.reasons.outreachOutcomes.first(where: { $0.code == outcome }) else {
            return
        }
        let care = care
        try await records.write(as: caller, at: moment) { change in
            _ = try RecordAttempt(
                person: story.person, outcome: outcome, limits: .init(attempts: 3, overDays: 14),
                policy: care.consents,
                by: caller.practitioner
            ).perform(in: change)
        }
    }

    private func enrol(_ story: DemoStory, _ program: Program, _ caller: Caller) async throws {
        let care = care
        try await records.write(as: caller, at: ago(story.enrolled)) { change in
            _ = try GiveConsent(
                person: story.person, kind: .program, program: program.id, recorder: caller.practitioner,
                policy: care.consents, minors: care.minors
            ).perform(in: change)
            if let caregiver = story.caregiver {
                _ = try GiveConsent(
                    person: story.person, kind: .caregiver, caregiverName: caregiver.name,
                    caregiverRelation: caregiver.relation, recorder: caller.practitioner, policy: care.consents,
                    minors: care.minors
                ).perform(in: change)
            }
            _ = try EnrollPatient(
                person: story.person, program: program, careManager: caller.practitioner,
                why: "Asked for by the primary care team.", care: care, by: caller.practitioner
            ).perform(in: change)
            if let words = story.matters {
                _ = try change.create([
                    "resourceType": "Observation", "status": "final",
                    "code": [
                        "coding": [["system": .string(WhatMatters.system), "code": .string(WhatMatters.code)]],
                        "text": "What matters to me",
                    ],
                    "subject": ["reference": "Patient/\(story.person)"],
                    "effectiveDateTime": .string(FHIRDate.instant(change.now)),
                    "performer": [["reference": .string(caller.practitioner ?? "Practitioner/\(caller.account)")]],
                    "valueString": .string(words),
                ])
            }
        }
    }

    private func plan(_ story: DemoStory, _ caller: Caller) async throws {
        let library = care.plans
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(now))
        let endOfDay: @Sendable (CalendarDay) -> Int64 = { FHIRDate.millis($0) + Self.day - 1 }
        try await records.write(as: caller, at: ago(max(0, story.enrolled - 5))) { change in
            _ = try StartPlan(person: story.person).perform(in: change)
        }
        if let pack = story.pack.flatMap({ library[$0] }) {
            let goals = story.packItems.isEmpty ? pack.goals.prefix(1).map { "goal.\($0.id)" } : story.packItems
            let steps = pack.interventions.prefix(2).map { "step.\($0.id)" }
            try await records.write(as: caller, at: ago(max(0, story.enrolled - 6))) { change in
                let version = try Self.planVersion(story.person, change)
                _ = try AddFromLibrary(
                    person: story.person, version: version, items: (goals + steps).map { "\(pack.id).\($0)" },
                    library: library, today: today, endOfDay: endOfDay
                ).perform(in: change)
            }
        }
        for goal in story.goals {
            let form = GoalForm(
                words: goal.words, measure: goal.measure, direction: goal.direction, target: goal.target,
                unit: goal.unit,
                due: today.adding(days: goal.dueInDays).text, importance: "9", confidence: "6")
            let made = try await records.write(as: caller, at: ago(max(0, story.enrolled - 6))) { change in
                try AddGoal(
                    person: story.person, version: try Self.planVersion(story.person, change), problem: nil, form: form,
                    today: today
                ).perform(in: change)
            }
            if let level = goal.level {
                try await records.write(as: caller, at: ago(10)) { change in
                    _ = try ChangeGoal(
                        person: story.person, goal: made.id, version: made.version, words: goal.words, level: level,
                        note: "By what was said and measured.", due: today.adding(days: goal.dueInDays).text,
                        target: goal.target, importance: "9", confidence: "7", today: today
                    ).perform(in: change)
                }
            }
        }
    }

    private static func planVersion(_ person: String, _ change: Change) throws -> Int {
        PlanMark.current(try change.reader.person(person, ["CarePlan"]))?.version ?? 0
    }

    private func talk(
        _ story: DemoStory, _ call: (daysAgo: Int, minutes: Int, note: String), _ caller: Caller
    ) async throws {
        let care = care
        let start = ago(call.daysAgo)
        let contact = try await records.write(as: caller, at: start) { change in
            try StartContact(
                person: story.person, direction: .outgoing, speaker: .person, identifiedBy: [.name, .birthDate],
                by: try Signer(caller)
            ).perform(in: change)
        }
        let end = start + Int64(call.minutes) * 60_000
        let isLast = call.daysAgo == story.calls.last?.daysAgo
        let next = isLast ? now + Int64(story.person.utf8.count % 5) * Self.day : nil
        try await records.write(as: caller, at: end) { change in
            var save = SaveContact(
                encounter: contact.id, note: call.note, version: 0, confirmed: true, by: try Signer(caller),
                instruments: care.instruments, days: Self.days(end))
            save.nextContact = next
            save.noNextBecause = next == nil ? "Agreed at the next call." : nil
            save.teachBack = "Knows what to do until then, and which number to call."
            let callTasks: Set<TaskCode> = [.firstContact, .nextContact]
            save.doneTasks = try change.reader.person(story.person, ["Task"]).all("Task").map(CareTask.init)
                .filter { $0.isOpen && $0.code.map(callTasks.contains) == true }.map(\.id)
            _ = try save.perform(in: change)
        }
    }

    private func screen(_ person: String, _ points: [Int], _ caller: Caller) async throws {
        guard let form = care.instruments["phq-9"] else {
            return
        }
        var answers: Answers = [:]
        let scored = form.questions.filter { !$0.options.isEmpty }
        for (question, point) in zip(scored, points) where question.options.indices.contains(point) {
            answers[question.linkId] = [.code(question.options[point].coding.code)]
        }
        let given = answers
        try await records.write(as: caller, at: now - 25 * 60_000) { change in
            _ = try SubmitAssessment(
                person: person, instrument: form, answers: given, id: "demo-phq-9", version: nil, closing: true,
                library: care.instruments
            ).perform(in: change)
        }
    }

    private static func days(_ now: Int64) -> SiteDays {
        SiteDays(today: CalendarDay(daysSinceEpoch: FHIRDate.days(now))) { FHIRDate.millis($0) + day - 1 }
    }

    func ago(_ days: Int) -> Int64 {
        now - Int64(days) * Self.day
    }
}
