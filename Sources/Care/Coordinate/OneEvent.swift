import FHIR
import Records

/// The steps that one event asks for, a discharge for example, as one row in a list of what is to be done: the step that
/// comes first stands for the others of the same owner.
struct OneEvent {
    /// The ids of the tasks that stand for others, with how many.
    private var fronts: [String: Int] = [:]
    private var behind: Set<String> = []

    /// - Parameter open: a person's open tasks.
    init(_ open: [CareTask]) {
        let steps = open.filter { task in
            task.pausedUntil == nil && task.code.map(TransitionPlan.codes.contains) ?? false
        }
        let groups = Dictionary(grouping: steps) { task in
            "\(task.owner ?? "") \(task.resource.root.list("basedOn").compactMap { $0.text("reference") }.first ?? task.id)"
        }
        for group in groups.values {
            let ordered = group.sorted { Self.place($0) < Self.place($1) }
            if let first = ordered.first {
                fronts[first.id] = ordered.count - 1
                behind.formUnion(ordered.dropFirst().map(\.id))
            }
        }
    }

    func more(than task: CareTask) -> Int { fronts[task.id] ?? 0 }

    func isBehind(_ task: CareTask) -> Bool { behind.contains(task.id) }

    private static func place(_ task: CareTask) -> (Int64, Int, String) {
        (task.due ?? .max, task.code.map(TransitionSteps.rank) ?? 0, task.id)
    }
}
