import FHIR
import Records

/// What a plan lacks: goals that nobody does anything for, steps that nobody does, and work that goes on after the end.
enum LackConflicts {
    /// - Parameters:
    ///   - picture: the plan.
    ///   - record: of the types EpisodeOfCare and Task.
    /// - Returns: what lacks something.
    static func among(_ picture: PlanPicture, _ record: PersonRecord) -> [PlanConflict] {
        let goals = picture.openGoals.filter { goal in
            !goal.steps.contains(where: \.isOpen) && goal.level?.isReached != true
        }.map {
            PlanConflict(.goalWithoutStep, "A goal without a step", "“\($0.words)”", [$0.resource.reference])
        }
        let steps = picture.openSteps.filter { $0.owner == nil }.map {
            PlanConflict(.stepWithoutOwner, "A step that nobody does", $0.title, [$0.resource.reference])
        }
        return goals + steps + afterEnd(record)
    }

    private static func afterEnd(_ record: PersonRecord) -> [PlanConflict] {
        let episodes = record.all("EpisodeOfCare").filter {
            CareCode.code($0.root.list("type").first, in: CareCode.program) != nil
        }
        let states = episodes.compactMap { $0.root.text("status") }
        guard states.contains("finished"),
            !states.contains(where: { ["planned", "waitlist", "active", "onhold"].contains($0) })
        else {
            return []
        }
        let ended = episodes.compactMap { CareMoment.end(of: $0.root.text("period", "end")) }.max()
        let open = record.all("Task").map(CareTask.init).filter { $0.isOpen && $0.code != nil && !$0.isSafety }
        // What was opened on purpose after the end is somebody's decision.
        return open.filter { ($0.authored ?? 0) <= ended ?? .max }.map { task in
            PlanConflict(
                .taskAfterEnd, "Still open after the programme has ended", task.title, [task.resource.reference])
        }
    }
}

extension GoalLevel {
    var isReached: Bool { [.achieved, .sustaining].contains(self) }
}
