import FHIR
package import Records

/// Takes what was chosen among the alternatives of one group of a protocol into the plan; what was chosen before and is
/// not any more ends with the reason.
package struct ChooseAlternatives: Sendable {
    /// The id of the RequestGroup.
    package let group: String
    /// The action that holds the alternatives.
    package let action: String
    /// The ids of the alternatives.
    package let chosen: Set<String>
    /// Why what was chosen before ends; may be empty where nothing does.
    package let reason: String
    /// ``Alternatives/seen`` of what was read.
    package let seen: String
    package let shelf: ProtocolShelf
    package let days: SiteDays

    package init(
        group: String, action: String, chosen: Set<String>, reason: String, seen: String, shelf: ProtocolShelf,
        days: SiteDays
    ) {
        self.group = group
        self.action = action
        self.chosen = chosen
        self.reason = reason
        self.seen = seen
        self.shelf = shelf
        self.days = days
    }

    /// - Throws: ``FormProblems`` when the choice breaks the rule of the group, or a reason is missing; ``NotNow``;
    ///   ``ProtocolRefusal``; `RecordsFailure`.
    package func perform(in change: Change) throws {
        let all = try Alternatives(group, shelf: shelf, days: days, at: change.now, by: change.reader)
        guard all.seen == seen, let choice = all.choices.first(where: { $0.id == action }) else {
            throw FormProblems(
                "choose-\(action)", "Something changed while you looked. Read it once more, and then choose.")
        }
        let known = Set(choice.open.map(\.id))
        guard chosen.isSubset(of: known) else {
            throw FormProblems("choose-\(action)", "One of these does not apply to this person.")
        }
        // What is done counts as taken: it is not undone by choosing another.
        let taken = choice.open.filter { chosen.contains($0.id) || $0.isDone }
        if let fault = choice.selection.fault(taken: taken.count, of: choice.open.count) {
            throw FormProblems("choose-\(action)", fault.prefix(1).uppercased() + fault.dropFirst())
        }
        let ends = choice.alternatives.filter { $0.isChosen && !chosen.contains($0.id) }
        let begins = choice.alternatives.filter { !$0.isChosen && chosen.contains($0.id) }
        if !ends.isEmpty, !reason.contains(where: { !$0.isWhitespace }) {
            throw FormProblems(
                "reason-\(action)", "Say why “\(ends.map(\.title).joined(separator: "”, “"))” ends.")
        }
        guard reason.count <= 2_000 else {
            throw FormProblems("reason-\(action)", "Use at most 2000 characters.")
        }
        if !ends.isEmpty { try end(ends, of: choice, all, in: change) }
        if !begins.isEmpty { try begin(begins, all, in: change) }
    }

    private func begin(_ begins: [Alternatives.Alternative], _ all: Alternatives, in change: Change) throws {
        guard let plan = try change.reader.find(reference: all.group.plan) else {
            throw NotNow("This plan was closed in between. Open the page again.")
        }
        var edit = PlanEdit(following: plan)
        // The rule of the group is checked above; the musts of the rest were when it was taken up.
        _ = try TakeUpProtocol(
            person: all.group.person, careProtocol: all.careProtocol, chosen: Set(begins.flatMap(\.steps)), days: days,
            isWhole: false
        ).perform(into: &edit, in: change)
        try edit.save(in: change)
    }

    private func end(
        _ ends: [Alternatives.Alternative], of choice: Alternatives.Choice, _ all: Alternatives, in change: Change
    ) throws {
        let gone = Set(ends.flatMap(\.steps))
        let record = try change.reader.person(all.group.person, ["Goal", "Task"])
        let why = "\(choice.title): another was chosen. \(reason)"
        for (id, resources) in ApplyProtocol.standing(of: all.careProtocol, record) where gone.contains(id) {
            for resource in resources where TakeUpProtocol.isOpen(resource) && resource.type == "Task" {
                var json = resource.value
                json["status"] = "cancelled"
                json["statusReason"] = ["text": .string(why)]
                json["note"] = .array((json["note"]?.array ?? []) + [ChangeGoal.note("Closed. \(why)", in: change)])
                json["lastModified"] = .string(FHIRDate.instant(change.now))
                json.end(at: change.now)
                try change.update(json, ifVersion: resource.version)
            }
        }
        let stored = try change.reader.get("RequestGroup", group)
        var json = stored.value
        let entries = all.group.entries.filter { !gone.contains($0.id) }
        guard !entries.isEmpty else {
            // Nothing else was taken up: the group stays, so that something can be chosen again.
            return
        }
        json["action"] = ProtocolGroup.actions(entries)
        json["note"] = .array((json["note"]?.array ?? []) + [ChangeGoal.note(why, in: change)])
        try change.update(json, ifVersion: stored.version)
    }
}
