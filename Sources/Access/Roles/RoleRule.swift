/// One sentence of a role: what, whose, which verbs, how sensitive.
package struct RoleRule: Sendable {
    package enum Types: Sendable, Hashable {
        case all(except: Set<String>)
        case these(Set<String>)

        package func contains(_ type: String) -> Bool {
            switch self {
            case .all(let except): !except.contains(type)
            case .these(let types): types.contains(type)
            }
        }
    }

    /// Within its role.
    package let id: String
    /// Why it stands, as whoever asks is told.
    package let why: String
    package let verbs: Set<Action>
    package let types: Types
    package let whose: [WhoseRule]
    /// What stays hidden: labels that are not admitted, and undisclosed ones of those that are admitted with consent.
    package let hidden: LabelMask
    /// By type: what it leaves out of the records that it opens.
    package var closed: [String: ClosedElements] = [:]
    /// Out of this time the rule is not there; nil: it always is.
    package var when: RuleTime?

    /// The same rule at whatever time.
    var always: RoleRule {
        var rule = self
        rule.when = nil
        return rule
    }

    /// Lists are made of whole records of every type: only a rule that reads all of them whole opens any.
    package var opensLists: Bool {
        guard case .all = types else {
            return false
        }
        return closed.isEmpty && verbs.isSuperset(of: [.read, .search])
    }

    package func allows(_ action: Action, on type: String) -> Bool {
        verbs.contains(action) && types.contains(type)
    }
}

/// What an account of one kind may do, as Content/roles says it.
package struct RolePolicy: Sendable {
    /// Who gets it: staff by an administrator, an API client, or somebody in the portal.
    package enum Given: String, Sendable, CaseIterable {
        case staff, client, portal
    }

    package let role: Role
    package let title: String
    package let version: String
    package let given: Given
    package let offices: Set<Policy.Office>
    package let rules: [RoleRule]
}
