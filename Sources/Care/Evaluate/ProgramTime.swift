import FHIR
package import Records

/// One enrolment: in which programme, from when to when, and how it stands.
struct ProgramTime {
    let program: String
    let status: String
    /// Milliseconds since 1970.
    let start: Int64
    /// ``OutcomeProjection/never`` while it lasts.
    let end: Int64

    /// - Returns: nil when the episode is of no programme, or was never more than a mistake.
    init?(_ episode: Resource) {
        let root = episode.root
        guard
            let program = root.list("type").lazy.flatMap({ $0.list("coding") })
                .filter({ $0.text("system") == TransitionEpisode.programSystem }).compactMap({ $0.text("code") }).first,
            let status = root.text("status"), status != "entered-in-error"
        else {
            return nil
        }
        self.program = program
        self.status = status
        start = root.text("period", "start").flatMap { FHIRDate($0)?.low } ?? episode.updated
        let ended = root.text("period", "end").flatMap { FHIRDate($0)?.high }
        let isOver = ["finished", "cancelled"].contains(status)
        end = max(start, ended ?? (isOver ? episode.updated : OutcomeProjection.never))
    }

    /// The person takes part: not only planned, waiting or declined before the start.
    var counts: Bool { ["active", "onhold", "finished"].contains(status) }
}
