import FHIR
import Records

/// How the 30 days went, as far as the record says.
package enum TransitionOutcome {
    /// - Parameters:
    ///   - stay: the stay that the person came home from.
    ///   - found: all their stays and emergency visits.
    ///   - died: when they died, milliseconds since 1970.
    /// - Returns: a code of the plan's conclusions, and in words what it rests on; nil when nothing speaks for one.
    package static func found(
        after stay: Stay, among found: FindStays, died: Int64?
    ) -> (code: String, words: String)? {
        guard let discharged = stay.discharged else {
            return nil
        }
        let span = discharged..<(discharged + TransitionRules.length)
        if let died, span.contains(died) {
            return ("died", "The person's death is on file.")
        }
        if KeepTransitions.readmission(after: stay, found.stays) != nil {
            return ("readmitted", "A later hospital stay is on file.")
        }
        if found.stays.contains(where: { $0.id != stay.id && span.contains($0.admitted) }) {
            return ("facility", "A later stay in a facility is on file.")
        }
        let visits = found.emergencyVisits.count { span.contains($0) }
        if visits > 0 {
            return (
                "emergency",
                visits == 1
                    ? "A visit to the emergency department is on file."
                    : "\(visits) visits to the emergency department are on file."
            )
        }
        return nil
    }
}
