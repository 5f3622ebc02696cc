import Care
import FHIR
import Records

/// The forms of the plan page, each with what was typed into it when it comes back.
struct PlanForms {
    let person: String
    /// Of the plan, 0 when there is none.
    let version: Int
    let picture: PlanPicture
    let staff: [(String, String)]
    /// Who is signed in, as the one who does a new step unless another is chosen.
    let me: String?
    var typed = Form([])

    private var base: String { "/people/\(person)/plan" }

    func problem() -> FormModel {
        let known = picture.otherConditions.prefix(200).map { ($0.id, $0.root["code"].flatMap(Words.concept) ?? $0.id) }
        var fields: [Field] = []
        if !known.isEmpty {
            let choices = [("", "A new one, written below")] + known
            fields.append(.select("problem-known", "From the records", choices, chosen: typed["problem-known"]))
        }
        fields.append(.line("problem-text", "A new one, in plain words", value: typed["problem-text"]))
        fields.append(
            .radios(
                "problem-kind", "A new one is", AddProblem.Kind.allCases.map { ($0.rawValue, $0.title) },
                chosen: typed["problem-kind"] ?? AddProblem.Kind.problem.rawValue))
        return FormModel("\(base)/problems", submit: "Add to the plan", version: version, fields: fields)
    }

    func goal() -> FormModel {
        let problems = picture.problems.compactMap { problem in problem.condition.map { ($0.id, problem.text) } }
        let fields: [Field] =
            [
                .area("words", "The goal, in the person's own words", value: typed["words"], rows: 2).with {
                    $0.hint = "As they say it: “I want to walk to church without stopping.”"
                },
                .select("problem", "It is about", [("", "Nothing on the list")] + problems, chosen: typed["problem"]),
                .line("measure", "How you will both see that it is reached", value: typed["measure"]).with {
                    $0.hint = "For example: mornings weighed in a week."
                },
                .select(
                    "direction", "The number to reach",
                    [("said-met", "No number: the person says so"), ("at-least", "At least"), ("at-most", "At most")],
                    chosen: typed["direction"]),
                .line("target", "Number", value: typed["target"]).with {
                    $0.short = true
                    $0.optional = true
                    $0.inputmode = "decimal"
                },
                .line("unit", "Unit", value: typed["unit"]).with {
                    $0.short = true
                    $0.optional = true
                },
                .line("due", "By when", value: typed["due"], type: "date").with { $0.short = true },
                priority(typed["priority"]),
            ] + scales()
        return FormModel("\(base)/goals", submit: "Add the goal", version: version, fields: fields)
    }

    /// The form that changes a goal; the version is the one that the change is made from.
    func change(_ goal: PlanGoal, version: Int) -> FormModel {
        let target = goal.target
        func value(_ name: String, _ stored: String?) -> String? { typed.fields.isEmpty ? stored : typed[name] }
        let levels =
            GoalLevel.allCases.map { ($0.rawValue, $0.title) }
            + [(ChangeGoal.dropped, "Dropped: the person no longer wants it")]
        var fields: [Field] = [
            .area("words", "The goal, in the person's own words", value: value("words", goal.words), rows: 2),
            .radios(
                "level", "How far has it come?", levels,
                chosen: value("level", goal.isOpen ? goal.level?.rawValue : ChangeGoal.dropped)),
            .area("note", "What was said or seen", value: typed["note"], rows: 3).with { $0.optional = true },
        ]
        if let target, [.atLeast, .atMost, .dropPercent, .withinOfBaseline].contains(target.direction) {
            fields.append(
                .line("target", target.name, value: value("target", target.target.map(GoalTarget.written))).with {
                    $0.short = true
                    $0.unit = target.direction == .dropPercent ? "%" : target.unit
                    $0.inputmode = "decimal"
                    $0.hint = target.words
                })
        }
        fields.append(.line("due", "By when", value: value("due", target?.due), type: "date").with { $0.short = true })
        fields.append(priority(value("priority", goal.priority?.rawValue)))
        fields += scales(goal)
        return FormModel(
            "\(base)/goals/\(goal.resource.id)", submit: "Save", version: version, fields: fields, cancel: base)
    }

