import FHIR
package import Records

/// How the plan made here is told from plans that came with imported records: by its identifier.
package enum PlanMark {
    package static let system = "urn:almoner:plan"

    /// Whether it is a plan of ours, open or closed.
    package static func isOurs(_ plan: Resource) -> Bool {
        plan.root.list("identifier").contains { $0.text("system") == system }
    }

    /// The person's plan of ours that is in force; nil when there is none. The record has the
    /// type CarePlan.
    package static func current(_ record: PersonRecord) -> Resource? {
        record.all("CarePlan").last { isOurs($0) && ["active", "on-hold", "draft"].contains($0.root.text("status")) }
    }
}
