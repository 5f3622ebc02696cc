import Access
package import FHIR
package import Records

/// What a supervisor has decided for all who follow one version of a protocol when the next one comes: for each
/// difference whether the old stays or the new is taken, and why. It is a Task about the PlanDefinition that no person
/// is the subject of; its status says how far the work is.
package struct MoveDefault: Sendable {
    package typealias Deed = PlanMigration.Deed

    package enum State: Sendable, Equatable {
        case runs
        case ended
        /// Why it cannot go on.
        case stopped(String)
    }

    static let system = "urn:almoner:protocol-move"
    static let code = "default"

    package let resource: Resource
    /// The id of the PlanDefinition.
    package let protocolID: String
    package let old: String
    package let new: String
    /// By the ids of the lines of the ``ProtocolDiff``.
    package let deeds: [String: Deed]
    package let reason: String
    /// Whose decision it is, as an account: his reach is that of the work.
    package let account: String
    package let state: State
    /// When it was published, milliseconds since 1970.
    package let published: Int64?
    package let ended: Int64?
    /// What was done with goals and steps in the end, as far as whoever decided sees it.
    package let done: [Deed: Int]

    package var title: String { resource.root.text("code", "text") ?? protocolID }

    /// - Returns: nil for a Task that is no such decision.
    package init?(_ resource: Resource) {
        let root = resource.root
        guard resource.type == "Task", CareCode.code(root["code"], in: Self.system) == Self.code,
            let focus = root.text("focus", "reference"), focus.hasPrefix("PlanDefinition/")
        else { return nil }
        func inputs(_ code: String) -> [JSONNode] {
            root.list("input").filter { CareCode.code($0["type"], in: Self.system) == code }
        }
        guard let old = inputs("from").first?.text("valueString"), let new = inputs("to").first?.text("valueString"),
            let account = inputs("account").first?.text("valueString")
        else { return nil }
        self.resource = resource
        protocolID = String(focus.dropFirst("PlanDefinition/".count))
        self.old = old
        self.new = new
        self.account = account
        reason = root.text("description") ?? ""
        var deeds: [String: Deed] = [:]
        for input in inputs("deed") {
            if let line = input.text("type", "text") {
                deeds[line] = input.text("valueCode").flatMap(Deed.init)
            }
        }
        self.deeds = deeds
        state =
            switch root.text("status") {
            case "in-progress": .runs
            case "completed": .ended
            default: .stopped(root.text("statusReason", "text") ?? "It was stopped.")
            }
        published = CareMoment.of(root.text("executionPeriod", "start"))
        ended = CareMoment.of(root.text("executionPeriod", "end"))
        var done: [Deed: Int] = [:]
        for (deed, count) in MoveMark.outputs(root) { done[deed] = count }
        self.done = done
    }

    /// The same for a protocol and two of its versions, whoever decides: a second decision is the next version of the
    /// first.
    package static func id(_ protocolID: String, from old: String, to new: String) -> String {
        StableID.of("Task|protocol-move|\(protocolID)|\(old)|\(new)")
    }

    /// - Returns: nil where nobody has decided yet.
    package static func find(
        _ protocolID: String, from old: String, to new: String, by reader: Reader
    ) throws -> MoveDefault? {
        try reader.find("Task", id(protocolID, from: old, to: new)).flatMap { MoveDefault($0) }
    }

    /// All that are not at their end.
    /// - Throws: what the database reports.
    package static func running(by reader: Reader) throws -> [MoveDefault] {
        try reader.search(
            Query(
                "Task",
                [.token("code", system: system, code: code), .token("status", system: nil, code: "in-progress")],
                limit: 100)
        ).compactMap { MoveDefault($0) }
    }
}

