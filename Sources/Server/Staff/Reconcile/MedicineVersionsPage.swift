import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// All signed lists of a person's medicines, each with what differs from the one before: `/people/:id/medicines/versions`.
struct MedicineVersionsPage: Sendable {
    let services: Services

    struct Model {
        let page: PageFrame
        let banner: PatientBanner
        let back: String
        let sections: [PlanSections.Section]
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let person = try context.part("id")
        let standing = try await MedicinesPage(services: services).look(person, context)
        let now = services.now()
        let base = "/people/\(person)/medicines"
        let versions = standing.signed
        let sections = versions.enumerated().map { place, version -> PlanSections.Section in
            let before = versions.indices.contains(place + 1) ? versions[place + 1] : nil
            var section = PlanSections.Section(id: "version-\(version.version)", title: "Version \(version.version)")
            section.intro =
                "Signed by \(version.signer), \(Words.dayTime(version.at, now: now, zone: services.zone))"
            let differences = before.map { version.differences(from: $0) } ?? []
            section.lines =
                [PlanSections.Line(text: "Print this version", href: "\(base)/print?version=\(version.version)")]
                + differences.map { PlanSections.Line(text: $0, tag: "differs from version \(version.version - 1)") }
            section.table = PlanSections.Table(
                caption: "Medicines of version \(version.version)", heads: ["Medicine", "How", "Decision"],
                rows: version.items.map { item in
                    PlanSections.Table.Row(
                        head: item.name,
                        cells: [
                            item.takes ?? "not said",
                            [item.decision.title, item.words].compactMap(\.self).joined(separator: ": "),
                        ])
                })
            return section
        }
        var none = PlanSections.Section(id: "none", title: "Signed lists")
        none.none = "No list has been signed yet."
        return try services.pages.response(
            Model(
                page: PageFrame("Signed lists of medicines", context),
                banner: PatientBanner(standing.record, now: now, zone: services.zone), back: base,
                sections: versions.isEmpty ? [none] : sections), "medicine-versions")
    }
}
