package import Records

/// The derived tables that pages read, each made by its stage.
package enum Projections {
    package static let all: [any Projection] = [
        WorkProjection(),
        Caseload(),
        OpenContacts(),
        OutcomeProjection(),
        StayProjection(),
        PanelProjection(),
        SearchKeys(),
        ReachProjection(),
        OutreachProjection(),
        LoadProjection(),
    ]
}
