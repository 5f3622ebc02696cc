import Content
package import Records

/// The derived tables that pages read, each made by its stage.
package enum Projections {
    /// - Parameter clocks: until when an assessment is due; nil: nothing is overdue.
    /// - Returns: in the order in which they are made.
    package static func all(clocks: AssessmentClocks?) -> [any Projection] {
        [
            WorkProjection(),
            Caseload(),
            OpenContacts(),
            OutcomeProjection(),
            StayProjection(),
            PanelProjection(clocks: clocks),
            SearchKeys(),
        ]
    }

    /// With the figures that came with the program.
    package static var all: [any Projection] { all(clocks: try? AssessmentClocks(content: Content(folder: nil))) }
}
