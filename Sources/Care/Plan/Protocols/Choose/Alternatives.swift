package import FHIR
package import Records

/// The groups of a protocol of which one is to choose: each alternative with what stands of it, or why it is left out.
package struct Alternatives: Sendable {
    package struct Alternative: Sendable {
        package let id: String
        package let title: String
        package let text: String?
        /// Why it does not apply to this person; nil where it can be chosen.
        package let leftOut: String?
        /// Whether any of it was taken up and is not over.
        package let isChosen: Bool
        /// Whether it was done: that stays, whatever is chosen now.
        package let isDone: Bool
        /// The steps that it consists of.
        package let steps: [String]

        package var canBeChosen: Bool { leftOut == nil || isChosen }
    }

    package struct Choice: Sendable {
        package let id: String
        package let title: String
        package let selection: CareProtocol.Selection
        package let alternatives: [Alternative]

        /// Those that apply.
        package var open: [Alternative] { alternatives.filter(\.canBeChosen) }
    }

    package let group: ProtocolGroup
    package let careProtocol: CareProtocol
    package let choices: [Choice]

    /// - Parameters:
    ///   - group: the id of the RequestGroup that says what the person has taken up.
    ///   - shelf: where the version that is followed is kept.
    ///   - days: for conditions that speak of today.
    ///   - now: milliseconds since 1970.
    ///   - reader: reads as whoever chooses.
    /// - Throws: `RecordsFailure.notFound`, ``NotNow`` when the version that is followed is not kept, ``ProtocolRefusal``
    ///   when a condition cannot be worked out.
    package init(_ group: String, shelf: ProtocolShelf, days: SiteDays, at now: Int64, by reader: Reader) throws {
        guard let found = ProtocolGroup(try reader.get("RequestGroup", group)), found.isOpen else {
            throw RecordsFailure.notFound(type: "RequestGroup", id: group)
        }
        guard let careProtocol = try shelf.find(found.protocolID, version: found.version, by: reader) else {
            throw NotNow("The version that the plan follows is not kept any more.")
        }
        self.group = found
        self.careProtocol = careProtocol
        let record = try reader.person(found.person, careProtocol.reads)
        let standing = ApplyProtocol.standing(of: careProtocol, record)
        let context = ProtocolContext(
            record: record, definitions: reader.definitions, now: now, days: days,
            practitioner: found.resource.root.text("author", "reference"), plan: found.plan)
        // As if nothing were chosen yet: what applies, and what does not and why.
        let items = try ApplyProtocol(careProtocol, context: context, trigger: found.plan).perform().items
        choices = Self.groups(careProtocol.actions).compactMap { action in
            guard let held = items.first(where: { $0.action.id == action.id }), held.applies else { return nil }
            return Choice(
                id: action.id, title: action.title, selection: action.selection,
                alternatives: action.below.map { child in
                    let steps = child.withThoseBelow.filter { !$0.isGroup }
                    let item = items.first { $0.action.id == child.id }
                    let stands = steps.flatMap { standing[$0.id] ?? [] }
                    let isOpen = stands.contains(where: TakeUpProtocol.isOpen)
                    let waits = found.entries.contains { entry in
                        entry.reference == nil && steps.contains { $0.id == entry.id }
                    }
                    return Alternative(
                        id: child.id, title: child.title, text: child.text, leftOut: Self.why(item),
                        isChosen: isOpen || waits,
                        isDone: !isOpen && stands.contains { $0.root.text("status") == "completed" },
                        steps: steps.map(\.id))
                })
        }
    }

    /// Groups of which one chooses; of what is taken as a whole there is nothing to choose.
    private static func groups(_ actions: [CareProtocol.Action]) -> [CareProtocol.Action] {
        actions.flatMap { action in
            (action.isGroup && action.selection != .all ? [action] : []) + groups(action.below)
        }
    }

    private static func why(_ item: ApplyProtocol.Item?) -> String? {
        guard let item, !item.applies else { return nil }
        return if case .left(let words) = item.state { words } else { "It does not apply." }
    }

    /// What whoever chooses has read: it differs as soon as the group has changed since.
    package var seen: String {
        let states = choices.flatMap(\.alternatives).map { "\($0.id):\($0.isChosen):\($0.leftOut ?? "")" }
        return StableID.of("\(group.resource.version)|\(states.joined(separator: ","))")
    }
}

extension CareProtocol.Selection {
    /// What it asks for, in words.
    package var words: String {
        switch self {
        case .any: "Choose any of these, or none."
        case .all: "All of these belong together."
        case .allOrNone: "Choose all of these, or none."
        case .exactlyOne: "Choose exactly one."
        case .atMostOne: "Choose one at most."
        case .oneOrMore: "Choose at least one."
        }
    }
}
