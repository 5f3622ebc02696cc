import FHIR
import Records

/// A stretch of time in a Schedule: who it is about, and who stands behind them. A shift is one, and an absence.
enum Stretch {
    /// - Parameters:
    ///   - kind: what it is, as a service type.
    ///   - actors: who it is about, then who stands behind them.
    ///   - from: milliseconds since 1970.
    ///   - until: the end, which is not part of it.
    /// - Returns: the Schedule.
    static func schedule(_ kind: JSON, _ actors: [String?], from: Int64, until: Int64) -> JSON {
        [
            "resourceType": "Schedule",
            "active": true,
            "serviceType": [kind],
            "actor": .array(actors.compactMap(\.self).map { .reference($0) }),
            "planningHorizon": [
                "start": .string(FHIRDate.instant(from)), "end": .string(FHIRDate.instant(until)),
            ],
        ]
    }

    /// Takes one off. The Schedule stays, no longer active.
    /// - Parameters:
    ///   - id: of the Schedule.
    ///   - version: the version that was read.
    ///   - system: the service type that it has to have.
    ///   - change: in which it is kept.
    /// - Returns: the Schedule as it is now.
    /// - Throws: `RecordsFailure.notFound` for another kind of Schedule, and why it cannot be stored.
    static func end(_ id: String, ifVersion version: Int?, of system: String, in change: Change) throws -> Resource {
        let schedule = try change.reader.get("Schedule", id)
        guard schedule.root.text("serviceType", "coding", "system") == system else {
            throw RecordsFailure.notFound(type: "Schedule", id: id)
        }
        var ended = schedule.value
        ended["active"] = false
        return try change.update(ended, ifVersion: version)
    }
}
