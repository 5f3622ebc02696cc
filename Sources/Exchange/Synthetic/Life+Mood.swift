/// How a person would answer the questionnaires.
struct Mood {
    private let lowSpirits: Double
    private let worry: Double
    private let drink: Double
    private let recovers: Double

    init(_ life: Life) {
        var chance = life.chance(21)
        let marks = life.content.marks
        let low = chance.normal()
        lowSpirits = life.has(marks.depression) ? 11 + 5 * low : 2 + 2 * low
        let anxious = chance.normal()
        worry = life.has(marks.anxiety) ? 10 + 4 * anxious : 2 + 2 * anxious
        let thirst = chance.normal()
        drink = life.has(marks.alcohol) ? 9 + 1.5 * thirst : 1.2 + 1.6 * thirst
        recovers = chance.unit() * 4
    }

    /// PHQ-9 total; whoever is ill recovers slowly.
    func phq9(_ life: Life, on day: Day, _ chance: inout Chance) -> Int {
        let begun = life.onset[life.content.marks.depression]
        guard begun <= day.number else { return max(0, Int(min(lowSpirits, 6) + chance.normal() * 1.4)) }
        let years = min(Double(day.number - begun) / 365, 3)
        return min(27, max(0, Int(lowSpirits - recovers * years * 0.7 + chance.normal() * 2.2)))
    }

    func gad7(_ life: Life, on day: Day, _ chance: inout Chance) -> Int {
        let ill = life.has(life.content.marks.anxiety, on: day)
        return min(21, max(0, Int((ill ? worry : min(worry, 5)) + chance.normal() * 1.6)))
    }

    func auditC(_ life: Life, on day: Day, _ chance: inout Chance) -> Int {
        let ill = life.has(life.content.marks.alcohol, on: day)
        return min(12, max(0, Int((ill ? drink : min(drink, 4)) + chance.normal() * 0.6)))
    }
}
