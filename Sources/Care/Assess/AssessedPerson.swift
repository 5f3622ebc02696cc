import FHIR
package import Records

/// What scoring needs to know of who was asked.
package struct AssessedPerson: Sendable, Equatable {
    package let sex: CutOffSex
    /// In whole years; nil when the day of birth is not recorded to the day, or the person has died.
    package let age: Int?
    /// The language they prefer, without region: `es`; nil when none is recorded.
    package let language: String?

    /// What the Patient says at a moment, in milliseconds since 1970.
    package init(_ patient: Resource?, now: Int64) {
        sex = CutOffSex(gender: patient?.root.text("gender"))
        let born = patient?.root.text("birthDate").flatMap { CalendarDay($0) }
        age = born.map { $0.years(until: CalendarDay(daysSinceEpoch: FHIRDate.days(now))) }.flatMap {
            $0 < 0 ? nil : $0
        }
        let spoken = patient?.root.list("communication") ?? []
        let best = spoken.first { $0["preferred"]?.bool == true } ?? spoken.first
        language = best?.codes("language").first?.split(separator: "-").first?.lowercased()
    }
}
