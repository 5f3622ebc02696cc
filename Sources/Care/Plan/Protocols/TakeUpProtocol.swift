import Access
import FHIR
package import Records

/// Applies a protocol to a person's plan and stores what it asks for. The same key never opens the same thing twice:
/// again, after a time-out, a crash or on another server, it finds what stands.
package struct TakeUpProtocol: Sendable {
    package let person: String
    package let careProtocol: CareProtocol
    /// Goals (`goal.` and id) and actions; nil: all that apply.
    package let chosen: Set<String>?
    /// Why what is to be done unless there is a reason is left out.
    package let reasons: [String: String]
    package let days: SiteDays
    /// Rules of choosing are the protocol's; a nurse who takes single steps from the library keeps to her own.
    package let isWhole: Bool

    package init(
        person: String, careProtocol: CareProtocol, chosen: Set<String>?, reasons: [String: String] = [:],
        days: SiteDays, isWhole: Bool = true
    ) {
        self.person = person
        self.careProtocol = careProtocol
        self.chosen = chosen
        self.reasons = reasons
        self.days = days
        self.isWhole = isWhole
    }

    package struct Outcome: Sendable, Equatable {
        /// What was opened, as `Task/5`.
        package var made: [String] = []
        /// What stood already.
        package var stood: [String] = []
        /// What waits, by its title, and for what.
        package var waits: [String] = []
        /// What does not apply, by its title, and why.
        package var left: [String] = []
    }

    /// - Parameters:
    ///   - version: of the plan that was read, 0 when there was none.
    ///   - change: what it is a part of.
    /// - Returns: what was opened, what stood, and what waits.
    /// - Throws: ``FormProblems`` when the choice breaks the protocol's rules; ``ProtocolRefusal``; ``RecordsFailure``.
    @discardableResult
    package func perform(planVersion version: Int, in change: Change) throws -> Outcome {
        var edit = try PlanEdit(person: person, version: version, in: change)
        let outcome = try perform(into: &edit, in: change)
        try edit.save(in: change)
        return outcome
    }

    func perform(into edit: inout PlanEdit, problem: String? = nil, in change: Change) throws -> Outcome {
        let record = try change.reader.person(person, careProtocol.reads)
        let proposal = try proposal(edit.reference, round: edit.version, record, in: change)
        if isWhole, !proposal.faults.isEmpty {
            throw FormProblems(proposal.faults.map { .init("choice-\($0.place)", $0.words) })
        }
        var outcome = Outcome()
        var entries: [ProtocolGroup.Entry] = []
        let problem = try problem ?? self.problem(record, in: change)
        for (goal, key) in proposal.goals {
            let made = try take(goal, key, problem, record, edit.reference, in: change, &outcome)
            entries.append(.init(id: key.action, title: goal.words, reference: made))
            edit.pursue(made)
            if let problem { edit.address(problem) }
        }
        for item in proposal.items where !item.action.isGroup {
            switch item.state {
            case .group: continue
            case .left(let words):
                if chosen?.contains(item.action.id) ?? false { outcome.left.append("\(item.action.title): \(words)") }
            case .waits(let words):
                outcome.waits.append("\(item.action.title): \(words)")
                entries.append(.init(id: item.action.id, title: item.action.title, words: words))
            case .asked(let request, _):
                let made = try OpenItem(
                    careProtocol: careProtocol, record: record, days: days, about: problem
                ).open(
                    item, request, in: change, &outcome)
                entries.append(.init(id: item.action.id, title: item.action.title, reference: made))
                edit.act(made)
            }
        }
        if !entries.isEmpty {
            let group = try ProtocolGroup.store(
                entries, of: careProtocol, person: person, plan: edit.reference, about: problem, in: change)
            edit.act(group.reference)
            // The name of a protocol tells what is kept apart: then the group alone holds it.
            if group.root["meta"]?.list("security").isEmpty ?? true {
                edit.follow(careProtocol.url, careProtocol.canonical)
            }
        }
        return outcome
    }

    /// What was taken up once and is closed is taken up again in a new round, named by the version of the plan that was
    /// read: whoever sends the same form again is refused by that version, whatever became of the first.
    private func proposal(
        _ plan: String, round: Int, _ record: PersonRecord, in change: Change
    ) throws -> ApplyProtocol.Proposal {
        let standing = ApplyProtocol.standing(of: careProtocol, record)
        let context = ProtocolContext(
            record: record, definitions: change.reader.definitions, now: change.now, days: days,
            practitioner: change.caller.practitioner, plan: plan)
        let isAgain = (chosen ?? []).contains { id in
            standing[id].map { $0.allSatisfy { !Self.isOpen($0) } } ?? false
        }
        let trigger = isAgain && !isWhole ? "\(plan).\(round)" : plan
        return try ApplyProtocol(
            careProtocol, context: context, trigger: trigger, chosen: chosen, reasons: reasons
        ).perform()
    }

    static func isOpen(_ resource: Resource) -> Bool {
        resource.type == "Goal" ? PlanGoal(resource).isOpen : PlanStep(resource).isOpen
    }

    private func take(
        _ goal: CareProtocol.Goal, _ key: ProtocolKey, _ problem: String?, _ record: PersonRecord, _ plan: String,
        in change: Change, _ outcome: inout Outcome
    ) throws -> String {
        let id = key.id("Goal")
        let standing = ApplyProtocol.standing(of: careProtocol, record)[key.action] ?? []
        if let known = standing.last(where: Self.isOpen) ?? standing.first(where: { $0.id == id }) {
            outcome.stood.append(known.reference)
            return known.reference
        }
        let context = ProtocolContext(
            record: record, definitions: change.reader.definitions, now: change.now, days: days)
        let made = try change.create(
            BuildRequest.goal(goal, of: careProtocol, key: key, problem: problem, context: context)
                .carrying(labelsOf: [problem], in: change), id: id)
        outcome.made.append(made.reference)
        return made.reference
    }

    /// The active condition on record that the goals speak of.
    private func problem(_ record: PersonRecord, in change: Change) throws -> String? {
        let wanted = careProtocol.definition.list("goal").flatMap { $0.list("addresses") }.flatMap { concept in
            concept.list("coding").compactMap { coding in
                coding.text("code").map { "\(coding.text("system") ?? "")|\($0)" }
            }
        }
        return record.all("Condition").first { condition in
            condition.root.codes("clinicalStatus").contains("active")
                && (condition.root["code"]?.list("coding") ?? []).contains { coding in
                    wanted.contains("\(coding.text("system") ?? "")|\(coding.text("code") ?? "")")
                }
        }?.reference
    }
}

