import Access
import FHIR
package import Records

/// Two entries that may be one person, kept as a Task that somebody decides: `for` one of them, `focus` the other.
package struct DuplicatePair: Sendable {
    package static let system = "urn:almoner:duplicate"
    package static let code = "pair"

    package enum State: String, Sendable {
        case waiting, later, same, different, undone
    }

    package let resource: Resource
    package let one: String
    package let other: String
    package let state: State
    /// Why it was decided so.
    package let reason: String?
    /// The name under which is kept what the merge moved, and who stayed; nil when there was none.
    package let merge: (ledger: String, kept: String)?

    package var id: String { resource.id }
    package var version: Int { resource.version }

    /// - Returns: nil for a Task of another kind.
    package init?(_ task: Resource) {
        let root = task.root
        guard root["code"]?.list("coding").contains(where: { $0.text("system") == Self.system }) ?? false,
            let one = Self.patient(root.text("for", "reference")),
            let other = Self.patient(root.text("focus", "reference"))
        else {
            return nil
        }
        resource = task
        self.one = one
        self.other = other
        let ledger = root.list("output").first { $0.text("type", "text") == "moved" }?.text("valueString")
        let kept = root.list("output").first { $0.text("type", "text") == "kept" }?.text("valueString")
        merge = ledger.flatMap { ledger in kept.map { (ledger: ledger, kept: $0) } }
        state =
            switch root.text("status") {
            case "on-hold": .later
            case "completed": .same
            case "rejected": .different
            case "cancelled": .undone
            default: .waiting
            }
        reason = root.text("statusReason", "text")
    }

    private static func patient(_ reference: String?) -> String? {
        reference.flatMap { $0.hasPrefix("Patient/") ? String($0.dropFirst("Patient/".count)) : nil }
    }

    /// The one who goes when the other is kept.
    package func goes(when kept: String) -> String { kept == one ? other : one }

    /// - Throws: ``NotNow`` when the task is no such pair; `RecordsFailure.stale` when it was read at another version.
    static func get(_ id: String, version: Int?, in change: Change) throws -> DuplicatePair {
        let task = try change.reader.get("Task", id)
        if let version, version != task.version {
            throw RecordsFailure.stale(current: task)
        }
        guard let pair = DuplicatePair(task) else {
            throw NotNow("This is not a pair of entries.")
        }
        return pair
    }

    /// The pair of two entries, however it stands; nil when nobody was ever asked about it.
    static func known(_ one: String, _ other: String, by reader: Reader) throws -> DuplicatePair? {
        try reader.search(
            Query("Task", [.token("identifier", system: OpenTask.keySystem, code: key(one, other))], limit: 1)
        ).first.flatMap(DuplicatePair.init)
    }

    private static func key(_ one: String, _ other: String) -> String {
        "duplicate/" + [one, other].sorted().joined(separator: "/")
    }

    /// Lays a pair before somebody, once.
    /// - Returns: the pair, as it stands where it was laid before.
    @discardableResult
    static func lay(_ one: String, _ other: String, isUrgent: Bool, in change: Change) throws -> DuplicatePair {
        if let known = try known(one, other, by: change.reader) {
            return known
        }
        let pair = [one, other].sorted()
        let task = try change.create([
            "resourceType": "Task",
            "identifier": [["system": .string(OpenTask.keySystem), "value": .string(key(one, other))]],
            "status": "requested",
            "intent": "order",
            "priority": isUrgent ? "urgent" : "routine",
            "code": [
                "coding": [["system": .string(DuplicatePair.system), "code": .string(DuplicatePair.code)]],
                "text": "May be on file twice",
            ],
            "focus": .reference("Patient/\(pair[1])"),
            "for": .reference("Patient/\(pair[0])"),
            "authoredOn": .string(FHIRDate.instant(change.now)),
        ])
        guard let laid = DuplicatePair(task) else {
            throw NotNow("This is not a pair of entries.")
        }
        return laid
    }

    /// Stores the pair as it was decided.
    @discardableResult
    func decide(
        _ status: String, because reason: String, output: [(String, String)] = [], in change: Change
    ) throws -> Resource {
        var json = resource.value
        json["status"] = .string(status)
        json["statusReason"] = ["text": .string(reason)]
        if !output.isEmpty {
            json["output"] = .array(output.map { ["type": ["text": .string($0.0)], "valueString": .string($0.1)] })
        }
        json["lastModified"] = .string(FHIRDate.instant(change.now))
        json["note"] = .array(
            (json["note"]?.array ?? []) + [
                .compact([
                    "authorReference": change.caller.practitioner.map { .reference($0) },
                    "authorString": change.caller.practitioner == nil ? .string(change.caller.name) : nil,
                    "time": .string(FHIRDate.instant(change.now)), "text": .string(reason),
                ])
            ])
        return try change.update(json, ifVersion: version)
    }

    /// The reason that a person gave, checked.
    static func reason(_ typed: String?) throws -> String {
        guard let typed, !typed.isEmpty else {
            throw FormProblems("reason", "Say why.")
        }
        guard typed.utf8.count <= TextLimit.note else {
            throw FormProblems("reason", "Keep this below \(TextLimit.note) characters.")
        }
        return typed
    }
}
