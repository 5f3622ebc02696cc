/// One person's health: which conditions, since when, and how it ends. What follows from it is in the other files.
struct Life {
    /// A condition that the person does not have.
    static let never = Int.max

    let content: SyntheticContent
    let seed: UInt64
    let index: Int
    let asOf: Day
    let rich: Bool
    var person: SyntheticPerson
    /// First day of each condition, by index; `never` when she does not have it.
    var onset: [Int]
    /// How much likelier each condition is made by those she has.
    var odds: [Double]
    /// Number of the Condition record of each condition, 0 when there is none.
    var records: [Int]
    /// How heavily her conditions weigh.
    var burden = 0
    var allergies: [Int] = []
    /// Whether "no known allergies" was written down.
    var deniesAllergies = false
    var pregnancy: Pregnancy?
    /// The first and the last day that her records cover; nothing happens after death, nothing on the day itself.
    var first: Day
    var last: Day

    struct Pregnancy {
        var start: Day
        /// Nil while it lasts.
        var birth: Day?
    }

    init(_ index: Int, seed: UInt64, asOf: Day, rich: Bool, content: SyntheticContent) {
        self.content = content
        self.seed = seed
        self.index = index
        self.asOf = asOf
        self.rich = rich
        person = SyntheticPerson(index, seed: seed, asOf: asOf, content: content)
        onset = [Int](repeating: Self.never, count: content.conditions.count)
        odds = [Double](repeating: 1, count: content.conditions.count)
        records = [Int](repeating: 0, count: content.conditions.count)
        last = asOf.plus(-1)
        first = person.birth
        fallIll()
        die()
        first = max(person.birth.plus(2), last.plus(rich ? -3020 : -730))
        becomePregnant()
        findAllergies()
    }

    func chance(_ stream: UInt64) -> Chance { Chance(seed: seed, index: index, stream: stream) }

    func has(_ condition: Int) -> Bool { onset[condition] != Self.never }

    func has(_ condition: Int, on day: Day) -> Bool {
        if condition == content.marks.pregnancy { return isPregnant(on: day) }
        return onset[condition] <= day.number
    }

    func isPregnant(on day: Day) -> Bool {
        guard let pregnancy else { return false }
        return pregnancy.start <= day && day <= (pregnancy.birth ?? last)
    }

    /// Draws the lasting conditions in the order of the table, each made likelier by those above it.
    private mutating func fallIll() {
        var chance = chance(2)
        let age = person.age(on: asOf)
        let band = ConditionEntry.band(age)
        for (index, entry) in content.conditions.enumerated() where entry.kind == .chronic || entry.kind == .social {
            guard age >= entry.onset else { continue }
            var lowest = max(person.birth.number + entry.onset * 365 + 20, asOf.number - 15 * 365)
            if let needs = entry.needs {
                guard has(needs) else { continue }
                lowest = max(lowest, onset[needs])
            }
            let share = entry.rates[band] * (person.female ? entry.woman : 1) * odds[index]
            guard chance.happens(min(share, 0.92)) else { continue }
            onset[index] = min(chance.between(lowest, asOf.number - 60), asOf.number - 60)
            burden += entry.weight
            for link in entry.links { odds[link.then] *= link.times }
        }
    }

    private mutating func die() {
        var chance = chance(3)
        let yearly = [0.0006, 0.0002, 0.0004, 0.001, 0.002, 0.006, 0.014, 0.03, 0.08]
        let share = yearly[ConditionEntry.band(person.age(on: asOf))] * (0.7 + 0.2 * Double(burden))
        let day = asOf.plus(-chance.between(2, 600))
        guard chance.happens(share), day > person.birth.plus(90) else { return }
        person.died = day
        last = day
        for index in onset.indices where has(index) { onset[index] = min(onset[index], day.number - 30) }
    }

    private mutating func becomePregnant() {
        guard person.female else { return }
        var chance = chance(4)
        let entry = content.conditions[content.marks.pregnancy]
        var day = first
        while day < last {
            let age = person.age(on: day)
            let start = day.plus(chance.below(300))
            if (18...44).contains(age), start.plus(60) < last,
                chance.happens(entry.rates[ConditionEntry.band(age)])
            {
                let birth = start.plus(chance.between(262, 284))
                pregnancy = Pregnancy(start: start, birth: birth < last ? birth : nil)
                return
            }
            day = day.plus(365)
        }
    }

    private mutating func findAllergies() {
        var chance = chance(5)
        let age = person.age(on: last)
        for (index, entry) in content.allergies.enumerated() where age >= entry.least {
            if chance.happens(entry.share) { allergies.append(index) }
        }
        deniesAllergies = allergies.isEmpty && chance.happens(0.7)
    }

    /// What is seen first when she has to go to hospital unplanned.
    var likeliestFlare: Int {
        let marks = content.marks
        if has(marks.heartFailure) { return marks.heartFailureFlare }
        if has(marks.lungDisease) { return marks.lungFlare }
        return marks.pneumonia
    }
}
