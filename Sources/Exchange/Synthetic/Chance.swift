/// SplitMix64 (Steele, Lea and Flood 2014): the same seed gives the same numbers on every machine.
struct Chance {
    private var state: UInt64

    /// The stream `stream` of person `index`: people do not depend on each other nor on how many there are,
    /// and drawing more for one part of a life leaves the other parts as they were.
    init(seed: UInt64, index: Int, stream: UInt64) {
        state = Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15)
        state = Self.mixed(state ^ UInt64(truncatingIfNeeded: index) &* 0xD1B5_4A32_D192_ED03)
        state = Self.mixed(state &+ stream &* 0x8CB9_2BA7_2F3D_8DD7)
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var mix = value
        mix = (mix ^ (mix >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mix = (mix ^ (mix >> 27)) &* 0x94D0_49BB_1331_11EB
        return mix ^ (mix >> 31)
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// Evenly from 0 up to, not including, 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Evenly from 0 up to, not including, `count`; 0 when `count` is below 1.
    mutating func below(_ count: Int) -> Int {
        count < 1 ? 0 : Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// Evenly from `low` to `high`, both included; `low` when they are the wrong way round.
    mutating func between(_ low: Int, _ high: Int) -> Int { low + below(high - low + 1) }

    /// True in `share` of 1.
    mutating func happens(_ share: Double) -> Bool { unit() < share }

    /// Close to a standard normal, never beyond ±3.5: four even draws, scaled.
    mutating func normal() -> Double { (unit() + unit() + unit() + unit() - 2) * 1.732_050_807_568_877_2 }

    /// An index into `weights`, each as likely as its weight.
    mutating func pick(_ weights: [Double]) -> Int {
        var rest = unit() * weights.reduce(0, +)
        for (index, weight) in weights.enumerated() {
            rest -= weight
            if rest < 0 { return index }
        }
        return max(weights.count - 1, 0)
    }
}
