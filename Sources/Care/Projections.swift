package import Records

/// The derived tables that pages read, each made by its stage.
package enum Projections {
    package static func all(_ care: CareContent) -> [any Projection] {
        [
            WorkProjection(),
            Caseload(),
            OpenContacts(),
            OutcomeProjection(),
            StayProjection(),
            PanelProjection(),
            SearchKeys(),
            ProgramProjection(care: care),
        ]
    }
}
