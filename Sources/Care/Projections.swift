import Content
package import Records

/// The derived tables that pages read, each made by its stage.
package enum Projections {
    /// - Parameter care: the content by which some of them are made.
    /// - Returns: in the order in which they are made.
    package static func all(_ care: CareContent) -> [any Projection] {
        [
            WorkProjection(),
            Caseload(),
            OpenContacts(),
            OutcomeProjection(),
            StayProjection(),
            PanelProjection(clocks: care.clocks),
            SearchKeys(),
            ProgramProjection(care: care),
            ReachProjection(),
            OutreachProjection(),
            LoadProjection(),
        ]
    }
}