/// Opens what one action asks for, once.
struct OpenItem {
    let careProtocol: CareProtocol
    let record: PersonRecord
    let days: SiteDays
    /// Whose labels it carries: the problem, or what stands for the protocol on the plan.
    let about: String?

    /// - Returns: the task that stands for it, `Task/5`.
    func open(
        _ item: ApplyProtocol.Item, _ request: JSON, in change: Change, _ outcome: inout TakeUpProtocol.Outcome
    ) throws -> String {
        let id = item.key.id("Task")
        let standing = ApplyProtocol.standing(of: careProtocol, record)[item.action.id] ?? []
        let known =
            standing.first { $0.id == id }
            ?? (item.action.isMultiple ? nil : standing.last(where: TakeUpProtocol.isOpen))
        // Also what this change or, on another server, the one before has made, and the record did not yet show.
        if let known = try known ?? change.reader.find("Task", id) {
            outcome.stood.append(known.reference)
            return known.reference
        }
        let request = try request.carrying(labelsOf: [about], in: change)
        guard request["resourceType"]?.string != "Task" else {
            let made = try change.create(request, id: id)
            outcome.made.append(made.reference)
            return made.reference
        }
        // An order or a message is seen to by somebody: it has its task.
        let type = request["resourceType"]?.string ?? ""
        let order = try change.create(request, id: item.key.id(type))
        let context = ProtocolContext(
            record: record, definitions: change.reader.definitions, now: change.now, days: days,
            practitioner: change.caller.practitioner, plan: request["basedOn"]?.array.first?["reference"]?.string)
        var due: CalendarDay?
        if case .asked(_, let day) = item.state { due = day }
        let follow = try BuildRequest(
            careProtocol: careProtocol, action: item.action, key: item.key, context: context, goal: nil, due: due
        ).follow(order.reference).carrying(labelsOf: [about], in: change)
        let made = try change.create(follow, id: id)
        outcome.made += [order.reference, made.reference]
        return made.reference
    }
}
