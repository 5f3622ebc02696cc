import Content
package import FHIR

/// Turns a pack of the library into FHIR: a PlanDefinition that holds the ActivityDefinitions of its steps, so that one
/// resource is one whole version. FHIR R4 PlanDefinition and ActivityDefinition.
package enum PackProtocol {
    package static func id(_ pack: PlanPack) -> String { "protocol-\(pack.id)" }
    package static func url(_ pack: PlanPack) -> String { "urn:almoner:protocol:\(pack.id)" }

    /// How a goal of a pack is named on the plan page: `diabetes.goal.a1c`; nil for what is no pack's.
    static func item(goal: String, of careProtocol: CareProtocol) -> String? {
        let prefix = "urn:almoner:protocol:"
        guard careProtocol.url.hasPrefix(prefix) else {
            return nil
        }
        return "\(careProtocol.url.dropFirst(prefix.count)).goal.\(goal)"
    }

    package static func compile(_ pack: PlanPack) -> JSON {
        .compact([
            "resourceType": "PlanDefinition",
            "id": .string(id(pack)),
            "contained": .array(pack.interventions.map { activity($0, pack) }),
            "url": .string(url(pack)),
            "version": .string(pack.origin.version),
            "name": .string(name(pack.id)),
            "title": .string(pack.title),
            "type": [
                "coding": [
                    [
                        "system": "http://terminology.hl7.org/CodeSystem/plan-definition-type",
                        "code": "clinical-protocol",
                    ]
                ]
            ],
            "status": "active",
            "subjectCodeableConcept": [
                "coding": [["system": "http://hl7.org/fhir/resource-types", "code": "Patient"]]
            ],
            "useContext": [ages(pack)],
            "copyright": .string(pack.origin.licence),
            "effectivePeriod": .compact([
                "start": .string(pack.origin.effectiveFrom), "end": pack.origin.effectiveTo.map(JSON.string),
            ]),
            "relatedArtifact": [["type": "citation", "citation": .string(pack.origin.source)]],
            "goal": .array(pack.goals.map { goal($0, pack) }),
            "action": .array(actions(pack)),
        ])
    }

    /// FHIR R4 usage-context-type `age`.
    private static func ages(_ pack: PlanPack) -> JSON {
        func years(_ value: Int) -> JSON {
            ["value": .int(value), "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"]
        }
        return [
            "code": ["system": "http://terminology.hl7.org/CodeSystem/usage-context-type", "code": "age"],
            "valueRange": .compact(["low": years(pack.ages.from), "high": pack.ages.to.map(years)]),
        ]
    }

    /// `heart-failure` as HeartFailure.
    private static func name(_ id: String) -> String {
        id.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func goal(_ goal: PlanPack.Goal, _ pack: PlanPack) -> JSON {
        var target = GoalTarget(goal.measure, due: "").json
        target["dueDate"] = nil
        if target["detailString"] != nil {
            target["detailString"] = nil
            target["detailCodeableConcept"] = ["text": "The person says so"]
        }
        target["due"] = .days(goal.dueInDays)
        let codes = pack.suggestedBy.filter { !$0.isPrefix && $0.system != .need }.map { suggestion -> JSON in
            [
                "system": suggestion.system == .snomed
                    ? "http://snomed.info/sct" : "http://hl7.org/fhir/sid/icd-10-cm",
                "code": .string(suggestion.code),
            ]
        }
        return .compact([
            "id": .string(goal.id),
            "extension": replaces(goal.replaces),
            "description": [
                "extension": [
                    ["url": .string(titleURL), "valueString": .string(goal.title)]
                ], "text": .string(goal.firstWords.en),
            ],
            "addresses": [.compact(["coding": codes.isEmpty ? nil : .array(codes), "text": .string(pack.problem)])],
            "target": [target],
        ])
    }

    /// What the team calls a goal whose description is in the person's words.
    static let titleURL = "urn:almoner:extension:goal-title"

    private static func replaces(_ ids: [String]) -> JSON? {
        ids.isEmpty
            ? nil
            : .array(ids.map { ["url": .string(ProtocolKey.replacesURL), "valueString": .string($0)] })
    }

    private static func activity(_ step: PlanPack.Intervention, _ pack: PlanPack) -> JSON {
        .compact([
            "resourceType": "ActivityDefinition",
            "id": .string(step.id),
            "extension": [
                [
                    "url": .string(StepDetails.wordsURL), "valueString": .string(step.patient.en),
                    "_valueString": [
                        "extension": [
                            [
                                "url": "http://hl7.org/fhir/StructureDefinition/translation",
                                "extension": [
                                    ["url": "lang", "valueCode": "es"],
                                    ["url": "content", "valueString": .string(step.patient.es)],
                                ],
                            ]
                        ]
                    ],
                ]
            ],
            "url": .string("\(url(pack)):\(step.id)"),
            "version": .string(pack.origin.version),
            "title": .string(step.title),
            "status": "active",
            "kind": "Task",
            "timingTiming": step.everyDays.map { days in
                [
                    "repeat": Repeating(every: days, left: step.times, forDays: step.forDays).json
                ]
            },
            "participant": [["type": "practitioner", "role": ["text": .string(step.who.rawValue)]]],
        ])
    }

    private static func actions(_ pack: PlanPack) -> [JSON] {
        let grouped = Set(pack.choices.flatMap(\.steps))
        let groups = pack.choices.map { choice -> JSON in
            [
                "id": .string(choice.id), "title": .string(choice.title), "groupingBehavior": "logical-group",
                "selectionBehavior": .string(choice.selection.rawValue),
                "action": .array(pack.interventions.filter { choice.steps.contains($0.id) }.map(action)),
            ]
        }
        return groups + pack.interventions.filter { !grouped.contains($0.id) }.map(action)
    }

    private static func action(_ step: PlanPack.Intervention) -> JSON {
        let conditions = step.when.map { condition -> JSON in
            [
                "kind": .string(condition.kind.rawValue),
                "expression": [
                    "description": .string(condition.words), "language": "text/fhirpath",
                    "expression": .string(condition.path),
                ],
            ]
        }
        let after = step.after.map { after -> JSON in
            .compact([
                "actionId": .string(after.step), "relationship": "after-end",
                "offsetDuration": after.days == 0 ? nil : .days(after.days),
            ])
        }
        let values = step.values.map { value -> JSON in
            [
                "path": .string(value.path),
                "expression": ["language": "text/fhirpath", "expression": .string(value.expression)],
            ]
        }
        return .compact([
            "id": .string(step.id),
            "extension": replaces(step.replaces),
            "title": .string(step.title),
            "goalId": .array(step.goals.map(JSON.string)),
            "condition": conditions.isEmpty ? nil : .array(conditions),
            "relatedAction": after.isEmpty ? nil : .array(after),
            "timingDuration": .days(step.dueInDays),
            "requiredBehavior": step.required.map { .string($0.rawValue) },
            "precheckBehavior": step.isPrechecked ? "yes" : nil,
            "definitionCanonical": .string("#\(step.id)"),
            "dynamicValue": values.isEmpty ? nil : .array(values),
        ])
    }
}
