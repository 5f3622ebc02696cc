import FHIR
package import Records

/// Who carries whom: a row a person and care manager, with what the person weighs by.
package struct LoadProjection: Projection {
    package init() {}

    static let table = "load"
    package let tables = [
        ProjectionTable(
            table,
            columns: [
                "owner": .text, "status": .text, "tier": .integer, "interpreter": .integer, "programs": .text,
                "language": .text, "city": .text, "name": .text, "sort_name": .text, "born": .text,
            ],
            indexes: [
                ["status", "owner", "tier", "interpreter", "programs"], ["owner", "status", "sort_name"],
            ])
    ]
    package let reads: Set<String> = ["Patient", "EpisodeOfCare", "RiskAssessment"]

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        guard let patient = person.patient?.root, PersonState.isListed(patient) else {
            return []
        }
        let open = Enrollment.all(person).filter { $0.isOpen || $0.status == .waitlist }
        let owners = Dictionary(grouping: open) { $0.careManager ?? "" }
        guard !owners.isEmpty else {
            return []
        }
        let line = PersonLine(person)
        let name = PersonName(patient)
        let tier = PanelRisk(person).tier
        let address = patient.list("address")
        let home = address.first { $0.text("use") == "home" && $0["period"]?["end"] == nil } ?? address.first
        return owners.sorted { $0.key < $1.key }.map { owner, enrollments in
            let active = enrollments.filter { $0.status == .active }
            let status = active.isEmpty ? (enrollments.contains(where: \.isOpen) ? "onhold" : "waitlist") : "active"
            let programs = Set((active.isEmpty ? enrollments : active).map(\.program)).sorted()
            return ProjectionRow(
                Self.table,
                [
                    .text(owner), .text(status), .integer(Int64(tier?.rawValue ?? 0)),
                    .integer(line.needsInterpreter ? 1 : 0), .text(programs.joined(separator: " ")),
                    .text(String(line.language.prefix { $0 != "-" })), .text(home?.text("city") ?? ""),
                    .text(name.list), .text(name.sorting), .text(line.born),
                ])
        }
    }
}
