import FHIR
import Records

/// What is written on one goal or step when its protocol changes.
struct EditItem {
    let migration: PlanMigration
    let words: String
    let reason: String
    let days: SiteDays

    private func stamped(_ resource: Resource, _ item: PlanMigration.Item) -> JSON {
        var json = resource.value
        let canonical = JSON.string("\(migration.diff.new.canonical)#\(item.id)")
        if resource.type == "Task" {
            json["instantiatesCanonical"] = canonical
        } else {
            let others = (json["extension"]?.array ?? []).filter {
                $0["url"]?.string != ProtocolKey.instantiatesURL
            }
            json["extension"] = .array(
                others + [["url": .string(ProtocolKey.instantiatesURL), "valueCanonical": canonical]])
        }
        return json
    }

    private func noted(_ json: JSON, _ text: String, in change: Change) -> JSON {
        var json = json
        json["note"] = .array((json["note"]?.array ?? []) + [ChangeGoal.note(text, in: change)])
        if json["resourceType"]?.string == "Task" {
            json["lastModified"] = .string(FHIRDate.instant(change.now))
        }
        return json
    }

    /// What did not change takes the new version without a word; what is kept against it says why.
    func keep(_ resource: Resource, _ item: PlanMigration.Item, in change: Change) throws {
        let json = stamped(resource, item)
        let isAgainst = item.deeds.count > 1
        try change.update(
            isAgainst ? noted(json, "Kept as it is. \(words): \(reason)", in: change) : json,
            ifVersion: resource.version)
    }

    /// Brings over what the new version says otherwise; whose it is and until when stay.
    func bring(_ resource: Resource, _ item: PlanMigration.Item, in change: Change) throws {
        var json = stamped(resource, item)
        let fields = item.line?.fields ?? []
        if resource.type == "Goal",
            let goal = migration.diff.new.goals.first(where: { ProtocolKey.goal($0.id) == item.id })
        {
            if fields.contains(where: { $0.name == "Words" }) { json["description"] = goal.description }
            if fields.contains(where: { $0.name.hasPrefix("Measure") || $0.name.hasPrefix("Due") }) {
                let due = json["target"]?.array.first?["dueDate"]
                json["target"] = .array(
                    goal.targets.map { target, days in
                        var target = target
                        target["dueDate"] = due ?? days.map { .string(self.days.today.adding(days: $0).text) }
                        return target
                    })
            }
        } else if let action = migration.diff.new.action(item.id) {
            bring(action, fields, &json)
        }
        let told = fields.map { "\($0.name): \($0.old.isEmpty ? "–" : $0.old) → \($0.new.isEmpty ? "–" : $0.new)" }
        try change.update(
            noted(json, (["Changed. \(words): \(reason)"] + told).joined(separator: "\n"), in: change),
            ifVersion: resource.version)
    }

    private func bring(_ action: CareProtocol.Action, _ fields: [ProtocolDiff.Field], _ json: inout JSON) {
        func has(_ name: String) -> Bool { fields.contains { $0.name == name } }
        if has("Title") {
            var code = json["code"] ?? [:]
            code["text"] = .string(action.title)
            json["code"] = code
        }
        if has("Priority") { json["priority"] = .string(action.priority ?? "routine") }
        if has("Done by") { json["performerType"] = .array(action.roles.map { ["text": .string($0)] }) }
        let isRhythm = ["Again every", "Times", "For days", "Until"].contains(where: has)
        guard isRhythm || has("Words for the person") else {
            return
        }
        var extensions = (json["extension"]?.array ?? []).filter { found in
            let url = found["url"]?.string
            return !(isRhythm && (url == StepDetails.everyURL || url == Repeating.url))
                && !(has("Words for the person") && url == StepDetails.wordsURL)
        }
        if isRhythm, let repeats = action.repeats?.beginning(days.today) {
            extensions.append(["url": .string(StepDetails.everyURL), "valueInteger": .int(repeats.everyDays)])
            if repeats.unit != .day || repeats.left != nil || repeats.until != nil {
                extensions.append(["url": .string(Repeating.url), "valueTiming": ["repeat": repeats.json]])
            }
        }
        if has("Words for the person"), let text = action.personWords {
            extensions.append(["url": .string(StepDetails.wordsURL), "valueString": .string(text)])
        }
        json["extension"] = extensions.isEmpty ? nil : .array(extensions)
    }

    /// Ends an item; why stands in it.
    func close(_ resource: Resource, in change: Change) throws {
        let why = "\(words): \(reason)"
        var json = noted(resource.value, "Closed. \(why)", in: change)
        if resource.type == "Goal" {
            json["lifecycleStatus"] = "cancelled"
            json["statusDate"] = .string(FHIRDate.day(change.now))
            json["statusReason"] = .string(why)
        } else {
            json["status"] = "cancelled"
            json["statusReason"] = ["text": .string(why)]
            json.end(at: change.now)
        }
        try change.update(json, ifVersion: resource.version)
    }
}