/// Publishes a default: from then on it is carried out for everybody in the background.
package struct PublishMove: Sendable {
    package let protocolID: String
    package let old: String
    package let new: String
    package let deeds: [String: MoveDefault.Deed]
    package let reason: String
    package let shelf: ProtocolShelf

    package init(
        protocolID: String, old: String, new: String, deeds: [String: MoveDefault.Deed], reason: String,
        shelf: ProtocolShelf
    ) {
        self.protocolID = protocolID
        self.old = old
        self.new = new
        self.deeds = deeds
        self.reason = reason
        self.shelf = shelf
    }

    /// What differs, when the default can be published or tried out.
    /// - Throws: ``FormProblems`` for a missing reason or a deed that is not possible; ``NotNow`` when the protocol has
    ///   changed once more or the old version is not kept.
    package func check(by reader: Reader) throws -> ProtocolDiff {
        let current = try shelf.current(protocolID, by: reader)
        guard current.version == new else {
            throw NotNow("This protocol has changed once more. Open the page again.")
        }
        guard old != new, let before = try shelf.find(protocolID, version: old, by: reader) else {
            throw NotNow("Version \(old) of this protocol is not kept.")
        }
        let diff = ProtocolDiff(from: before, to: current)
        var problems: [FormProblems.Problem] = []
        for line in diff.lines where line.fate != .kept {
            if let deed = deeds[line.id], Self.deeds(of: line).contains(deed) { continue }
            problems.append(.init("deed-\(line.id)", "Choose what becomes of it."))
        }
        if !reason.contains(where: { !$0.isWhitespace }) {
            problems.append(.init("reason", "Say why."))
        } else if reason.count > 2_000 {
            problems.append(.init("reason", "Use at most 2000 characters."))
        }
        guard problems.isEmpty else { throw FormProblems(problems) }
        return diff
    }

    /// Keep the old, or take the new: what they are for a difference.
    package static func deeds(of line: ProtocolDiff.Line) -> [MoveDefault.Deed] {
        switch line.fate {
        case .kept: [.keep]
        case .changed: [.keep, .change]
        case .replaced: [.keep, .replace]
        case .cancelled: [.keep, .cancel]
        case .added: [.leave, .add]
        }
    }

    /// - Throws: ``FormProblems``, ``NotNow`` as ``check(by:)``; `RecordsFailure.forbidden` for who may not.
    @discardableResult
    package func perform(in change: Change) throws -> MoveDefault {
        guard change.permits(.movePlans) else { throw RecordsFailure.forbidden(type: "Task") }
        let diff = try check(by: change.reader)
        func input(_ code: String, _ text: String?, _ value: JSONMember) -> JSON {
            var type: JSON = ["coding": [["system": .string(MoveDefault.system), "code": .string(code)]]]
            type["text"] = text.map(JSON.string)
            return .object([.init(name: "type", value: type), value])
        }
        let lines = diff.lines.filter { $0.fate != .kept }
        let inputs =
            [
                input("from", nil, .init(name: "valueString", value: .string(old))),
                input("to", nil, .init(name: "valueString", value: .string(new))),
                input("account", nil, .init(name: "valueString", value: .string(change.caller.account))),
            ]
            + lines.compactMap { line in
                deeds[line.id].map { deed in
                    input("deed", line.id, .init(name: "valueCode", value: .string(deed.rawValue)))
                }
            }
        let id = MoveDefault.id(protocolID, from: old, to: new)
        let known = try change.reader.find("Task", id)
        let task = JSON.compact([
            "resourceType": "Task", "id": .string(id), "status": "in-progress", "intent": "order",
            "code": [
                "coding": [["system": .string(MoveDefault.system), "code": .string(MoveDefault.code)]],
                "text": .string("\(diff.new.title), version \(old) to \(new)"),
            ],
            "description": .string(reason), "focus": ["reference": .string("PlanDefinition/\(protocolID)")],
            "executionPeriod": ["start": .string(FHIRDate.instant(change.now))],
            "authoredOn": known?.root["authoredOn"]?.value ?? .string(FHIRDate.instant(change.now)),
            "lastModified": .string(FHIRDate.instant(change.now)),
            "requester": change.caller.practitioner.map { ["reference": .string($0)] },
            "input": .array(inputs),
        ])
        let stored =
            try known.map { try change.update(task, ifVersion: $0.version) } ?? change.create(task, id: id)
        guard let published = MoveDefault(stored) else { throw RecordsFailure.notFound(type: "Task", id: id) }
        return published
    }
}
