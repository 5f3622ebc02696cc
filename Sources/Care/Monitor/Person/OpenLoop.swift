import FHIR
import Records

/// Something begun for a person and not ended: a task, or an order without one.
package struct OpenLoop: Sendable {
    package let reference: String
    /// The id of the Task; nil for an order.
    package let task: String?
    package let code: TaskCode?
    package let title: String
    package let why: String?
    /// Milliseconds since 1970.
    package let due: Int64?
    package let isUrgent: Bool
    package let isPaused: Bool
    /// The status word of FHIR.
    package let status: String
    /// When it was asked for, as FHIR writes it.
    package let asked: String?
    package var owner: String?
    let ownerReference: String?

    static let openStates: Set<String> = [
        "draft", "requested", "received", "accepted", "ready", "in-progress", "on-hold",
    ]

    /// The open ones: safety first, then urgent, then by what is due first, what has no date last.
    static func all(in record: PersonRecord) -> [OpenLoop] {
        let tasks = record.all("Task").compactMap { OpenLoop(task: $0) }
        // An order that a task watches over is one loop, not two.
        let watched = Set(
            record.all("Task").flatMap { task in
                ([task.root["focus"]] + task.root.list("basedOn").map { $0 }).compactMap { $0?["reference"]?.string }
            })
        let orders = record.all("ServiceRequest").filter { !watched.contains($0.reference) }.compactMap {
            OpenLoop(order: $0)
        }
        return (tasks + orders).sorted { $0.rank < $1.rank }
    }

    private var rank: (Int, Int64, String) {
        (code == .safety ? 0 : isUrgent ? 1 : isPaused ? 3 : 2, due ?? .max, reference)
    }

    private init?(task: Resource) {
        let root = task.root
        guard let status = root["status"]?.string, Self.openStates.contains(status) else {
            return nil
        }
        reference = task.reference
        self.task = task.id
        code = root["code"]?.code(of: TaskCode.system).flatMap(TaskCode.init(rawValue:))
        title = root["code"]?.words ?? root["description"]?.string ?? "Task"
        why = root["code"]?.words == nil ? nil : root["description"]?.string
        due = root.moment("restriction", "period", "end")
        isUrgent = ["urgent", "asap", "stat"].contains(root["priority"]?.string ?? "")
        isPaused = status == "on-hold"
        self.status = status
        asked = root["authoredOn"]?.string
        owner = root["owner"]?["display"]?.string
        ownerReference = root["owner"]?["reference"]?.string
    }

    private init?(order: Resource) {
        let root = order.root
        guard let status = root["status"]?.string, ["active", "on-hold", "draft"].contains(status),
            root["doNotPerform"]?.bool != true
        else {
            return nil
        }
        reference = order.reference
        task = nil
        code = nil
        title = root["code"]?.words ?? "Order"
        why = nil
        due = root.moment("occurrenceDateTime") ?? root.moment("occurrencePeriod", "end")
        isUrgent = ["urgent", "asap", "stat"].contains(root["priority"]?.string ?? "")
        isPaused = status == "on-hold"
        self.status = status
        asked = root["authoredOn"]?.string
        owner = root.list("performer").first?["display"]?.string
        ownerReference = root.list("performer").first?["reference"]?.string
    }
}
