package import FHIR

extension CareProtocol {
    /// What a protocol may hold, so that none from outside holds up the server.
    package static let mostActions = 300
    static let deepest = 6

    /// Reads a PlanDefinition. What cannot be carried out is refused, never passed over.
    /// - Parameters:
    ///   - definition: the PlanDefinition.
    ///   - definitions: FHIR's types.
    ///   - resolve: finds an ActivityDefinition by its canonical address; those that are contained are found here.
    /// - Throws: ``ProtocolRefusal`` with everything that is in the way.
    package init(
        _ definition: JSONNode, definitions: Definitions, resolve: (_ canonical: String) throws -> JSONNode?
    ) throws {
        var reading = ProtocolReading(root: definition, definitions: definitions)
        guard definition.text("resourceType") == "PlanDefinition" else {
            throw ProtocolRefusal("resourceType", "This is not a PlanDefinition.")
        }
        if definition["library"] != nil {
            reading.refuse("PlanDefinition.library", "Libraries are not run here; write conditions in FHIRPath.")
        }
        id = definition.text("id") ?? ""
        url = definition.text("url") ?? (id.isEmpty ? "PlanDefinition/unnamed" : "PlanDefinition/\(id)")
        version = definition.text("version") ?? ""
        title = definition.text("title") ?? definition.text("name") ?? "A protocol"
        var goals: [Goal] = []
        for (place, node) in definition.list("goal").enumerated() {
            goals.append(reading.goal(node, "PlanDefinition.goal[\(place)]", number: place))
        }
        self.goals = goals
        var actions: [Action] = []
        for (place, node) in definition.list("action").enumerated() {
            actions.append(
                try reading.action(
                    node, "PlanDefinition.action[\(place)]", fallback: "action-\(place + 1)", depth: 1, resolve))
        }
        self.definition = definition
        self.actions = reading.linked(actions)
        reading.check(goals, self.actions)
        guard reading.reasons.isEmpty else {
            throw ProtocolRefusal(reading.reasons)
        }
    }
}

/// One PlanDefinition on its way to a protocol, with what is wrong with it.
struct ProtocolReading {
    let root: JSONNode
    let definitions: Definitions
    var reasons: [ProtocolRefusal.Reason] = []
    private var count = 0
    /// Who must wait for whom, where the earlier one says it.
    private var waits: [String: [CareProtocol.After]] = [:]

    init(root: JSONNode, definitions: Definitions) {
        self.root = root
        self.definitions = definitions
    }

    mutating func refuse(_ place: String, _ words: String) {
        if reasons.count < 50 { reasons.append(.init(place, words)) }
    }

    private mutating func days(_ node: JSONNode?, _ place: String) -> Int? {
        guard let node else {
            return nil
        }
        do { return try ProtocolDays.read(node, at: place) } catch {
            reasons += error.reasons
            return nil
        }
    }

    mutating func goal(_ node: JSONNode, _ place: String, number: Int) -> CareProtocol.Goal {
        let targets = node.list("target").enumerated().map { index, target in
            var members: [JSONMember] = []
            for (name, value) in target.members where name != "due" && name != "id" {
                members.append(JSONMember(name: name, value: value.value))
            }
            return (target: JSON.object(members), dueInDays: days(target["due"], "\(place).target[\(index)].due"))
        }
        var details: [JSONMember] = []
        for name in ["category", "priority", "start"] {
            guard let value = node[name]?.value else { continue }
            switch name {
            case "category": details.append(JSONMember(name: name, value: [value]))
            case "start": details.append(JSONMember(name: "startCodeableConcept", value: value))
            default: details.append(JSONMember(name: name, value: value))
            }
        }
        return CareProtocol.Goal(
            id: node.text("id") ?? "goal-\(number + 1)", description: node["description"]?.value ?? [:],
            words: node["description"]?.conceptText ?? "A goal", details: details, targets: targets,
            replaces: Self.replaces(node))
    }

    static func replaces(_ node: JSONNode) -> [String] {
        node.list("extension").filter { $0.text("url") == ProtocolKey.replacesURL }.compactMap {
            $0.text("valueString")
        }
    }