    private func priority(_ chosen: String?) -> Field {
        Field.select(
            "priority", "When is it worked on?",
            [("", "Not said")] + GoalPriority.allCases.map { ($0.rawValue, $0.title) },
            chosen: chosen
        ).with { $0.optional = true }
    }

    /// The five levels of a goal, and where it stands.
    func scale(_ goal: PlanGoal) -> FormModel {
        scale(goal) { name in
            guard typed.fields.isEmpty || typed[SetGoalScale.field(0)] == nil else {
                return typed[name]
            }
            return name == SetGoalScale.nowField
                ? goal.scale.now.map(String.init)
                : GoalScale.levels.first { SetGoalScale.field($0) == name }.flatMap { goal.scale.words[$0] }
        }
    }

    func scale(_ goal: PlanGoal, _ value: (String) -> String?) -> FormModel {
        let levels = GoalScale.levels
        return FormModel(
            "\(base)/goals/\(goal.resource.id)/scale", submit: "Save the scale", version: goal.resource.version,
            intro: "Goal attainment scaling: put all five levels into words, then say where the goal stands.",
            fields: levels.map { level in
                .line(
                    SetGoalScale.field(level), "\(GoalScale.name(level)): \(GoalScale.meaning(level))",
                    value: value(SetGoalScale.field(level)))
            } + [
                .select(
                    SetGoalScale.nowField, "Where it stands now",
                    [("", "Not said")] + levels.map { (String($0), "\(GoalScale.name($0)): \(GoalScale.meaning($0))") },
                    chosen: value(SetGoalScale.nowField))
            ])
    }

    private func scales(_ goal: PlanGoal? = nil) -> [Field] {
        [
            ("importance", "How much does it matter to them?", goal?.importance),
            ("confidence", "How sure are they that they can?", goal?.confidence),
        ].map { name, label, stored in
            let value = goal != nil && typed.fields.isEmpty ? stored.map(String.init) : typed[name]
            return .line(name, label, value: value).with {
                $0.short = true
                $0.optional = true
                $0.unit = "of 10"
                $0.inputmode = "numeric"
            }
        }
    }

    func step() -> FormModel {
        let goals = picture.openGoals.map { ($0.resource.id, $0.words) }
        let fields: [Field] = [
            .line("step", "What is to be done", value: typed["step"]),
            .select("step-goal", "For the goal", [("", "No single goal")] + goals, chosen: typed["step-goal"]),
            .select("owner", "Who does it", staff, chosen: typed["owner"] ?? me),
            .line("step-due", "Until when", value: typed["step-due"], type: "date").with { $0.short = true },
            .line("every", "Again every", value: typed["every"]).with {
                $0.short = true
                $0.optional = true
                $0.unit = "days"
                $0.inputmode = "numeric"
            },
            .area("step-words", "What the person reads about it on paper", value: typed["step-words"], rows: 2).with {
                $0.optional = true
            },
        ]
        return FormModel("\(base)/steps", submit: "Add the step", version: version, fields: fields)
    }

    func close(_ step: PlanStep, version: Int) -> FormModel {
        let fields: [Field] = [
            .radios(
                "ending", "How did it end?",
                [("completed", "Done"), ("cancelled", "Dropped: not needed, or not wanted")],
                chosen: typed["ending"]),
            .area("note", "What came of it", value: typed["note"], rows: 3).with {
                $0.hint = "Needed when it is dropped."
            },
        ]
        return FormModel(
            "\(base)/steps/\(step.resource.id)", submit: "Save", version: version,
            intro: step.details.everyDays.map { "When it is done, the next one opens in \(Words.count($0, "day"))." },
            fields: fields, cancel: base)
    }

    func review() -> FormModel {
        FormModel(
            "\(base)/review", submit: "Set the day", version: version,
            hidden: [("review-was", picture.review?.resource.root.text("restriction", "period", "end") ?? "")],
            fields: [
                .line("review-day", "Next review of the plan", value: typed["review-day"], type: "date").with {
                    $0.short = true
                }
            ])
    }
}
