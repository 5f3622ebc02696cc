import FHIR
import Records

/// One change of a plan on its way: what is added is linked, then the plan is saved over the version that was read.
struct PlanEdit {
    private var plan: JSON
    private let read: Resource

    var reference: String { read.reference }

    /// Of the plan as it was read.
    var version: Int { read.version }

    /// The version is that of the plan as it was shown, 0 when there was none.
    /// - Throws: ``RecordsFailure/stale(current:)`` when someone saved in between.
    /// The version is that of the plan as it was shown, 0 when there was none. What is added stands beside what somebody
    /// else added in between.
    init(person: String, version: Int, in change: Change) throws {
        read = try Self.standing(person: person, version: version, in: change)
        plan = read.value
    }

    /// The plan in force, begun when there was none.
    /// - Throws: ``NotNow`` when the plan that was shown was closed in between.
    static func standing(person: String, version: Int, in change: Change) throws -> Resource {
        if let stored = PlanMark.current(try change.reader.person(person, ["CarePlan"])) {
            return stored
        }
        guard version == 0 else {
            throw NotNow("This plan was closed in between. Open the page again.")
        }
        return try StartPlan(person: person).perform(in: change)
    }

    /// A plan whose version does not matter: something that follows from a step is linked.
    init(following stored: Resource) {
        read = stored
        plan = stored.value
    }

    func holds(_ member: String, _ reference: String) -> Bool {
        read.root.list(member).contains { $0.text("reference") == reference }
    }

    mutating func address(_ problem: String) { link("addresses", ["reference": .string(problem)]) }

    mutating func pursue(_ goal: String) { link("goal", ["reference": .string(goal)]) }

    mutating func act(_ task: String) { link("activity", ["reference": ["reference": .string(task)]]) }

    /// Names the version of a protocol that the plan follows, in the place of an earlier one.
    mutating func follow(_ url: String, _ canonical: String) {
        let others = (plan["instantiatesCanonical"]?.array ?? []).filter { value in
            let text = value.string ?? ""
            return text != url && !text.hasPrefix("\(url)|")
        }
        let followed = others + [JSON.string(canonical)]
        if plan["instantiatesCanonical"]?.array ?? [] != followed {
            plan["instantiatesCanonical"] = .array(followed)
        }
    }

    private mutating func link(_ member: String, _ value: JSON) {
        let present = plan[member]?.array ?? []
        if !present.contains(value) {
            plan[member] = .array(present + [value])
        }
    }

    @discardableResult
    func save(in change: Change) throws -> Resource {
        plan == read.value ? read : try change.update(plan, ifVersion: read.version)
    }
}
