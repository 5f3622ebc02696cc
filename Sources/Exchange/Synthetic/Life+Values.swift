import Foundation

/// What would be measured in a person on a day: her own level, moved by her conditions and by time.
struct Levels {
    private var own: [Double]
    private var measured: [Int]
    let stature: Double

    init(_ life: Life) {
        own = [Double](repeating: .nan, count: life.content.measures.count)
        measured = [Int](repeating: Int.min / 2, count: life.content.measures.count)
        var chance = Chance(seed: life.seed, index: life.index, stream: 20)
        stature = chance.normal()
    }

    /// Whether the last one was at least `every` days ago; if so, the day counts as the last.
    mutating func isDue(_ measure: Int, every: Int, on day: Day) -> Bool {
        guard day.number - measured[measure] >= every else { return false }
        measured[measure] = day.number
        return true
    }

    /// The adult level of a measure without the noise of the day.
    mutating func level(_ measure: Int, in life: Life, on day: Day) -> Double {
        let entry = life.content.measures[measure]
        if own[measure].isNaN {
            var chance = Chance(seed: life.seed, index: life.index, stream: 1000 + UInt64(measure))
            own[measure] = (life.person.female ? entry.woman : entry.man) + entry.between * chance.normal()
        }
        var level = own[measure]
        for (index, shift) in entry.shifts.enumerated() {
            let grown = share(of: shift.condition, in: life, on: day)
            guard grown > 0 else { continue }
            var chance = Chance(
                seed: life.seed, index: life.index, stream: 5000 + UInt64(measure) * 64 + UInt64(index))
            let spread = chance.normal()
            // More people are far above the usual level than far below it.
            level += grown * (shift.add + shift.spread * (spread > 0 ? spread * 1.4 : spread * 0.5))
            guard shift.condition != life.content.marks.pregnancy else { continue }
            let years = min(max(Double(day.number - life.onset[shift.condition]) / 365, 0), 8)
            level += shift.yearly * years
        }
        return level
    }

    /// How far a condition has grown: it is measurable, more and more, for two years and a half before its name.
    private func share(of condition: Int, in life: Life, on day: Day) -> Double {
        if condition == life.content.marks.pregnancy { return life.isPregnant(on: day) ? 1 : 0 }
        guard life.has(condition) else { return 0 }
        // Body weight is there long before anybody writes it down as a problem.
        if condition == life.content.marks.obesity { return 1 }
        return min(max(Double(day.number - life.onset[condition] + 900) / 900, 0), 1)
    }

    /// Height in cm.
    func height(_ life: Life, on day: Day) -> Double {
        let entry = life.content.measures[life.content.marks.height]
        let adult = (life.person.female ? entry.woman : entry.man) + entry.between * stature
        let years = Double(life.person.months(on: day)) / 12
        let grown = life.person.female ? 15.0 : 17.0
        guard years < grown else { return adult }
        // Half a metre at birth, quick in the first two years, then evenly.
        let share = years < 2 ? 0.30 + 0.21 * (years / 2).squareRoot() : 0.51 + 0.49 * (years - 2) / (grown - 2)
        return adult * share
    }

    /// Body mass index; children are slimmer than the adults they become.
    mutating func bodyMass(_ life: Life, on day: Day) -> Double {
        let entry = life.content.measures[life.content.marks.bmi]
        let adult = level(life.content.marks.bmi, in: life, on: day)
        let years = Double(life.person.months(on: day)) / 12
        let held = life.has(life.content.marks.obesity) ? max(adult, 30.4) : min(adult, 29.6)
        guard years < 18 else { return max(held, entry.low + 5.5) }
        let slim = years < 6 ? 15.8 : 15.8 + (22 - 15.8) * (years - 6) / 12
        return max(slim + (held - entry.man) * 0.55 * min(years, 18) / 18, 12.5)
    }

    /// Upper and lower blood pressure.
    mutating func pressure(_ life: Life, on day: Day) -> (Double, Double) {
        let marks = life.content.marks
        let age = life.person.age(on: day)
        let upper = level(marks.systolic, in: life, on: day)
        let lower = level(marks.diastolic, in: life, on: day)
        if age < 18 {
            let share = 0.76 + 0.24 * Double(age) / 18
            return (upper * share, lower * share)
        }
        return (upper + max(0, Double(age) - 45) * 0.18, lower - max(0, Double(age) - 65) * 0.25)
    }

    /// eGFR in mL/min/1.73 m², within the stage that her records name.
    mutating func filtration(_ life: Life, on day: Day) -> Double {
        let marks = life.content.marks
        let age = Double(life.person.age(on: day))
        let value = level(marks.egfr, in: life, on: day) + 109 - max(0, age - 28) * 0.72
        if life.has(marks.kidneyFailure, on: day) { return min(max(value, 6), 14) }
        if life.has(marks.kidney4, on: day) { return min(max(value, 16), 29) }
        if life.has(marks.kidney3, on: day) { return min(max(value, 31), 58) }
        return min(max(value, 63), 125)
    }

    /// Creatinine that gives this eGFR by the CKD-EPI equation of 2021 (Inker et al., NEJM 385:1737), in mg/dL.
    static func creatinine(filtration: Double, age: Int, female: Bool) -> Double {
        let kappa = female ? 0.7 : 0.9
        let alpha = female ? -0.241 : -0.302
        let top = 142 * pow(0.9938, Double(max(age, 18))) * (female ? 1.012 : 1)
        let share = filtration / top
        return max(0.35, kappa * pow(share, 1 / (share < 1 ? -1.2 : alpha)))
    }
}
