/// What an API client may do with which type: one scope of SMART App Launch 2.0, for example `system/Observation.rs`.
package struct Scope: Sendable, Hashable {
    /// nil: every type.
    package let type: String?
    package let actions: Set<Action>
    /// What the resource has to satisfy besides: search parameters of the type, as they stand behind a question mark
    /// (`category=laboratory`); nil: nothing. Records understands and enforces them.
    package let filter: String?

    private static let longestFilter = 1_000

    /// Reads `system/TYPE.VERBS`, TYPE also `*`, VERBS of `cruds` in this order, or `read`, `write`, `*` as version 1
    /// of SMART wrote them; nil for anything else. Behind a question mark may follow search parameters of the type.
    package init?(_ text: String) {
        let sides = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let halves = sides[0].split(separator: "/", omittingEmptySubsequences: false)
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
        guard sides.count > 1 else {
            filter = nil
            return
        }
        guard type != nil, !sides[1].isEmpty, sides[1].utf8.count <= Self.longestFilter,
            sides[1].utf8.allSatisfy({ (33...126).contains($0) })
        else {
            return nil
        }
        filter = String(sides[1])
    }

    /// As the text of it is written everywhere: what was asked for by SMART 1 is said in letters of SMART 2.
    package var text: String {
        let verbs = Self.letters.filter { actions.contains($0.1) }.map { String($0.0) }.joined()
        return "system/\(type ?? "*").\(verbs)" + (filter.map { "?" + $0 } ?? "")
    }

    /// Whether who has this scope may be given the other.
    package func covers(_ other: Scope) -> Bool {
        (type == nil || type == other.type) && other.actions.isSubset(of: actions)
            && (filter == nil || filter == other.filter && type == other.type)
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
