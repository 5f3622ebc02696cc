import Access
import FHIR
package import Records

/// Gives people of one care manager to another, or exchanges some, in one step that can be taken back. A Provenance for each
/// person names what changed hands, at the version before.
package struct MovePeople: Sendable {
    /// Whose they are, for example `Practitioner/ruth`.
    package let from: String
    package let to: String
    /// The ids of those who go.
    package let going: [String]
    /// The ids of those who come back in exchange.
    package let coming: [String]
    package let reason: String?

    package static let most = 300

    package init(from: String, to: String, going: [String], coming: [String] = [], reason: String? = nil) {
        self.from = from
        self.to = to
        self.going = going
        self.coming = coming
        self.reason = reason
    }

    /// - Returns: the name of the move, by which ``UndoMove`` takes it back.
    /// - Throws: ``FormProblems`` on `to`, `id` or `reason`; ``NotNow`` when somebody is no longer whose they were.
    @discardableResult
    package func perform(in change: Change) throws -> String {
        var problems = FormProblems([])
        if from == to {
            problems.all.append(.init("to", "Choose somebody else."))
        } else if try !Colleague.works(to, by: change.reader) {
            problems.all.append(.init("to", "Choose who gets them."))
        }
        if !coming.isEmpty, try !Colleague.works(from, by: change.reader) {
            problems.all.append(.init("to", "Nobody can be given back to someone who has left."))
        }
        if going.isEmpty, coming.isEmpty {
            problems.all.append(.init("id", "Tick at least one person."))
        }
        if going.count + coming.count > Self.most {
            problems.all.append(.init("id", "At most \(Self.most) people move at once."))
        }
        if (reason?.count ?? 0) > TextLimit.line {
            problems.all.append(.init("reason", "Use at most \(TextLimit.line) letters."))
        }
        try problems.check()
        let move = String(change.mintID().filter { $0 != "-" }.prefix(16))
        let steps = going.map { ($0, from, to) } + coming.map { ($0, to, from) }
        for (place, (person, former, owner)) in steps.enumerated() {
            let given = try GiveOwner(person: person, owner: owner, from: former).perform(in: change)
            guard given.contains(where: { $0.type == "EpisodeOfCare" }) else {
                throw NotNow("Somebody of them is with another care manager by now. Nothing was moved: look again.")
            }
            try change.create(
                provenance(person, given, by: change), id: "move-\(move)-\(place)")
        }
        return move
    }

    private func provenance(_ person: String, _ given: [GiveOwner.Given], by change: Change) -> JSON {
        .compact([
            "resourceType": "Provenance",
            "target": .array(
                ([["reference": .string("Patient/\(person)")]]
                    + given.map { .reference("\($0.type)/\($0.id)") })),
            "recorded": .string(FHIRDate.instant(change.now)),
            "reason": reason.map { [["text": .string($0)]] },
            "activity": ["text": .string(Self.moved)],
            "agent": [
                [
                    "who": change.caller.practitioner.map { .reference($0) } ?? [
                        "display": .string(change.caller.name)
                    ]
                ]
            ],
            "entity": .array(
                given.map {
                    ["role": "revision", "what": .reference("\($0.type)/\($0.id)/_history/\($0.version)")]
                }),
        ])
    }

    static let moved = "Given to another care manager"
}

/// Takes a move back: what still is as the move left it becomes whose it was; what somebody has changed hands since stays.
package struct UndoMove: Sendable {
    package let move: String

    package struct Result: Sendable, Equatable {
        package let people: Int
        /// People of whom something was given on since.
        package let left: Int
    }

    private static let undone = "Given to another care manager, and taken back"

    package init(move: String) {
        self.move = move
    }

    /// - Throws: ``NotNow`` when there is no such move, or it was taken back.
    @discardableResult
    package func perform(in change: Change) throws -> Result {
        guard !move.isEmpty, move.utf8.count <= 16, move.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else {
            throw NotNow("There is no such move.")
        }
        var people = 0
        var left = 0
        for place in 0..<MovePeople.most {
            guard let stored = try change.reader.find("Provenance", "move-\(move)-\(place)") else {
                break
            }
            guard stored.root.text("activity", "text") == MovePeople.moved else {
                throw NotNow("This was taken back already.")
            }
            let all = try stored.root.list("entity").compactMap { $0.text("what", "reference") }.map {
                try restore($0, in: change)
            }
            people += 1
            left += all.contains(false) ? 1 : 0
            var json = stored.value
            json["activity"] = ["text": .string(Self.undone)]
            try change.update(json, ifVersion: stored.version)
        }
        guard people > 0 else {
            throw NotNow("There is no such move.")
        }
        return Result(people: people, left: left)
    }

    /// - Returns: false for what was given on since.
    private func restore(_ reference: String, in change: Change) throws -> Bool {
        let parts = reference.split(separator: "/").map(String.init)
        guard parts.count == 4, let version = Int(parts[3]), parts[0] == "EpisodeOfCare" || parts[0] == "Task" else {
            return false
        }
        let member = parts[0] == "Task" ? "owner" : "careManager"
        let history = try change.reader.history(parts[0], parts[1])
        guard let before = history.first(where: { $0.version == version }),
            let moved = history.first(where: { $0.version == version + 1 }),
            let current = try change.reader.find(parts[0], parts[1]),
            current.root.text(member, "reference") == moved.root.text(member, "reference")
        else {
            return false
        }
        // What has ended meanwhile stays as it ended.
        let isOver = ["completed", "cancelled", "finished", "failed", "rejected"]
            .contains(current.root.text("status") ?? "")
        guard !isOver else {
            return true
        }
        var json = current.value
        json[member] = before.root.text(member, "reference").map { .reference($0) }
        try change.update(json, ifVersion: current.version)
        return true
    }
}
