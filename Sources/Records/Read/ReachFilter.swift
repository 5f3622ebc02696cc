import Access
import FHIR

/// Turns whom a caller reaches into a condition of SQL, so that what is hidden is absent from every answer.
struct ReachFilter {
    let caller: Caller
    let policy: Policy
    let types: TypeTable
    let definitions: Definitions
    let words: WordTable
    let connection: any Connection

    /// A condition on a row of `resource`.
    /// - Parameters:
    ///   - action: what the caller is about to do.
    ///   - type: the resource type of the rows.
    ///   - alias: what the statement calls its `resource`.
    ///   - bind: takes a value and gives its place in the statement (`$3`), called in the order of the text.
    /// - Returns: nil when the caller reaches nobody; `TRUE` when everyone.
    func condition(
        _ action: Action, type: String, alias: String, bind: (SQLValue) -> String
    ) -> String? {
        switch policy.reach(of: caller, for: action, on: type) {
        case .nobody: nil
        case .everyone: "TRUE"
        case .panel(let practitioner): panel(of: practitioner, alias: alias, bind: bind)
        case .matching(let filters, let practitioner):
            matching(filters, panel: practitioner, type: type, alias: alias, bind: bind)
        }
    }

    /// A condition on a person alone, before there is a row: whom something may be about.
    func personCondition(_ action: Action, type: String, alias: String, bind: (SQLValue) -> String) -> String? {
        switch policy.reach(of: caller, for: action, on: type) {
        case .nobody: nil
        case .everyone, .matching(_, panel: nil): "TRUE"
        case .panel(let practitioner), .matching(_, panel: let practitioner?):
            panel(of: practitioner, alias: alias, bind: bind)
        }
    }

    /// Whether an answer may follow the order of arrival. It may not where anything is hidden, of whatever type: a place
    /// also arrives when a hidden resource first points to it.
    var followsArrival: Bool { policy.reachesAll(caller, for: .search) }

    /// Whether the caller reaches every resource of the type: only then may ids be chosen.
    func isWhole(_ action: Action, _ type: String) -> Bool {
        policy.reach(of: caller, for: action, on: type) == .everyone
    }

    /// The person of the row has an active EpisodeOfCare with this care manager. The set is small and is found once a
    /// statement, from the index rows of the episodes. Plain codes have no system; with it the whole key is looked up,
    /// without it all active episodes of the site would be gone through. An episode that names no person stands for nobody:
    /// but for the test for 0 it would open all that is about no person.
    func panel(of practitioner: String, alias: String, bind: (SQLValue) -> String) -> String? {
        guard let slash = practitioner.firstIndex(of: "/"), let episode = types.number(of: "EpisodeOfCare"),
            let manager = definitions.searchParameter(episode, "care-manager")?.number,
            let status = definitions.searchParameter(episode, "status")?.number
        else {
            return nil
        }
        let type = types.number(of: String(practitioner[..<slash])) ?? -1
        return """
            \(alias).person <> 0 AND \(alias).person IN (
                SELECT episode.person FROM index_reference manager JOIN resource episode ON episode.rid = manager.rid
                WHERE manager.parameter = \(bind(.integer(Int64(manager)))) AND manager.target = (
                    SELECT rid FROM resource WHERE type = \(bind(.integer(Int64(type))))
                    AND id = \(bind(.text(String(practitioner[practitioner.index(after: slash)...])))))
                AND episode.deleted = 0 AND EXISTS (
                    SELECT 1 FROM index_token state WHERE state.parameter = \(bind(.integer(Int64(status))))
                    AND state.code = 'active' AND state.system = 0 AND state.rid = manager.rid))
            """
    }
}
