package import FHIR
package import Records

/// The answer of $apply: a CarePlan that holds a RequestGroup and the requests, all of it proposed and nothing stored.
/// FHIR R4 PlanDefinition/$apply: http://hl7.org/fhir/R4/operation-plandefinition-apply.html
package struct ProposedPlan {
    package let careProtocol: CareProtocol
    package let context: ProtocolContext

    package init(_ careProtocol: CareProtocol, context: ProtocolContext) {
        self.careProtocol = careProtocol
        self.context = context
    }

    /// - Returns: the CarePlan; the same for the same record at the same moment.
    /// - Throws: ``ProtocolRefusal`` when a condition or a value cannot be worked out.
    package func make() throws(ProtocolRefusal) -> JSON {
        let person = context.record.id
        let proposal = try ApplyProtocol(careProtocol, context: context, trigger: "apply").perform()
        var contained: [JSON] = []
        var goals: [JSON] = []
        for (goal, key) in proposal.goals {
            var json = BuildRequest.goal(goal, of: careProtocol, key: key, problem: nil, context: context)
            json["id"] = .string(key.id("Goal"))
            json["lifecycleStatus"] = "proposed"
            json["achievementStatus"] = nil
            contained.append(json)
            goals.append(["reference": .string("#\(key.id("Goal"))")])
        }
        var requests: [JSON] = []
        let actions = group(proposal.items, under: nil, &requests)
        let subject: JSON = ["reference": .string("Patient/\(person)")]
        contained += requests
        let isEmpty = actions.isEmpty
        if !isEmpty {
            contained.append([
                "resourceType": "RequestGroup", "id": "requests",
                "instantiatesCanonical": [.string(careProtocol.canonical)], "status": "draft", "intent": "proposal",
                "subject": subject, "action": .array(actions),
            ])
        }
        return .compact([
            "resourceType": "CarePlan",
            "contained": contained.isEmpty ? nil : .array(contained),
            "instantiatesCanonical": [.string(careProtocol.canonical)],
            "status": "draft",
            "intent": "proposal",
            "title": .string(careProtocol.title),
            "subject": subject,
            "created": .string(FHIRDate.instant(context.now)),
            "author": context.practitioner.map { ["reference": .string($0)] },
            "goal": goals.isEmpty ? nil : .array(goals),
            "activity": isEmpty ? nil : [["reference": ["reference": "#requests"]]],
        ])
    }

    private func group(_ items: [ApplyProtocol.Item], under parent: String?, _ requests: inout [JSON]) -> [JSON] {
        items.filter { $0.parent == parent && $0.applies }.compactMap { item in
            var action = Self.kept(item.action.node)
            action["id"] = .string(item.action.id)
            switch item.state {
            case .left: return nil
            case .group:
                let below = group(items, under: item.action.id, &requests)
                guard !below.isEmpty else {
                    return nil
                }
                action["action"] = .array(below)
            case .waits(let words): action["resource"] = ["display": .string(words)]
            case .asked(let request, _):
                let id = item.key.id(request["resourceType"]?.string ?? "")
                var request = Self.standingAlone(request)
                request["id"] = .string(id)
                requests.append(request)
                action["resource"] = ["reference": .string("#\(id)")]
            }
            return action
        }
    }

    /// What is within the answer refers to what is beside it.
    private static func standingAlone(_ request: JSON) -> JSON {
        var request = request
        request["status"] = "draft"
        request["intent"] = "proposal"
        if let focus = request["focus"]?["reference"]?.string, focus.hasPrefix("Goal/") {
            request["focus"] = ["reference": .string("#\(focus.dropFirst("Goal/".count))")]
        }
        if let goals = request["supportingInfo"]?.array {
            request["supportingInfo"] = .array(
                goals.map { goal in
                    let text = goal["reference"]?.string ?? ""
                    return text.hasPrefix("Goal/") ? ["reference": .string("#\(text.dropFirst("Goal/".count))")] : goal
                })
        }
        return request
    }

    /// What an action of a PlanDefinition and one of a RequestGroup have in common.
    private static func kept(_ node: JSONNode) -> JSON {
        var action: JSON = [:]
        for name in [
            "id", "prefix", "title", "description", "textEquivalent", "priority", "code", "documentation", "condition",
            "relatedAction", "timingDateTime", "timingPeriod", "timingDuration", "timingTiming", "type",
            "groupingBehavior", "selectionBehavior", "requiredBehavior", "precheckBehavior", "cardinalityBehavior",
        ] {
            if let value = node[name]?.value { action[name] = value }
        }
        return action
    }
}
