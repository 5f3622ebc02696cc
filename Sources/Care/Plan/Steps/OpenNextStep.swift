import FHIR
import Records

/// A step of the plan that repeats was done: opens its next turn. Whichever page closed the step, it goes on.
struct OpenNextStep {
    let days: SiteDays

    /// Nothing happens when the step, as it was closed, does not repeat, belongs to a plan that is not active, or is no
    /// step at all.
    func perform(after task: Resource, in change: Change) throws {
        let isStep = task.root["code"]?.list("coding").contains {
            $0.text("system") == TaskCode.system && $0.text("code") == TaskCode.intervention.rawValue
        }
        let details = StepDetails(task.root)
        guard isStep == true, let every = details.everyDays, let person = CareTask(task).person,
            let plan = try change.reader.find(reference: task.root.list("basedOn").first?.text("reference")),
            plan.type == "CarePlan", plan.root.text("status") == "active", let title = task.root.text("code", "text")
        else { return }
        let next = try details.open(
            OpenTask(
                .intervention, person: person, title: title,
                why: task.root.text("description") ?? "A step of the care plan",
                owner: task.root.text("owner", "reference"), due: days.end(days.today.adding(days: every)),
                focus: task.root.text("focus", "reference"), basedOn: plan.reference,
                key: "\(person)|plan|repeat|\(task.id)"), in: change)
        var edit = PlanEdit(following: plan)
        edit.act(next.reference)
        try edit.save(in: change)
    }
}
