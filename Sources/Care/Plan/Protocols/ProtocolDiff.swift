package import FHIR

/// What differs between two versions of a protocol, goal by goal and action by action.
package struct ProtocolDiff: Sendable {
    package enum Fate: String, Sendable, CaseIterable {
        case kept
        case changed
        /// Something of the new version takes its place.
        case replaced
        /// The new version does not have it.
        case cancelled
        /// The new version has it and the old one had not.
        case added
    }

    package struct Line: Sendable, Equatable {
        /// Of the action; of a goal, `goal.` and its id.
        package let id: String
        package let title: String
        package let fate: Fate
        /// Field by field: how it was and how it is.
        package let fields: [Field]
        /// What takes its place, or whose place it takes.
        package let others: [String]
    }

    package struct Field: Sendable, Equatable {
        package let name: String
        package let old: String
        package let new: String
    }

    package let old: CareProtocol
    package let new: CareProtocol
    /// Goals first, then actions; in the order of the new version, what is no more behind them.
    package let lines: [Line]

    package init(from old: CareProtocol, to new: CareProtocol) {
        self.old = old
        self.new = new
        var lines: [Line] = []
        let olds = Self.parts(of: old)
        let news = Self.parts(of: new)
        for part in news {
            if let before = olds.first(where: { $0.id == part.id }) {
                let fields = Self.differing(before.fields, part.fields)
                lines.append(
                    Line(
                        id: part.id, title: part.title, fate: fields.isEmpty ? .kept : .changed, fields: fields,
                        others: []))
            } else {
                let places = part.replaces.filter { id in
                    olds.contains { $0.id == id } && !news.contains { $0.id == id }
                }
                lines.append(
                    Line(
                        id: part.id, title: part.title, fate: .added, fields: Self.differing([], part.fields),
                        others: places))
            }
        }
        for part in olds where !news.contains(where: { $0.id == part.id }) {
            let heirs = news.filter { heir in
                heir.replaces.contains(part.id) && !olds.contains { $0.id == heir.id }
            }
            lines.append(
                Line(
                    id: part.id, title: part.title, fate: heirs.isEmpty ? .cancelled : .replaced,
                    fields: Self.differing(part.fields, []), others: heirs.map(\.id)))
        }
        self.lines = lines
    }

    package func line(_ id: String) -> Line? { lines.first { $0.id == id } }

    /// How many of each.
    package func count(_ fate: Fate) -> Int { lines.count { $0.fate == fate } }

    private struct Part {
        let id: String
        let title: String
        let replaces: [String]
        let fields: [(String, String)]
    }

    private static func differing(_ old: [(String, String)], _ new: [(String, String)]) -> [Field] {
        var names: [String] = []
        for (name, _) in old + new where !names.contains(name) { names.append(name) }
        return names.compactMap { name in
            let left = old.first { $0.0 == name }?.1 ?? ""
            let right = new.first { $0.0 == name }?.1 ?? ""
            return left == right ? nil : Field(name: name, old: left, new: right)
        }
    }

    private static func parts(of read: CareProtocol) -> [Part] {
        let goals = read.goals.map { goal in
            Part(
                id: ProtocolKey.goal(goal.id), title: goal.words, replaces: goal.replaces.map(ProtocolKey.goal),
                fields: fields(of: goal))
        }
        let actions = read.allActions.map { action in
            Part(
                id: action.id, title: action.title, replaces: action.replaces, fields: fields(of: action, read))
        }
        return goals + actions
    }

    private static func fields(of goal: CareProtocol.Goal) -> [(String, String)] {
        var fields = [("Words", goal.words)]
        for (place, target) in goal.targets.enumerated() {
            let number = goal.targets.count > 1 ? " \(place + 1)" : ""
            let node = try? target.target.document().root
            fields.append(("Measure\(number)", node.flatMap { GoalTarget($0)?.words } ?? ""))
            if let days = target.dueInDays { fields.append(("Due in days\(number)", String(days))) }
        }
        return fields
    }

    private static func fields(of action: CareProtocol.Action, _ read: CareProtocol) -> [(String, String)] {
        var fields = [("Title", action.title)]
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { fields.append((name, value)) }
        }
        add("Words", action.text)
        add("Words for the person", action.personWords)
        add("Done by", action.roles.joined(separator: ", "))
        add("Priority", action.priority)
        add("Due in days", action.dueInDays.map(String.init))
        add("Due on", action.dueDay)
        if let repeats = action.repeats {
            add("Again every", "\(repeats.every) \(repeats.unit.rawValue)")
            add("Times", repeats.left.map(String.init))
            add("For days", repeats.forDays.map(String.init))
            add("Until", repeats.until?.text)
        }
        for kind in ["applicability", "start", "stop"] {
            add(
                ["applicability": "Applies when", "start": "Begins when", "stop": "Ends when"][kind] ?? kind,
                action.condition(kind).map { "\($0.words) (\($0.path.text))" }.joined(separator: "; "))
        }
        add(
            "Comes after",
            action.after.map { after in
                "\(read.action(after.action)?.title ?? after.action)" + (after.days > 0 ? " + \(after.days) d" : "")
            }.joined(separator: "; "))
        add("Filled in", action.values.map { "\($0.path) = \($0.expression.text)" }.joined(separator: "; "))
        add("For the goals", action.goals.joined(separator: ", "))
        if action.isGroup {
            add("Of these", action.selection.words)
            add("Holds", action.below.map(\.title).joined(separator: "; "))
        }
        add("Required", action.required == .could ? nil : action.required.rawValue)
        switch action.work {
        case .form(let canonical), .plan(let canonical): add("Definition", canonical)
        case .activity(let node): add("Kind", node.text("kind") ?? "Task")
        case .words: break
        }
        return fields
    }
}

extension CareProtocol.Action {
    /// What the person reads.
    package var personWords: String? {
        guard case .activity(let node) = work else {
            return nil
        }
        return node.list("extension").first { $0.text("url") == StepDetails.wordsURL }?.text("valueString")
    }
}
