import FHIR
import Records

/// Makes the request that an action asks for: FHIR R4 ActivityDefinition/$apply, for the kinds that a care team orders.
/// Prescribing is not among them.
struct BuildRequest {
    static let kinds: Set<String> = ["Task", "ServiceRequest", "CommunicationRequest"]

    let careProtocol: CareProtocol
    let action: CareProtocol.Action
    let key: ProtocolKey
    let context: ProtocolContext
    /// What the goal is called that it serves, as `Goal/5`.
    let goal: String?
    let due: CalendarDay?

    private var activity: JSONNode? {
        if case .activity(let node) = action.work { node } else { nil }
    }

    private var canonical: String { "\(careProtocol.canonical)#\(action.id)" }
    private var patient: JSON { ["reference": .string("Patient/\(key.person)")] }

    /// - Returns: the resource, its dynamic values filled in in the order in which they stand.
    /// - Throws: ``ProtocolRefusal`` when a value cannot be worked out or does not fit.
    func make() throws(ProtocolRefusal) -> JSON {
        var resource: JSON
        switch activity?.text("kind") ?? "Task" {
        case "ServiceRequest": resource = serviceRequest
        case "CommunicationRequest": resource = communicationRequest
        default: resource = task(focus: goal)
        }
        try fill(&resource)
        return resource
    }

    /// The Task that puts a request onto somebody's list.
    func follow(_ request: String) -> JSON { task(focus: request) }

    private func fill(_ resource: inout JSON) throws(ProtocolRefusal) {
        for value in action.values {
            let place = "\(action.id).dynamicValue(\(value.path))"
            let found = try context.values(of: value.expression, at: place)
            guard found.count < 2 else {
                throw ProtocolRefusal(place, "It has several values where one is needed.")
            }
            // Nothing known: the element stays as the definition has it.
            if let found = found.first { try DynamicPath.set(value.path, found, in: &resource, context.definitions) }
        }
    }

    /// The words of the ActivityDefinition for the person.
    private var personWords: String? {
        activity?.list("extension").first { $0.text("url") == StepDetails.wordsURL }?.text("valueString")
    }

    private func task(focus: String?) -> JSON {
        let repeats = due.map { due in action.repeats?.beginning(due) } ?? action.repeats
        var extensions: [JSON] = []
        if let repeats {
            extensions.append(["url": .string(StepDetails.everyURL), "valueInteger": .int(repeats.everyDays)])
            if repeats.unit != .day || repeats.left != nil || repeats.until != nil {
                extensions.append(["url": .string(Repeating.url), "valueTiming": ["repeat": repeats.json]])
            }
        }
        if let personWords {
            extensions.append(["url": .string(StepDetails.wordsURL), "valueString": .string(personWords)])
        }
        var form: String?
        if case .form(let canonical) = action.work { form = canonical }
        var codings: [JSON] = [
            [
                "system": .string(TaskCode.system),
                "code": .string((form == nil ? TaskCode.intervention : TaskCode.assessment).rawValue),
            ]
        ]
        codings += activity?["code"]?.list("coding").map(\.value) ?? []
        return .compact([
            "resourceType": "Task",
            "extension": extensions.isEmpty ? nil : .array(extensions),
            "identifier": [key.identifier],
            "instantiatesCanonical": .string(canonical),
            "basedOn": context.plan.map { [["reference": .string($0)]] },
            "status": "requested",
            "intent": "order",
            "priority": .string(action.priority ?? "routine"),
            "code": ["coding": .array(codings), "text": .string(action.title)],
            "description": .string("\(careProtocol.title): from the library"),
            "focus": focus.map { ["reference": .string($0)] },
            "for": patient,
            "authoredOn": .string(FHIRDate.instant(context.now)),
            "performerType": action.roles.isEmpty
                ? nil : .array(action.roles.map { ["text": .string($0)] }),
            "owner": context.owner(of: action, person: key.person).map { ["reference": .string($0)] },
            "restriction": due.map { ["period": ["end": .string(FHIRDate.instant(context.endOfDay($0)))]] },
            "input": form.map { [["type": ["text": "Form"], "valueCanonical": .string($0)]] },
        ])
    }

