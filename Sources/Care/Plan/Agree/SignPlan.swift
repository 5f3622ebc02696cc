import Access
import FHIR
package import Records

/// A clinician signs the plan as it was read. What was changed since is not signed with it.
package struct SignPlan: Sendable {
    package let person: String
    /// The version that was read, by its moment.
    package let version: Int64?

    package init(person: String, version: Int64?) {
        self.person = person
        self.version = version
    }

    /// - Returns: the Provenance.
    /// - Throws: ``NotNow`` for who may not sign, and when the plan is another one by now.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        let plan = try PlanStanding.check(person, version, in: change)
        let signer = try Signer(change.caller)
        guard try Licence(of: change).standing == .signs else {
            throw NotNow("Only somebody with a licence that holds signs a plan.")
        }
        let credential = try signer.credential(by: change.reader)
        let name = credential.map { signer.name.hasSuffix($0) ? signer.name : "\(signer.name), \($0)" } ?? signer.name
        return try change.create(
            PlanSeal.json(
                .signed, plan: plan.resource, person: person, version: plan.version,
                who: ["reference": .string(signer.practitioner), "display": .string(name)], how: nil, in: change))
    }
}

/// The person, or who speaks for them, agreed to the plan: how, and when it was written down.
package struct AgreePlan: Sendable {
    package enum How: String, Sendable, CaseIterable {
        case inPerson = "in-person"
        case phone
        case video
        case signedPaper = "signed-paper"

        package var words: String {
            switch self {
            case .inPerson: "Said so face to face"
            case .phone: "Said so by phone"
            case .video: "Said so by video"
            case .signedPaper: "Signed on paper"
            }
        }
    }

    package let person: String
    /// The version that was read, by its moment.
    package let version: Int64?
    /// ``How``, as it came with the form.
    package let how: String?
    /// The name of who agreed in the person's place; nil: the person.
    package let who: String?

    package init(person: String, version: Int64?, how: String?, who: String?) {
        self.person = person
        self.version = version
        self.how = how
        self.who = who
    }

    /// - Returns: the Provenance.
    /// - Throws: ``FormProblems``; ``NotNow`` when the plan is another one by now.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var checks = PlanChecks()
        let other = checks.short("agreed-by", who, most: TextLimit.line)
        let how = how.flatMap(How.init)
        if how == nil {
            checks.refuse("how", "Say how they agreed.")
        }
        try checks.finish()
        let plan = try PlanStanding.check(person, version, in: change)
        let patient = try change.reader.get("Patient", person).root.list("name").first
        let parts = (patient?.list("given").compactMap(\.string) ?? []) + [patient?.text("family")].compactMap(\.self)
        let name = parts.isEmpty ? patient?.text("text") ?? "The person" : parts.joined(separator: " ")
        return try change.create(
            PlanSeal.json(
                .agreed, plan: plan.resource, person: person, version: plan.version,
                who: other.map { ["display": .string($0)] }
                    ?? ["reference": .string("Patient/\(person)"), "display": .string(name)],
                how: how?.words, in: change))
    }
}

/// The plan in force, as long as it is still the version that somebody has read.
struct PlanStanding {
    let resource: Resource
    let version: Int64

    static func check(_ person: String, _ version: Int64?, in change: Change) throws -> PlanStanding {
        let history = try PlanHistory(of: person, by: change.reader)
        guard let plan = PlanMark.current(try change.reader.person(person, ["CarePlan"])),
            let last = history.moments.last
        else {
            throw NotNow("There is no plan yet.")
        }
        guard version == last else {
            throw NotNow("The plan was changed in between. Read it again before you go on.")
        }
        return PlanStanding(resource: plan, version: last)
    }
}