    mutating func action(
        _ node: JSONNode, _ place: String, fallback: String, depth: Int, _ resolve: (String) throws -> JSONNode?
    ) throws -> CareProtocol.Action {
        count += 1
        let id = node.text("id") ?? fallback
        var below: [CareProtocol.Action] = []
        if depth >= CareProtocol.deepest || count > CareProtocol.mostActions {
            refuse(place, "The protocol is too deep or has more than \(CareProtocol.mostActions) actions.")
        } else {
            for (index, child) in node.list("action").enumerated() {
                below.append(
                    try action(
                        child, "\(place).action[\(index)]", fallback: "\(fallback)-\(index + 1)", depth: depth + 1,
                        resolve))
            }
        }
        for name in ["transform", "timingAge", "timingRange"] where node[name] != nil {
            refuse("\(place).\(name)", "This cannot be carried out here.")
        }
        let work = try work(node, place, resolve)
        var activity: JSONNode?
        if case .activity(let found) = work { activity = found }
        if !below.isEmpty, node["definitionCanonical"] != nil {
            refuse("\(place).definitionCanonical", "An action that holds others is not carried out itself.")
        }
        let values =
            (activity.map { dynamicValues($0, "\(place).definitionCanonical") } ?? []) + dynamicValues(node, place)
        let timing = timing(node, activity, place)
        let participants = participants(node, activity, place)
        var after: [CareProtocol.After] = []
        for (index, related) in node.list("relatedAction").enumerated() {
            relate(id, related, "\(place).relatedAction[\(index)]", &after)
        }
        return CareProtocol.Action(
            id: id,
            title: node.text("title") ?? activity?.text("title") ?? node.text("description") ?? "Step \(id)",
            text: node.text("description") ?? node.text("textEquivalent"),
            priority: node.text("priority") ?? activity?.text("priority"), conditions: conditions(node, place),
            after: after, dueInDays: timing.days, dueDay: timing.day, repeats: timing.repeats,
            roles: participants.roles, isPersons: participants.isPersons,
            selection: behaviour(node, "selectionBehavior", place, CareProtocol.Selection.init) ?? .all,
            required: behaviour(node, "requiredBehavior", place, CareProtocol.Required.init) ?? .could,
            isPrechecked: node.text("precheckBehavior") == "yes",
            isMultiple: node.text("cardinalityBehavior") == "multiple", work: work, values: values,
            goals: node.list("goalId").compactMap(\.string), replaces: Self.replaces(node), below: below, node: node)
    }

    private mutating func behaviour<Value>(
        _ node: JSONNode, _ name: String, _ place: String, _ make: (String) -> Value?
    ) -> Value? {
        guard let text = node.text(name) else {
            return nil
        }
        let value = make(text)
        if value == nil { refuse("\(place).\(name)", "There is no such behaviour.") }
        return value
    }

    private mutating func work(
        _ node: JSONNode, _ place: String, _ resolve: (String) throws -> JSONNode?
    ) throws -> CareProtocol.Work {
        guard let canonical = node.text("definitionCanonical") ?? node.text("definitionUri") else {
            return .words
        }
        let here = "\(place).definitionCanonical"
        let found =
            canonical.hasPrefix("#")
            ? root.list("contained").first { $0.text("id") == String(canonical.dropFirst()) } : try resolve(canonical)
        switch found?.text("resourceType") {
        case "ActivityDefinition":
            guard let found else { return .words }
            return activity(found, here)
        case "Questionnaire": return .form(canonical)
        case "PlanDefinition": return .plan(canonical)
        default:
            // Forms are content as well as records: their address says what they are.
            if canonical.contains("uestionnaire") { return .form(canonical) }
            refuse(here, "There is no definition “\(canonical.prefix(200))” here.")
            return .words
        }
    }

    private mutating func activity(_ node: JSONNode, _ place: String) -> CareProtocol.Work {
        let kind = node.text("kind") ?? "Task"
        if !BuildRequest.kinds.contains(kind) {
            refuse(
                "\(place).kind",
                "Of the kinds of requests, \(BuildRequest.kinds.sorted().joined(separator: ", ")) are made here, not \(kind)."
            )
        }
        for name in ["transform", "library", "dosage", "quantity", "timingAge", "timingRange"] where node[name] != nil {
            refuse("\(place).\(name)", "This cannot be carried out here.")
        }
        return .activity(node)
    }

    private mutating func expression(_ node: JSONNode?, _ place: String) -> FHIRPath? {
        guard let node, let text = node.text("expression") else {
            refuse(place, "The expression is missing.")
            return nil
        }
        guard node.text("language") == "text/fhirpath" else {
            refuse("\(place).language", "Expressions are written in text/fhirpath.")
            return nil
        }
        guard text.utf8.count <= 4_000 else {
            refuse(place, "The expression is too long.")
            return nil
        }
        do { return try FHIRPath(text, definitions: definitions) } catch {
            refuse("\(place).expression", error.description)
            return nil
        }
    }

    private mutating func conditions(_ node: JSONNode, _ place: String) -> [CareProtocol.Condition] {
        node.list("condition").enumerated().compactMap { index, condition in
            let here = "\(place).condition[\(index)]"
            let kind = condition.text("kind") ?? ""
            guard ["applicability", "start", "stop"].contains(kind) else {
                refuse("\(here).kind", "A condition is of applicability, start or stop.")
                return nil
            }
            guard let path = expression(condition["expression"], "\(here).expression") else {
                return nil
            }
            return CareProtocol.Condition(
                kind: kind, words: condition.text("expression", "description") ?? path.text, path: path)
        }
    }

