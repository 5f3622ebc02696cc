import Access
import FHIR
import HTTPTypes
import Records

/// A transaction inside the writer.
struct TransactionRun {
    let plan: TransactionPlan
    let change: Change
    /// The transaction itself.
    let ask: Ask
    let api: FHIRAPI

    /// Carries it out; throwing undoes all of it.
    /// - Returns: the answers in the order of the entries.
    /// - Throws: a ``Refusal`` that names the entry.
    func perform() throws -> [Reply] {
        var answers = [Reply?](repeating: nil, count: plan.planned.count)
        var items = plan.planned
        try each(items, .delete) { place, item in answers[place] = try run(item) }
        try decide(&items, &answers)

        try change.expect(items.compactMap(\.ready?.resource))
        if isWhole {
            try change.beginBulk(
                items.compactMap { item in
                    if case .store(let ready, _) = item.step { ready.resource } else { nil }
                })
        }
        for method in [HTTPRequest.Method.post, .put] {
            try each(items, method) { place, item in
                if case .store(let ready, let isNew) = item.step {
                    answers[place] = try store(ready, isNew: isNew, item.ask)
                }
            }
        }
        if isWhole {
            try change.endBulk()
        }

        for method in [HTTPRequest.Method.post, .put, .patch] {
            try each(items, method) { place, item in
                if answers[place] == nil {
                    answers[place] = try run(item)
                }
            }
        }
        let missing = try api.checkReferences(change, ask)
        try each(items, .get) { place, item in answers[place] = try run(item) }
        if !missing.isEmpty, let first = answers.indices.first {
            answers[first]?.issues += missing
        }
        return zip(answers, items).compactMap { answer, item in answer.map { api.shown($0, item.ask) } }
    }

    /// A narrow caller's reach is looked up in the index after each write, so its rows cannot wait.
    private var isWhole: Bool {
        let types = Set(plan.planned.map(\.ask.type))
        return types.allSatisfy { type in
            [Action.create, .update].allSatisfy {
                [.everyone, .nobody].contains(change.policy.reach(of: change.caller, for: $0, on: type))
            }
        }
    }

    private func each(
        _ items: [TransactionPlan.Planned], _ method: HTTPRequest.Method,
        _ body: (Int, TransactionPlan.Planned) throws -> Void
    ) throws {
        for (place, item) in items.enumerated() where item.ask.method == method {
            do {
                try body(place, item)
            } catch {
                throw item.entry.refusal(error)
            }
        }
    }

    private func store(_ ready: Ready, isNew: Bool, _ ask: Ask) throws -> Reply {
        guard let resource = ready.resource else {
            throw Refusal(.badRequest, .required, "There is no resource.")
        }
        if isNew {
            return Reply.written(try change.put(resource, expecting: 0), ask, isNew: true, issues: ready.issues)
        }
        return try Update.perform(ask, ready, change, api, checksReferences: false)
    }

    private func run(_ item: TransactionPlan.Planned) throws -> Reply {
        switch item.interaction.work {
        case .look(let look):
            return try change.look(
                for: item.interaction.purpose(item.ask), asking: item.interaction.searched(item.ask)
            ) { try look(item.ask, $0, api) }
        case .tell(let tell): return try tell(item.ask, api)
        case .change(_, let perform):
            let ready: Ready = if item.ask.method == .patch { try Patch.read(item.ask) } else { Ready() }
            return try perform(item.ask, ready, change, api)
        case .own:
            throw Refusal(.badRequest, .notSupported, at: "request.url", "This is not done inside a transaction.")
        }
    }

    /// Searches for what only a search can tell, then makes ready what waited for it.
    private func decide(_ items: inout [TransactionPlan.Planned], _ answers: inout [Reply?]) throws {
        var rewrite = plan.rewrite
        var waiting: [(place: Int, isNew: Bool)] = []
        for place in items.indices {
            guard case .decide = items[place].step else {
                continue
            }
            let item = items[place]
            do {
                guard let isNew = try choose(&items[place], &answers[place]) else {
                    rewrite.note(item.entry.fullURL, as: answers[place]?.reference ?? "", type: item.ask.type)
                    continue
                }
                rewrite.note(
                    item.entry.fullURL, as: "\(item.ask.type)/\(items[place].ask.id)", type: item.ask.type)
                waiting.append((place, isNew))
            } catch {
                throw item.entry.refusal(error)
            }
        }
        var found: [String: String] = [:]
        for (place, isNew) in waiting {
            let item = items[place]
            do {
                guard let resource = item.entry.resource else {
                    continue
                }
                var own = rewrite
                for condition in Rewrite.needs(of: resource).conditions {
                    let target = try found[condition] ?? self.target(of: condition, item.ask)
                    found[condition] = target
                    own.note(condition, as: target)
                }
                let ready = try api.ready(
                    resource, item.ask.type, id: item.ask.id, in: "\(item.entry.expression).resource",
                    replacing: own.replacement)
                items[place].step = .store(ready, isNew: isNew)
            } catch {
                throw item.entry.refusal(error)
            }
        }
    }

    /// Gives an entry that a search decides its id.
    /// - Returns: whether it is created; nil when it is answered already, because it exists.
    private func choose(_ item: inout TransactionPlan.Planned, _ answer: inout Reply?) throws -> Bool? {
        let ask = item.ask
        switch item.interaction.name {
        case "create":
            guard let condition = ask.conditions.ifNoneExist, !condition.isEmpty else {
                return true
            }
            let criteria = try Conditional.criteria(ask.type, condition, base: ask.base)
            if let found = try Conditional.match(ask.type, criteria, change.reader, ask, what: "If-None-Exist") {
                answer = Reply.written(try Conditional.show(found, change, ask), ask, isNew: false)
                return nil
            }
            item.ask.id = change.mintID()
            return true
        case "conditional-update":
            let criteria = ask.criteria
            guard criteria.contains(where: { !$0.value.isEmpty }) else {
                throw Refusal(.preconditionFailed, .required, "An update without an id needs a search that chooses.")
            }
            let found = try Conditional.match(ask.type, criteria, change.reader, ask, what: "Conditional update")
            let written = item.entry.resource?["id"]?.string
            if let found, let written, written != found.id {
                throw Refusal(
                    .badRequest, .value, at: "resource.id", "The search finds another id than the body names.")
            }
            item.ask.id = found?.id ?? written ?? change.mintID()
            if found == nil, written == nil, ask.conditions.ifMatch == nil {
                // The id is ours, so that those may create who may choose none.
                return true
            }
            guard ResourceID.isSound(item.ask.id) else {
                throw Refusal(
                    .badRequest, .value, at: "resource.id", "An id is 1 to 64 letters, digits, dashes and dots.")
            }
            return false
        default: return false
        }
    }

    /// The one resource that a conditional reference means. FHIR R4 §3.1.0.11.2
    /// - Throws: 412 when none or several match.
    private func target(of condition: String, _ ask: Ask) throws -> String {
        let (type, query) = APIAddress.halves(condition)
        let name = String(type)
        try api.permit(.search, name, ask)
        let criteria = try APIAddress.parameters(query)
        guard
            let found = try Conditional.match(
                name, criteria, change.reader, ask, what: "A conditional reference")
        else {
            throw Refusal(
                .preconditionFailed, .notFound, "A conditional reference finds no \(name.prefix(64)).")
        }
        return found.reference
    }
}
