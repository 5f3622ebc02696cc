package import FHIR
package import Records

/// Works out what a protocol asks for a person now; stores nothing. FHIR R4 PlanDefinition/$apply,
/// https://hl7.org/fhir/R4/plandefinition.html#12.18.3.4
package struct ApplyProtocol {
    package let careProtocol: CareProtocol
    package let context: ProtocolContext
    /// The actions wanted, and `goal.` with the id of each goal; nil: all that apply.
    package let chosen: Set<String>?
    /// Why something is left out that is to be done unless there is a reason, by its id.
    package let reasons: [String: String]
    /// What the keys name as the trigger.
    package let trigger: String

    package init(
        _ careProtocol: CareProtocol, context: ProtocolContext, trigger: String, chosen: Set<String>? = nil,
        reasons: [String: String] = [:]
    ) {
        self.careProtocol = careProtocol
        self.context = context
        self.trigger = trigger
        self.chosen = chosen
        self.reasons = reasons
    }

    /// What becomes of one action.
    package enum State: Sendable, Equatable {
        /// It is asked for now: the request, due on a day.
        case asked(JSON, due: CalendarDay?)
        /// Its time has not come, and why.
        case waits(String)
        /// It does not apply, was not chosen, or is over, and why.
        case left(String)
        /// It holds others together.
        case group
    }

    package struct Item: Sendable {
        package let action: CareProtocol.Action
        package let key: ProtocolKey
        package let state: State
        /// Of the group that it belongs to.
        package let parent: String?
        /// Whether it applies, whatever was chosen.
        package let applies: Bool
    }

    package struct Proposal: Sendable {
        package let goals: [(goal: CareProtocol.Goal, key: ProtocolKey)]
        package let items: [Item]
        /// What a choice breaks of the protocol's own rules: the action and the words.
        package let faults: [ProtocolRefusal.Reason]
    }

    /// - Returns: goals and actions with what becomes of each.
    /// - Throws: ``ProtocolRefusal`` when a condition or a value cannot be worked out.
    package func perform() throws(ProtocolRefusal) -> Proposal {
        let goals = careProtocol.goals.filter { chosen?.contains(ProtocolKey.goal($0.id)) ?? true }
        var walk = ProtocolWalk(apply: self, standing: Self.standing(of: careProtocol, context.record))
        for action in careProtocol.actions { try walk.visit(action, parent: nil, isOut: nil) }
        if chosen != nil { walk.checkSelections(careProtocol.actions) }
        return Proposal(
            goals: goals.map { ($0, key(ProtocolKey.goal($0.id))) }, items: walk.items, faults: walk.faults)
    }

    func key(_ action: String) -> ProtocolKey {
        ProtocolKey(
            person: context.record.id, protocolURL: careProtocol.url, action: action, trigger: trigger)
    }

    /// What a protocol has made for a person so far, by the action; in the order in which it came.
    static func standing(of careProtocol: CareProtocol, _ record: PersonRecord) -> [String: [Resource]] {
        var found: [String: [Resource]] = [:]
        for type in ["Goal", "Task"] {
            for resource in record.all(type) {
                if let key = ProtocolKey(resource.root), key.person == record.id,
                    key.protocolURL == careProtocol.url
                {
                    found[key.action, default: []].append(resource)
                }
            }
        }
        return found
    }
}

/// Going through the actions of a protocol for one person.
struct ProtocolWalk {
    let apply: ApplyProtocol
    let standing: [String: [Resource]]
    var items: [ApplyProtocol.Item] = []
    var faults: [ProtocolRefusal.Reason] = []

    init(apply: ApplyProtocol, standing: [String: [Resource]]) {
        self.apply = apply
        self.standing = standing
    }

    mutating func visit(
        _ action: CareProtocol.Action, parent: String?, isOut: String?
    ) throws(ProtocolRefusal) {
        var out = isOut
        for condition in action.condition("applicability") where out == nil {
            if try !apply.context.holds(condition, at: "\(action.id).condition") {
                out = "It does not apply: \(condition.words)"
            }
        }
        for condition in action.condition("stop") where out == nil {
            if try apply.context.holds(condition, at: "\(action.id).condition") {
                out = "It is over: \(condition.words)"
            }
        }
        let state: ApplyProtocol.State
        if let out {
            state = .left(out)
        } else if action.isGroup {
            state = .group
        } else {
            state = try self.state(of: action)
        }
        items.append(
            ApplyProtocol.Item(
                action: action, key: apply.key(action.id), state: state, parent: parent, applies: out == nil))
        for child in action.below { try visit(child, parent: action.id, isOut: out) }
    }

