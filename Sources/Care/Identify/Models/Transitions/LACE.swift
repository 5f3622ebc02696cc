package import FHIR

/// The LACE index: death or unplanned readmission within 30 days of discharge.
///
/// van Walraven et al., CMAJ 2010;182(6):551-7. 0 to 19. The paper gives expected risk at the ends only (2.0 % at 0,
/// 43.7 % at 19), so the band is shown and no percentage.
package struct LACE: Sendable, Equatable {
    /// Bands in practical use: 0–4, 5–9, 10 and more.
    package enum Band: String, Sendable {
        case low
        case moderate
        case high
    }

    /// Points for length of stay, 0 to 7.
    package let lengthOfStay: Int
    /// Points for acute admission, 0 or 3.
    package let acuity: Int
    /// Points for comorbidity, 0 to 5.
    package let comorbidity: Int
    /// Points for emergency visits, 0 to 4.
    package let emergency: Int
    /// Which Charlson weighting gave the comorbidity.
    package let charlsonVariant: CharlsonVariant

    package var total: Int { lengthOfStay + acuity + comorbidity + emergency }
    package var band: Band { total >= 10 ? .high : total >= 5 ? .moderate : .low }

    /// - Parameters:
    ///   - days: whole days between the dates of admission and discharge; the same day is 0.
    ///   - isAcute: admitted unplanned.
    ///   - charlson: the comorbidity score.
    ///   - variant: the weighting by which `charlson` was made.
    ///   - edVisits: in the six months before admission, without the one that led to it.
    package init(days: Int, isAcute: Bool, charlson: Int, variant: CharlsonVariant, edVisits: Int) {
        lengthOfStay =
            switch days {
            case ..<1: 0
            case 1...3: days
            case 4...6: 4
            case 7...13: 5
            default: 7
            }
        acuity = isAcute ? 3 : 0
        comorbidity = charlson >= 4 ? 5 : max(charlson, 0)
        emergency = min(max(edVisits, 0), 4)
        charlsonVariant = variant
    }
}

extension LACE {
    /// Length of stay as LACE counts it: difference of dates, in days. Nil when discharge comes first.
    package static func days(admitted: CalendarDay, discharged: CalendarDay) -> Int? {
        let days = discharged.daysSinceEpoch - admitted.daysSinceEpoch
        return days < 0 ? nil : days
    }

    /// Emergency visits in the six calendar months before a stay, without one that led to it.
    package static func edVisits(before stay: Visit, in visits: [Visit]) -> Int {
        let window = Visit.monthsBefore(stay.start, 6)..<stay.start
        return Utilization.merged(visits.filter { $0.kind == .emergency })
            .count { window.contains($0.start) && !$0.led(to: stay) }
    }

    /// Whether a stay began within 24 hours of an emergency visit: acute, where the record does not say so itself.
    package static func isAcute(_ stay: Visit, in visits: [Visit]) -> Bool {
        visits.contains { $0.kind == .emergency && $0.led(to: stay) }
    }
}
