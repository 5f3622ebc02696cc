package import FHIR

/// A protocol, read from a PlanDefinition: goals, and what is done for them under which conditions and when.
/// FHIR R4 PlanDefinition, https://hl7.org/fhir/R4/plandefinition.html
package struct CareProtocol: Sendable {
    /// The id of the PlanDefinition; empty when it was sent along and is not stored.
    package let id: String
    /// Its canonical address, without version.
    package let url: String
    package let version: String
    package let title: String
    package let goals: [Goal]
    /// The actions, each with those below it.
    package let actions: [Action]
    package let definition: JSONNode

    /// The canonical address with its version.
    package var canonical: String { version.isEmpty ? url : "\(url)|\(version)" }

    /// Every action, those below others right behind them.
    package var allActions: [Action] { actions.flatMap(\.withThoseBelow) }

    package func goal(_ id: String) -> Goal? { goals.first { $0.id == id } }
    package func action(_ id: String) -> Action? { allActions.first { $0.id == id } }

    package struct Goal: Sendable {
        package let id: String
        package let description: JSON
        package let words: String
        /// Of the PlanDefinition: category, priority, start.
        package let details: [JSONMember]
        /// Each as Goal.target has it, but for the day, and in how many days it is due.
        package let targets: [(target: JSON, dueInDays: Int?)]
        /// The ids of what it takes the place of in an older version.
        package let replaces: [String]
    }

    package struct Condition: Sendable {
        package let kind: String
        package let words: String
        package let path: FHIRPath
    }

    /// That an action comes after another.
    package struct After: Sendable {
        package let action: String
        /// Whether the other has to have ended, or only to have begun.
        package let ended: Bool
        package let days: Int
    }

    package struct DynamicValue: Sendable {
        package let path: String
        package let expression: FHIRPath
    }

    package enum Selection: String, Sendable {
        case any
        case all
        case allOrNone = "all-or-none"
        case exactlyOne = "exactly-one"
        case atMostOne = "at-most-one"
        case oneOrMore = "one-or-more"
    }

    package enum Required: String, Sendable {
        case must
        case could
        case mustUnlessDocumented = "must-unless-documented"
    }

    package enum Work: Sendable {
        /// What an ActivityDefinition describes.
        case activity(JSONNode)
        /// The form to ask, by its canonical address.
        case form(String)
        /// Another PlanDefinition, by its canonical address.
        case plan(String)
        /// Nothing but the action's own words.
        case words
    }

    package struct Action: Sendable {
        package let id: String
        package let title: String
        package let text: String?
        package let priority: String?
        package let conditions: [Condition]
        package var after: [After]
        /// In how many days it is due, or the day itself.
        package let dueInDays: Int?
        package let dueDay: String?
        package let repeats: Repeating?
        /// Who does it, in the words of the protocol.
        package let roles: [String]
        /// Whether the person does it.
        package let isPersons: Bool
        package let selection: Selection
        package let required: Required
        package let isPrechecked: Bool
        /// Whether it may stand several times at once.
        package let isMultiple: Bool
        package let work: Work
        package let values: [DynamicValue]
        package let goals: [String]
        package let replaces: [String]
        package var below: [Action]
        /// As it stands in the PlanDefinition.
        package let node: JSONNode

        /// Whether it only holds others together.
        package var isGroup: Bool { !below.isEmpty }
        package var withThoseBelow: [Action] { [self] + below.flatMap(\.withThoseBelow) }

        package func condition(_ kind: String) -> [Condition] { conditions.filter { $0.kind == kind } }
    }
}

/// Why a protocol cannot be used, or not for this person: all reasons, each with its place.
package struct ProtocolRefusal: Error, Equatable, CustomStringConvertible {
    package struct Reason: Sendable, Equatable {
        /// For example `PlanDefinition.action[2].timingAge`.
        package let place: String
        package let words: String

        package init(_ place: String, _ words: String) {
            self.place = place
            self.words = words
        }
    }

    package let reasons: [Reason]

    package init(_ reasons: [Reason]) {
        self.reasons = reasons
    }

    package init(_ place: String, _ words: String) {
        reasons = [Reason(place, words)]
    }

    package var description: String { reasons.map { "\($0.place): \($0.words)" }.joined(separator: " ") }
}
