/// A range of values laid onto a stretch of the drawing, with round steps.
struct Scale {
    /// The values at which lines are drawn, lowest first: two to seven of them.
    let ticks: [Double]
    /// Decimals that the steps need.
    let digits: Int
    private let low: Double
    private let high: Double
    private let from: Double
    private let to: Double

    /// Lays `values` between the coordinates `from` (lowest value) and `to` (highest).
    ///
    /// Equal, missing and non-finite values are allowed: there is always a range to draw in.
    init(_ values: [Double], from: Double, to: Double) {
        let sound = values.filter { $0.isFinite && abs($0) < 1e9 }
        var low = sound.min() ?? 0
        var high = sound.max() ?? 1
        if high - low < 1e-6 {
            let room = max(abs(low) * 0.1, 1)
            (low, high) = (low - room, high + room)
        }
        let step = Self.roundStep((high - low) / 3)
        let first = (low / step).rounded(.down) * step
        var ticks = [first]
        while let last = ticks.last, last < high - step * 1e-6, ticks.count < 7 { ticks.append(last + step) }
        self.ticks = ticks
        self.digits = step >= 1 ? 0 : step >= 0.1 ? 1 : step >= 0.01 ? 2 : 3
        self.low = first
        self.high = ticks.last ?? high
        self.from = from
        self.to = to
    }

    /// The coordinate of a value; a value outside the range lands on its edge.
    func place(_ value: Double) -> Double {
        guard value.isFinite, high > low else { return (from + to) / 2 }
        let share = min(max((value - low) / (high - low), 0), 1)
        return from + share * (to - from)
    }

    /// The next of 1, 2, 2.5, 5 or 10 times a power of ten.
    private static func roundStep(_ rough: Double) -> Double {
        var power = 1.0
        while power * 10 <= rough { power *= 10 }
        while power > rough { power /= 10 }
        for factor in [1, 2, 2.5, 5] where power * factor >= rough * 0.999 { return power * factor }
        return power * 10
    }
}
