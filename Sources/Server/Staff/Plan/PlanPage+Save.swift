import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// Each form of the plan page and the verb behind it.
extension PlanPage {
    private struct Sent {
        let person: String
        let form: Form
        let version: Int
        let today: CalendarDay
        let endOfDay: @Sendable (CalendarDay) -> Int64
    }

    private func sent(_ request: Request, _ context: StaffContext) async throws -> Sent {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let days = SiteDay(zone: services.zone)
        return Sent(
            person: try context.part("id"), form: form, version: form["version"].flatMap { Int($0) } ?? 0,
            today: days.today(services.now()), endOfDay: { days.end(of: $0) })
    }

    @Sendable func addProblem(_ request: Request, _ context: StaffContext) async throws -> Response {
        let sent = try await sent(request, context)
        let verb = AddProblem(
            person: sent.person, version: sent.version, known: sent.form["problem-known"],
            text: sent.form["problem-text"], kind: sent.form["problem-kind"].flatMap(AddProblem.Kind.init(rawValue:)))
        return try await save(sent, "problems", done: "problem", context) { change in
            _ = try verb.perform(in: change)
            return nil
        }
    }

    @Sendable func addGoal(_ request: Request, _ context: StaffContext) async throws -> Response {
        let sent = try await sent(request, context)
        let form = sent.form
        let verb = AddGoal(
            person: sent.person, version: sent.version, problem: form["problem"],
            form: GoalForm(
                words: form["words"], measure: form["measure"], direction: form["direction"], target: form["target"],
                unit: form["unit"], due: form["due"], importance: form["importance"], confidence: form["confidence"],
                priority: form["priority"]),
            today: sent.today)
        return try await save(sent, "goals", done: "goal", context) { change in
            _ = try verb.perform(in: change)
            return nil
        }
    }

    @Sendable func addStep(_ request: Request, _ context: StaffContext) async throws -> Response {
        let sent = try await sent(request, context)
        let form = sent.form
        let verb = AddIntervention(
            person: sent.person, version: sent.version, title: form["step"], goal: form["step-goal"],
            owner: form["owner"], due: form["step-due"], every: form["every"], personWords: form["step-words"],
            today: sent.today, endOfDay: sent.endOfDay)
        return try await save(sent, "steps", done: "step", context) { change in
            _ = try verb.perform(in: change)
            return nil
        }
    }

    @Sendable func addFromLibrary(_ request: Request, _ context: StaffContext) async throws -> Response {
        let sent = try await sent(request, context)
        let verb = AddFromLibrary(
            person: sent.person, version: sent.version, items: sent.form.all("item"), library: services.care.plans,
            today: sent.today, endOfDay: sent.endOfDay)
        return try await save(sent, "library", done: "library", context) { change in
            _ = try verb.perform(in: change)
            return nil
        }
    }

    @Sendable func setReview(_ request: Request, _ context: StaffContext) async throws -> Response {
        let sent = try await sent(request, context)
        let verb = SetReview(
            person: sent.person, version: sent.version, due: sent.form["review-day"],
            was: sent.form["review-was"], today: sent.today,
            endOfDay: sent.endOfDay)
        return try await save(sent, "review", done: "review", context) { change in
            _ = try verb.perform(in: change)
            return nil
        }
    }

    @Sendable func changeGoal(_ request: Request, _ context: StaffContext) async throws -> Response {
        let sent = try await sent(request, context)
        let form = sent.form
        let id = try context.part("goal")
        let verb = ChangeGoal(
            person: sent.person, goal: id, version: sent.version, words: form["words"], level: form["level"],
            note: form["note"], due: form["due"], target: form["target"], importance: form["importance"],
            confidence: form["confidence"], priority: form["priority"], today: sent.today)
        return try await save(sent, "goal", done: "changed", context, goal: id) { try verb.perform(in: $0) }
    }

    @Sendable func setScale(_ request: Request, _ context: StaffContext) async throws -> Response {
        let sent = try await sent(request, context)
        let id = try context.part("goal")
        let verb = scaling(sent, id)
        return try await save(sent, "scale", done: "scale", context, goal: id) { try verb.perform(in: $0) }
    }

    private func scaling(_ sent: Sent, _ goal: String) -> SetGoalScale {
        var words: [Int: String] = [:]
        for level in GoalScale.levels { words[level] = sent.form[SetGoalScale.field(level)] }
        return SetGoalScale(
            person: sent.person, goal: goal, version: sent.version, words: words, now: sent.form[SetGoalScale.nowField])
    }

    @Sendable func closeStep(_ request: Request, _ context: StaffContext) async throws -> Response {
        let sent = try await sent(request, context)
        let id = try context.part("step")
        let verb = CompleteIntervention(
            person: sent.person, task: id, version: sent.version,
            ending: sent.form["ending"].flatMap(CompleteIntervention.Ending.init(rawValue:)), note: sent.form["note"],
            days: SiteDays(today: sent.today, end: sent.endOfDay))
        return try await save(sent, "step", done: "closed", context, step: id) { try verb.perform(in: $0) }
    }

    /// The verb answers with what it changed over the version that was sent; nil when it only added.
    private func save(
        _ sent: Sent, _ name: String, done: String, _ context: StaffContext, goal: String? = nil, step: String? = nil,
        _ verb: @escaping @Sendable (Change) throws -> Resource?
    ) async throws -> Response {
        do {
            let changed = try await services.records.write(as: try context.caller(), at: services.now(), verb)
            let isMerged = changed.map { $0.version - 1 > sent.version } ?? false
            return .seeOther("/people/\(sent.person)/plan?done=\(isMerged ? "merged" : done)")
        } catch let problems as FormProblems {
            let seen = try await look(sent.person, context)
            return try await page(
                seen, context, goal: goal.flatMap { seen.goal($0) }, step: step.flatMap { seen.step($0) },
                typed: sent.form, opened: name, version: sent.version, problems: problems)
        } catch RecordsFailure.stale(let current) {
            let seen = try await look(sent.person, context)
            return try await conflict(sent, name, current, seen, context, goal: goal, step: step)
        }
    }

