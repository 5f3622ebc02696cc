/// What an API client may do with which type: one scope of SMART App Launch 2.0, for example `system/Observation.rs`.
package struct Scope: Sendable, Hashable {
    /// nil: every type.
    package let type: String?
    package let actions: Set<Action>

    /// Reads `system/TYPE.VERBS`, TYPE also `*`, VERBS of `cruds` in this order, or `read`, `write`, `*` as version 1
    /// of SMART wrote them; nil for anything else.
    package init?(_ text: String) {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count == 2, halves[0] == "system" else {
            return nil
        }
        let parts = halves[1].split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let actions = Self.actions(parts[1]), !parts[0].isEmpty,
            parts[0] == "*" || parts[0].utf8.allSatisfy({ (65...90).contains($0) || (97...122).contains($0) })
        else {
            return nil
        }
        type = parts[0] == "*" ? nil : String(parts[0])
        self.actions = actions
    }

    private static func actions(_ verbs: Substring) -> Set<Action>? {
        switch verbs {
        case "read": return [.read, .search]
        case "write": return [.create, .update, .delete]
        case "*": return Set(Action.allCases)
        default:
            var rest = verbs[...]
            var found: Set<Action> = []
            for (letter, action) in letters where rest.first == letter {
                found.insert(action)
                rest.removeFirst()
            }
            return rest.isEmpty && !found.isEmpty ? found : nil
        }
    }

    private static let letters: [(Character, Action)] = [
        ("c", .create), ("r", .read), ("u", .update), ("d", .delete), ("s", .search),
    ]

    func allows(_ action: Action, on type: String) -> Bool {
        actions.contains(action) && (self.type == nil || self.type == type)
    }
}
