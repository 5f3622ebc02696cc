package import Content
import FHIR
package import Foundation

/// In which time zones people live, by the state of their address, from Content/outreach/zones.yaml.
package struct CallZones: Sendable {
    package let origin: ContentOrigin
    private let states: [String: [TimeZone]]

    init(_ root: ContentField) throws(ContentProblem) {
        try root.allow(["kind", "source", "version", "licence", "effectiveFrom", "effectiveTo", "states"])
        origin = try ContentOrigin(root)
        var states: [String: [TimeZone]] = [:]
        for (state, field) in try root["states"].members() {
            var zones: [TimeZone] = []
            for name in try field.texts() {
                guard let zone = TimeZone(identifier: name) else {
                    throw field.problem("\(name) is no time zone")
                }
                zones.append(zone)
            }
            guard !zones.isEmpty else {
                throw field.problem("a time zone is missing")
            }
            states[state] = zones
        }
        self.states = states
    }

    /// - Parameters:
    ///   - state: the postal code of a state, as the address has it; empty where it is not recorded.
    ///   - site: the zone of the site, which holds where nothing else is known.
    /// - Returns: one zone or, where the state is divided, both.
    package func zones(of state: String, site: TimeZone) -> [TimeZone] { states[state.uppercased()] ?? [site] }

    /// The hour of the day and the day of the week (0 is Monday) at a moment in a zone.
    package static func hour(_ moment: Int64, in zone: TimeZone) -> (weekday: Int, hour: Int) {
        let local = moment + Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(moment / 1000)))) * 1000
        let day = FHIRDate.days(local)
        let hour = Int((local - Int64(day) * 86_400_000) / 3_600_000)
        return (((day + 3) % 7 + 7) % 7, min(max(hour, 0), 23))
    }
}