    /// Someone saved in between: theirs, mine, and mine once more to be saved over it.
    private func conflict(
        _ sent: Sent, _ name: String, _ current: Resource, _ seen: Seen, _ context: StaffContext, goal: String?,
        step: String?
    ) async throws -> Response {
        let names = try await StaffNames.read(services, try context.caller())
        let forms = try forms(seen, names, sent.form, context)
        let href = "/people/\(sent.person)/plan"
        let fresh = try self.forms(seen, names, Form([]), context)
        if name == "scale", let goal = goal.flatMap({ seen.goal($0) }) {
            let verb = scaling(sent, current.id)
            let merge = try await services.records.read(
                as: try context.caller(), at: services.now(), for: "plan page"
            ) { try verb.merge(over: current, by: $0) }
            let theirs = fresh.scale(PlanGoal(current))
            var mine = theirs
            mine.fields = forms.scale(goal) { merge.fields[$0] }.fields
            return try await ConflictPage.response(
                services, context, what: "Scale of the goal: \(PlanGoal(current).words)", current: current,
                lines: Self.lines(theirs.fields, mine.fields), form: mine, theirsHref: href)
        }
        if let goal = goal.flatMap({ seen.goal($0) }) {
            var typed = sent.form
            let form = sent.form
            // What only the other one changed is kept; what both changed is left to decide.
            let merge = try await services.records.read(
                as: try context.caller(), at: services.now(), for: "plan page"
            ) { reader in
                try ChangeGoal(
                    person: sent.person, goal: current.id, version: sent.version, words: form["words"],
                    level: form["level"], note: nil, due: form["due"], target: form["target"],
                    importance: form["importance"], confidence: form["confidence"], priority: form["priority"],
                    today: sent.today
                ).merge(over: current, by: reader)
            }
            for name in merge.theirs { typed.set(name, merge.fields[name]) }
            let mine = try self.forms(seen, names, typed, context).change(goal, version: current.version)
            var theirs = fresh.change(PlanGoal(current), version: current.version)
            if let place = theirs.fields.firstIndex(where: { $0.name == "note" }) {
                theirs.fields[place].value = PlanGoal(current).notes.last?.text
            }
            return try await ConflictPage.response(
                services, context, what: "Goal: \(PlanGoal(current).words)", current: current,
                lines: Self.lines(theirs.fields, mine.fields), form: mine, theirsHref: href)
        }
        if let step = step.flatMap({ seen.anyStep($0) }) {
            let form = forms.close(step, version: current.version)
            return try await ConflictPage.response(
                services, context, what: "Step: \(step.title)", current: current,
                lines: [("State", PlanStep(current).status, sent.form["ending"] ?? "")]
                    + Self.lines(fresh.close(step, version: current.version).fields, form.fields), form: form,
                theirsHref: href)
        }
        let form = add(name, forms, seen, sent.form)
        let now = seen.picture.openGoals.map(\.words) + seen.picture.openSteps.map(\.title)
        return try await ConflictPage.response(
            services, context, what: "Care plan", current: current,
            lines: [("The plan now holds", now.joined(separator: "\n"), "")]
                + Self.lines(form.fields.map { $0.with { $0.emptied() } }, form.fields), form: form, theirsHref: href)
    }

    private func add(_ name: String, _ forms: PlanForms, _ seen: Seen, _ typed: Form) -> FormModel {
        switch name {
        case "problems": return forms.problem()
        case "goals": return forms.goal()
        case "steps": return forms.step()
        case "review": return forms.review()
        default:
            let ticked = typed.all("item")
            let shelves = PlanPack.shelves(services.care.plans.packs, seen.record, age: nil, ticked: ticked)
            let choices = shelves.flatMap(\.items).filter { ticked.contains($0.id) }.map { ($0.id, $0.text) }
            return FormModel(
                "/people/\(seen.record.id)/plan/library", submit: "Add those ticked", version: forms.version,
                fields: [.checks("item", "From the library", choices, chosen: ticked)])
        }
    }

    /// The fields of two fillings of one form, as words.
    private static func lines(_ theirs: [Field], _ mine: [Field]) -> [(label: String, theirs: String, mine: String)] {
        zip(theirs, mine).map { ($0.label, $0.said, $1.said) }.filter { !$0.1.isEmpty || !$0.2.isEmpty }
    }
}

extension PlanPage.Seen {
    func goal(_ id: String) -> PlanGoal? { picture.problems.flatMap(\.goals).first { $0.resource.id == id } }

    func step(_ id: String) -> PlanStep? { picture.openSteps.first { $0.resource.id == id } }

    func anyStep(_ id: String) -> PlanStep? {
        (picture.problems.flatMap(\.goals).flatMap(\.steps) + picture.otherSteps).first { $0.resource.id == id }
    }
}

extension Field {
    /// What the field holds, as people read it.
    fileprivate var said: String {
        options.isEmpty
            ? value ?? "" : options.filter { $0.on && !$0.value.isEmpty }.map(\.text).joined(separator: ", ")
    }

    fileprivate mutating func emptied() {
        value = nil
        options = []
    }
}