    private mutating func state(of action: CareProtocol.Action) throws(ProtocolRefusal) -> ApplyProtocol.State {
        if let chosen = apply.chosen, !chosen.contains(action.id) {
            switch action.required {
            case .must:
                faults.append(.init(action.id, "“\(action.title)” is a must of this protocol."))
            case .mustUnlessDocumented where !(apply.reasons[action.id]?.isEmpty == false):
                faults.append(.init(action.id, "Say why “\(action.title)” is left out."))
            case .mustUnlessDocumented, .could: break
            }
            return .left(apply.reasons[action.id].map { "Left out: \($0)" } ?? "It was not chosen.")
        }
        for condition in action.condition("start") {
            if try !apply.context.holds(condition, at: "\(action.id).condition") {
                return .waits("Waits until: \(condition.words)")
            }
        }
        var base = apply.context.today
        for after in action.after {
            switch reached(after) {
            case .free: continue
            case .from(let day): base = max(base, day.adding(days: after.days))
            case .waits(let words): return .waits(words)
            case .never(let words): return .left(words)
            }
        }
        let due = action.dueDay.flatMap { CalendarDay($0) } ?? due(of: action, from: base)
        let request = BuildRequest(
            careProtocol: apply.careProtocol, action: action, key: apply.key(action.id), context: apply.context,
            goal: action.goals.compactMap { goal(of: $0) }.first, due: due)
        return .asked(try request.make(), due: due)
    }

    private func due(of action: CareProtocol.Action, from base: CalendarDay) -> CalendarDay? {
        if let days = action.dueInDays {
            return base.adding(days: max(days, 0))
        }
        // What repeats or waited has a day even where none is written.
        if let repeats = action.repeats {
            return repeats.next(after: base)
        }
        return action.after.isEmpty ? nil : base
    }

    /// The goal that stands or will stand, `Goal/5`.
    private func goal(of id: String) -> String? {
        let name = ProtocolKey.goal(id)
        if let open = standing[name]?.last(where: { PlanGoal($0).isOpen }) {
            return open.reference
        }
        guard apply.chosen?.contains(name) ?? true else {
            return nil
        }
        return "Goal/\(apply.key(name).id("Goal"))"
    }

    private enum Reached {
        case free
        case from(CalendarDay)
        case waits(String)
        case never(String)
    }

    private func reached(_ after: CareProtocol.After) -> Reached {
        let title = apply.careProtocol.action(after.action)?.title ?? after.action
        // A group is reached when all that stands of it has.
        let parts = apply.careProtocol.action(after.action)?.withThoseBelow.filter { !$0.isGroup } ?? []
        let tasks = parts.compactMap { standing[$0.id]?.last }
        guard !tasks.isEmpty else {
            let comes = parts.contains { part in
                (apply.chosen?.contains(part.id) ?? true)
                    && !(items.contains { $0.action.id == part.id && !$0.applies })
            }
            guard comes else {
                return .free
            }
            return after.ended ? .waits("Waits for “\(title)”") : .from(apply.context.today)
        }
        guard after.ended else {
            return .from(tasks.compactMap { day($0.root.text("authoredOn")) }.max() ?? apply.context.today)
        }
        var last: CalendarDay?
        for task in tasks {
            switch task.root.text("status") {
            case "completed":
                let end = day(task.root.text("executionPeriod", "end") ?? task.root.text("lastModified"))
                last = max(last ?? .distantPast, end ?? apply.context.today)
            case let status where PlanStep.closed.contains(status ?? ""): continue
            default: return .waits("Waits for “\(title)”")
            }
        }
        return last.map { .from($0) } ?? .never("“\(title)”, which it was to come after, was not done.")
    }

    private func day(_ text: String?) -> CalendarDay? { text.flatMap { FHIRDate($0) }?.firstDay }

    /// FHIR R4 action-selection-behavior, for each group that applies.
    mutating func checkSelections(_ actions: [CareProtocol.Action]) {
        for group in actions where group.isGroup {
            checkSelections(group.below)
            guard let item = items.first(where: { $0.action.id == group.id }), item.applies else {
                continue
            }
            let open = group.below.filter { child in items.first { $0.action.id == child.id }?.applies ?? false }
            let taken = open.filter { child in
                child.withThoseBelow.contains { part in !part.isGroup && apply.chosen?.contains(part.id) ?? true }
            }
            if let fault = group.selection.fault(taken: taken.count, of: open.count) {
                faults.append(.init(group.id, "“\(group.title)”: \(fault)"))
            }
        }
    }
}

extension CareProtocol.Selection {
    /// What is wrong with taking so many; nil when that is as it should be. A group of which nothing is taken is left
    /// alone, but for those that ask for one at least.
    package func fault(taken: Int, of all: Int) -> String? {
        switch self {
        case .any: nil
        case .all: taken == all || taken == 0 ? nil : "take all \(all) or leave the group."
        case .allOrNone: taken == all || taken == 0 ? nil : "take all \(all) or none."
        case .exactlyOne: taken == 1 || all == 0 ? nil : "choose exactly one."
        case .atMostOne: taken <= 1 ? nil : "choose one at most."
        case .oneOrMore: taken >= 1 || all == 0 ? nil : "choose at least one."
        }
    }
}

extension CalendarDay {
    static let distantPast = CalendarDay(daysSinceEpoch: -719_162)
}
