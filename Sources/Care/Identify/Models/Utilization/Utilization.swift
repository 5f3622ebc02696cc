import FHIR

/// A visit as utilization sees it: what kind, from when to when. Times are milliseconds since 1970-01-01T00:00Z.
package struct Visit: Sendable, Hashable {
    package enum Kind: Sendable {
        case inpatient
        /// Skilled nursing and other inpatient care that is not acute; not an admission.
        case nonAcute
        case emergency
        case observation
        case other

        /// From a v3 ActCode as `Encounter.class` carries it. A nursing-facility stay coded `IMP` has to be told
        /// apart by its type, which is the caller's to know.
        package init(classCode: String) {
            switch classCode {
            case "IMP", "ACUTE": self = .inpatient
            case "NONAC": self = .nonAcute
            case "EMER": self = .emergency
            case "OBSENC": self = .observation
            default: self = .other
            }
        }
    }

    package var kind: Kind
    package var start: Int64
    /// Nil while it lasts.
    package var end: Int64?

    package init(_ kind: Kind, start: Int64, end: Int64?) {
        self.kind = kind
        self.start = start
        self.end = end.map { max($0, start) }
    }
}

/// What a person used in a stretch of time: hospital stays and emergency visits that did not become one.
package struct Utilization: Sendable, Equatable {
    /// Inpatient stays that began in the window, oldest first; visits that overlap or touch are one stay (a transfer).
    package let stays: [Visit]
    /// Emergency visits that began in the window and were not followed by admission within 24 hours of their end.
    package let emergencyVisits: [Visit]

    package var admissions: Int { stays.count }
    package var edVisits: Int { emergencyVisits.count }

    /// Counts the visits that began in `from ..< until`. Visits with a start outside still explain others inside.
    package init(_ visits: [Visit], from: Int64, until: Int64) {
        let window = from..<max(from, until)
        let stays = Utilization.merged(visits.filter { $0.kind == .inpatient })
        self.stays = stays.filter { window.contains($0.start) }
        emergencyVisits = Utilization.merged(visits.filter { $0.kind == .emergency })
            .filter { visit in window.contains(visit.start) && !stays.contains { visit.led(to: $0) } }
    }

    /// Counts the twelve calendar months before a moment.
    package static func twelveMonths(_ visits: [Visit], before moment: Int64) -> Utilization {
        Utilization(visits, from: Visit.monthsBefore(moment, 12), until: moment)
    }

    /// Visits in order of start, those that overlap or touch put together.
    static func merged(_ visits: [Visit]) -> [Visit] {
        var merged: [Visit] = []
        for visit in visits.sorted(by: { ($0.start, $0.end ?? .max) < ($1.start, $1.end ?? .max) }) {
            // A stay whose end was never recorded must not swallow all that came after it.
            guard let last = merged.last, visit.start <= (last.end ?? last.start) else {
                merged.append(visit)
                continue
            }
            let end = last.end.flatMap { earlier in visit.end.map { max(earlier, $0) } }
            merged[merged.count - 1].end = end
        }
        return merged
    }
}

extension Visit {
    static let day: Int64 = 86_400_000

    /// Whether this emergency visit ended in that stay: admitted during it or within 24 hours of its end.
    func led(to stay: Visit) -> Bool {
        guard stay.start >= start else { return false }
        return stay.start &- (end ?? start) <= Visit.day
    }

    /// The same time of day so many calendar months earlier.
    static func monthsBefore(_ moment: Int64, _ months: Int) -> Int64 {
        let day = CalendarDay(daysSinceEpoch: FHIRDate.days(moment))
        let earlier = day.adding(months: -months)
        return moment - Int64(day.daysSinceEpoch - earlier.daysSinceEpoch) * Visit.day
    }
}
