/// Median and quartiles, by linear interpolation between the two nearest values (the method that spreadsheets and most
/// statistics programs use by default; Hyndman and Fan 1996, type 7).
package struct Quartiles: Sendable, Equatable {
    package let first: Double
    package let median: Double
    package let third: Double
    package let count: Int

    init(first: Double, median: Double, third: Double, count: Int) {
        self.first = first
        self.median = median
        self.third = third
        self.count = count
    }

    /// - Returns: nil when there is no value.
    package init?(_ values: [Double]) {
        let sorted = values.filter(\.isFinite).sorted()
        guard !sorted.isEmpty else {
            return nil
        }
        func at(_ share: Double) -> Double {
            let place = share * Double(sorted.count - 1)
            let below = Int(place)
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
        }
        first = at(0.25)
        median = at(0.5)
        third = at(0.75)
        count = sorted.count
    }
}
