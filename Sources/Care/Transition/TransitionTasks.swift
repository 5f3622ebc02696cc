import FHIR
import Records

/// One task of a transition.
struct TransitionTask {
    let resource: Resource
    let code: TaskCode

    /// - Returns: nil when the resource is no task of ours.
    init?(_ resource: Resource) {
        guard
            let code = resource.root["code"]?.list("coding").lazy
                .filter({ $0.text("system") == TaskCode.system }).compactMap({ $0.text("code") })
                .compactMap(TaskCode.init(rawValue:)).first
        else {
            return nil
        }
        self.resource = resource
        self.code = code
    }

    var status: String { resource.root.text("status") ?? "" }
    var isOpen: Bool { !["completed", "cancelled", "rejected", "failed", "entered-in-error"].contains(status) }
    var due: Int64? { resource.root.text("restriction", "period", "end").flatMap { FHIRDate($0)?.low } }
    var owner: String? { resource.root.text("owner", "reference") }
    /// When it was done.
    var ended: Int64 {
        resource.root.text("executionPeriod", "end").flatMap { FHIRDate($0)?.low } ?? resource.updated
    }

    func follows(_ episode: TransitionEpisode) -> Bool {
        resource.root.list("basedOn").contains { $0.text("reference") == episode.resource.reference }
    }

    /// Ends the task and stores it.
    /// - Parameters:
    ///   - status: `completed`, `cancelled` or `failed`.
    ///   - words: the reason, for what was not done.
    ///   - at: when it was done, a FHIR dateTime; nil: now.
    ///   - change: the change it is part of.
    /// - Throws: ``RecordsFailure/stale(current:)`` when someone changed the task in between.
    func finish(_ status: String, because words: String? = nil, at: String? = nil, in change: Change) throws {
        var task = resource.value
        task["status"] = .string(status)
        task["statusReason"] = words.map { ["text": .string($0)] }
        task["lastModified"] = .string(FHIRDate.instant(change.now))
        if status == "completed" {
            var period = task["executionPeriod"] ?? [:]
            period["end"] = .string(at ?? FHIRDate.instant(change.now))
            task["executionPeriod"] = period
        }
        try change.update(task, ifVersion: resource.version)
    }
}

/// The tasks of a transition.
enum TransitionTasks {
    static func of(_ episode: TransitionEpisode, _ reader: Reader) throws -> [TransitionTask] {
        try reader.search(Query("Task", [.reference("based-on", episode.resource.reference)], limit: 100))
            .compactMap(TransitionTask.init)
    }

    static func of(_ episode: TransitionEpisode, in record: PersonRecord) -> [TransitionTask] {
        record.all("Task").compactMap(TransitionTask.init).filter { $0.follows(episode) }
    }
}
