import FHIR
import Records

/// A step of the plan that repeats was done: opens its next turn. Whichever page closed the step, it goes on; whoever
/// asks again finds the turn that was opened.
struct OpenNextStep {
    let days: SiteDays

    /// Nothing happens when the step, as it was closed, does not repeat, was the last of its turns, belongs to a plan that
    /// is not active, or is no step at all.
    /// - Returns: the next turn; nil when there is none.
    @discardableResult
    func perform(after task: Resource, in change: Change) throws -> Resource? {
        let codes = task.root["code"]?.list("coding").filter { $0.text("system") == TaskCode.system } ?? []
        let isStep = codes.contains { [TaskCode.intervention.rawValue, "assessment"].contains($0.text("code")) }
        guard isStep, let repeats = Repeating(task.root), let person = CareTask(task).person,
            let plan = try change.reader.find(reference: task.root.list("basedOn").first?.text("reference")),
            plan.type == "CarePlan", plan.root.text("status") == "active"
        else { return nil }
        let due = repeats.next(after: days.today)
        guard let rest = repeats.following(due: due) else {
            return nil
        }
        let key = "\(person)|plan|repeat|\(task.id)"
        let id = StableID.of("Task|\(key)")
        if let known = try change.reader.find("Task", id) ?? opened(before: key, in: change) {
            return known
        }
        let next = try change.create(turn(after: task, rest, due: due, key: key, in: change), id: id)
        var edit = PlanEdit(following: plan)
        edit.act(next.reference)
        try edit.save(in: change)
        return next
    }

    private func opened(before key: String, in change: Change) throws -> Resource? {
        try change.reader.search(Query("Task", [.token("identifier", system: OpenTask.keySystem, code: key)], limit: 1))
            .first
    }

    /// The same step once more: what was noted, decided and put aside belongs to the turn before.
    private func turn(
        after task: Resource, _ rest: Repeating, due: CalendarDay, key: String, in change: Change
    ) -> JSON {
        var json = task.value
        for name in [
            "id", "meta", "note", "output", "executionPeriod", "lastModified", "statusReason", "businessStatus",
            "relevantHistory", "encounter",
        ] {
            json[name] = nil
        }
        var identifiers: [JSON] = [["system": .string(OpenTask.keySystem), "value": .string(key)]]
        if let item = ProtocolKey(task.root) {
            let after = ProtocolKey(
                person: item.person, protocolURL: item.protocolURL, action: item.action, trigger: "after.\(task.id)")
            identifiers.append(after.identifier)
        }
        json["identifier"] = .array(identifiers)
        if let labels = task.root["meta"]?["security"]?.value { json["meta"] = ["security": labels] }
        json["status"] = "requested"
        json["authoredOn"] = .string(FHIRDate.instant(change.now))
        json["restriction"] = ["period": ["end": .string(FHIRDate.instant(days.end(due)))]]
        let others = task.root.list("extension").filter { $0.text("url") != Repeating.url }.map(\.value)
        let isCounted = rest.left != nil || rest.until != nil || rest.unit != .day
        let counted: [JSON] =
            isCounted ? [["url": .string(Repeating.url), "valueTiming": ["repeat": rest.json]]] : []
        json["extension"] = others.isEmpty && counted.isEmpty ? nil : .array(others + counted)
        return json
    }
}