    private mutating func dynamicValues(_ node: JSONNode, _ place: String) -> [CareProtocol.DynamicValue] {
        node.list("dynamicValue").enumerated().compactMap { index, value in
            let here = "\(place).dynamicValue[\(index)]"
            guard let path = value.text("path"), DynamicPath.isOpen(path) else {
                refuse("\(here).path", "This element cannot be filled in by a protocol.")
                return nil
            }
            return expression(value["expression"], "\(here).expression").map {
                CareProtocol.DynamicValue(path: path, expression: $0)
            }
        }
    }

    private mutating func timing(
        _ node: JSONNode, _ activity: JSONNode?, _ place: String
    ) -> (days: Int?, day: String?, repeats: Repeating?) {
        let timings = [node["timingTiming"], activity?["timingTiming"]].compactMap(\.self)
        var repeats: Repeating?
        if let timing = timings.first {
            do { repeats = try Repeating(timing, at: "\(place).timingTiming") } catch { reasons += error.reasons }
        }
        let day =
            node.text("timingDateTime") ?? node.text("timingPeriod", "end") ?? activity?.text("timingDateTime")
            ?? activity?.text("timingPeriod", "end")
        let duration = node["timingDuration"] ?? activity?["timingDuration"]
        return (
            days(duration, "\(place).timingDuration"), day.flatMap { FHIRDate($0)?.firstDay.text }, repeats
        )
    }

    private mutating func participants(
        _ node: JSONNode, _ activity: JSONNode?, _ place: String
    ) -> (roles: [String], isPersons: Bool) {
        var roles: [String] = []
        var isPersons = false
        for participant in node.list("participant") + (activity?.list("participant") ?? []) {
            switch participant.text("type") {
            case "practitioner":
                if let role = participant["role"]?.conceptText, !roles.contains(role) { roles.append(role) }
            case "patient": isPersons = true
            default:
                refuse("\(place).participant", "An action is done by somebody of the team or by the person.")
            }
        }
        return (roles, isPersons)
    }

    /// FHIR R4 action-relationship-type, as far as a list of tasks can keep to it.
    private mutating func relate(
        _ id: String, _ related: JSONNode, _ place: String, _ after: inout [CareProtocol.After]
    ) {
        guard let other = related.text("actionId") else {
            return refuse("\(place).actionId", "It is missing.")
        }
        guard related["offsetRange"] == nil else {
            return refuse("\(place).offsetRange", "An offset is one duration.")
        }
        let offset = max(0, days(related["offsetDuration"], "\(place).offsetDuration") ?? 0)
        switch related.text("relationship") {
        case "after", "after-end": after.append(.init(action: other, ended: true, days: offset))
        case "after-start", "concurrent", "concurrent-with-start":
            after.append(.init(action: other, ended: false, days: offset))
        case "before", "before-start":
            waits[other, default: []].append(.init(action: id, ended: true, days: offset))
        default:
            refuse("\(place).relationship", "A step cannot be held to the end of another in this way.")
        }
    }

    /// The actions with what others said of them.
    func linked(_ actions: [CareProtocol.Action]) -> [CareProtocol.Action] {
        actions.map { action in
            var action = action
            action.after += waits[action.id] ?? []
            action.below = linked(action.below)
            return action
        }
    }

    mutating func check(_ goals: [CareProtocol.Goal], _ actions: [CareProtocol.Action]) {
        let all = actions.flatMap(\.withThoseBelow)
        let ids = all.map(\.id)
        if Set(ids).count != ids.count { refuse("PlanDefinition.action", "An id is used twice.") }
        if Set(goals.map(\.id)).count != goals.count { refuse("PlanDefinition.goal", "An id is used twice.") }
        for id in ids + goals.map(\.id) where !ProtocolKey.isName(id) {
            refuse("PlanDefinition", "An id holds other signs than letters, digits, points and hyphens.")
        }
        let known = Set(ids)
        let goalIDs = Set(goals.map(\.id))
        for action in all {
            for after in action.after where !known.contains(after.action) {
                refuse("PlanDefinition.action", "\(action.id) comes after \(after.action), which there is not.")
            }
            for goal in action.goals where !goalIDs.contains(goal) {
                refuse("PlanDefinition.action", "\(action.id) serves the goal \(goal), which there is not.")
            }
        }
        if hasCircle(all) {
            refuse("PlanDefinition.action.relatedAction", "Actions wait for each other in a circle.")
        }
    }

    private func hasCircle(_ all: [CareProtocol.Action]) -> Bool {
        var waiting = Dictionary(all.map { ($0.id, Set($0.after.map(\.action))) }) { first, _ in first }
        while !waiting.isEmpty {
            let free = waiting.filter { $0.value.allSatisfy { waiting[$0] == nil } }.map(\.key)
            guard !free.isEmpty else {
                return true
            }
            for id in free { waiting[id] = nil }
        }
        return false
    }
}