    private var concept: JSON { activity?["code"]?.value ?? ["text": .string(action.title)] }

    private var serviceRequest: JSON {
        let intent = activity?.text("intent") ?? "plan"
        return .compact([
            "resourceType": "ServiceRequest",
            "identifier": [key.identifier],
            "instantiatesCanonical": [.string(canonical)],
            "basedOn": context.plan.map { [["reference": .string($0)]] },
            "status": "active",
            "intent": .string(["proposal", "plan", "order"].contains(intent) ? intent : "plan"),
            "priority": .string(action.priority ?? "routine"),
            "doNotPerform": activity?["doNotPerform"]?.bool == true ? true : nil,
            "code": concept,
            "subject": patient,
            "occurrenceTiming": action.repeats.map { ["repeat": $0.json] },
            "occurrencePeriod": action.repeats == nil ? due.map { ["end": .string($0.text)] } : nil,
            "authoredOn": .string(FHIRDate.instant(context.now)),
            "requester": context.practitioner.map { ["reference": .string($0)] },
            "performerType": action.roles.first.map { ["text": .string($0)] },
            "supportingInfo": goal.map { [["reference": .string($0)]] },
            "bodySite": activity?["bodySite"]?.value,
            "patientInstruction": personWords.map(JSON.string),
        ])
    }

    private var communicationRequest: JSON {
        .compact([
            "resourceType": "CommunicationRequest",
            "extension": [
                ["url": .string(ProtocolKey.instantiatesURL), "valueCanonical": .string(canonical)]
            ],
            "identifier": [key.identifier],
            "basedOn": context.plan.map { [["reference": .string($0)]] },
            "status": "active",
            "category": [concept],
            "priority": .string(action.priority ?? "routine"),
            "subject": patient,
            "payload": (personWords ?? action.text).map { [["contentString": .string($0)]] },
            "occurrencePeriod": due.map { ["end": .string($0.text)] },
            "authoredOn": .string(FHIRDate.instant(context.now)),
            "requester": context.practitioner.map { ["reference": .string($0)] },
            "recipient": [patient],
        ])
    }

    /// A goal of the protocol as a Goal.
    static func goal(
        _ goal: CareProtocol.Goal, of careProtocol: CareProtocol, key: ProtocolKey, problem: String?,
        context: ProtocolContext
    ) -> JSON {
        let targets = goal.targets.map { target, days in
            var target = target
            target["dueDate"] = days.map { .string(context.today.adding(days: $0).text) }
            return target
        }
        var identifiers = [key.identifier]
        if let item = PackProtocol.item(goal: goal.id, of: careProtocol) {
            identifiers.append(["system": .string(OpenTask.keySystem), "value": .string(item)])
        }
        var json: JSON = .compact([
            "resourceType": "Goal",
            "extension": [
                [
                    "url": .string(ProtocolKey.instantiatesURL),
                    "valueCanonical": .string("\(careProtocol.canonical)#\(key.action)"),
                ]
            ],
            "identifier": .array(identifiers),
            "lifecycleStatus": "active",
            "achievementStatus": AddGoal.level(.inProgress),
            "description": goal.description,
            "subject": ["reference": .string("Patient/\(key.person)")],
            "startDate": .string(context.today.text),
            "target": targets.isEmpty ? nil : .array(targets),
            "statusDate": .string(context.today.text),
            "expressedBy": ["reference": .string("Patient/\(key.person)")],
            "addresses": problem.map { [["reference": .string($0)]] },
        ])
        for member in goal.details {
            if member.name == "startCodeableConcept" { json["startDate"] = nil }
            json[member.name] = member.value
        }
        return json
    }
}
