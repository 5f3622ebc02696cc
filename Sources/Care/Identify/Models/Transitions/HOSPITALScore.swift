/// The HOSPITAL score: potentially avoidable readmission within 30 days of discharge.
///
/// Donzé et al., JAMA Intern Med 2013 (derivation) and 2016 (international validation). 0 to 13; low 0–4,
/// intermediate 5–6, high 7 and more. Without a laboratory value the score is a range.
package struct HOSPITALScore: Sendable, Equatable {
    /// Which paper's cut for earlier admissions is used.
    package enum Variant: String, Sendable {
        /// 0–1, 2–5, more than 5.
        case validation2016
        /// 0, 1–5, more than 5.
        case derivation2013
    }

    package enum Band: String, Sendable {
        case low
        case intermediate
        case high

        init(_ points: Int) { self = points >= 7 ? .high : points >= 5 ? .intermediate : .low }
    }

    package struct Inputs: Sendable {
        /// The last before discharge, g/dL; nil when there is none.
        package var haemoglobin: Double?
        package var dischargedFromOncology: Bool
        /// The last before discharge, mmol/L; nil when there is none.
        package var sodium: Double?
        package var hadProcedure: Bool
        package var isUrgent: Bool
        /// Admissions in the twelve months before this one.
        package var earlierAdmissions: Int
        /// Length of stay in days.
        package var days: Int

        package init(
            haemoglobin: Double?, dischargedFromOncology: Bool, sodium: Double?, hadProcedure: Bool, isUrgent: Bool,
            earlierAdmissions: Int, days: Int
        ) {
            self.haemoglobin = haemoglobin
            self.dischargedFromOncology = dischargedFromOncology
            self.sodium = sodium
            self.hadProcedure = hadProcedure
            self.isUrgent = isUrgent
            self.earlierAdmissions = earlierAdmissions
            self.days = days
        }
    }

    package let variant: Variant
    /// One number when everything is known, else what missing values leave open.
    package let points: ClosedRange<Int>
    /// What was not known, in plain words.
    package let missing: [String]

    package var isPartial: Bool { !missing.isEmpty }
    /// Nil while the missing values could still move it.
    package var band: Band? {
        let (low, high) = (Band(points.lowerBound), Band(points.upperBound))
        return low == high ? low : nil
    }

    package init(_ inputs: Inputs, variant: Variant = .validation2016) {
        var sum = 0
        var missing: [String] = []
        func laboratory(_ value: Double?, below limit: Double, named name: String) {
            guard let value, value.isFinite else {
                missing.append(name)
                return
            }
            if value < limit { sum += 1 }
        }
        laboratory(inputs.haemoglobin, below: 12, named: "haemoglobin at discharge")
        laboratory(inputs.sodium, below: 135, named: "sodium at discharge")
        if inputs.dischargedFromOncology { sum += 2 }
        if inputs.hadProcedure { sum += 1 }
        if inputs.isUrgent { sum += 1 }
        let few = variant == .validation2016 ? 1 : 0
        sum += inputs.earlierAdmissions > 5 ? 5 : inputs.earlierAdmissions > few ? 2 : 0
        if inputs.days >= 5 { sum += 2 }
        self.variant = variant
        points = sum...(sum + missing.count)
        self.missing = missing
    }
}
