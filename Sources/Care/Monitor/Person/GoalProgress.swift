import FHIR
import Records

/// A goal with how it goes.
package struct GoalProgress: Sendable {
    package enum Aim: Sendable {
        case atMost(Double)
        case atLeast(Double)
        case about(Double)
        case between(Double, Double)

        package var line: Double {
            switch self {
            case .atMost(let value), .atLeast(let value), .about(let value): value
            case .between(let low, _): low
            }
        }
    }

    package let id: String
    package let words: String
    /// The achievement code of FHIR: `in-progress`, `improving`, `achieved`, …
    package let achievement: String?
    package let isPaused: Bool
    package let aim: Aim?
    /// "at most 8 %", in the words of the target; nil when there is none.
    package let aimWords: String?
    /// As FHIR writes it.
    package let due: String?
    package let said: String?
    package var source: String?
    let sourceReference: JSONNode?
    /// LOINC or own codes of the readings that count, by system.
    let measure: (system: String, codes: Set<String>)?
    /// The person said it, not somebody about them.
    package var isOwn: Bool { sourceReference?["reference"]?.string?.hasPrefix("Patient/") ?? false }
    package var measureCodes: Set<String> { measure?.codes ?? [] }
    /// Oldest first.
    package var readings: [Reading] = []
    /// 0 to 10.
    package let importance: Int?
    package let confidence: Int?

    static func open(in record: PersonRecord) -> [GoalProgress] {
        record.all("Goal").compactMap { GoalProgress($0) }
    }

    private init?(_ goal: Resource) {
        let root = goal.root
        guard let state = root["lifecycleStatus"]?.string,
            ["proposed", "planned", "accepted", "active", "on-hold"].contains(state),
            let words = root["description"]?.words
        else {
            return nil
        }
        id = goal.id
        self.words = words
        isPaused = state == "on-hold"
        achievement = root["achievementStatus"]?.codes.first
        let target = root.list("target").first
        due = target?["dueDate"]?.string
        (aim, aimWords) = Self.aim(target)
        said = root["statusDate"]?.string ?? root["startDate"]?.string
        sourceReference = root["expressedBy"]
        measure = target?["measure"].flatMap { measure in
            let system = measure.list("coding").first?["system"]?.string ?? ""
            let codes = Set(measure.codes)
            // A pressure's target names the upper value; its readings are kept as the panel.
            return codes.isEmpty
                ? nil : (system, codes.contains("8480-6") ? Reading.Kind.bloodPressure.codes : codes)
        }
        importance = Self.scale(root, "importance")
        confidence = Self.scale(root, "confidence")
    }

    private static func scale(_ root: JSONNode, _ name: String) -> Int? {
        root.list("extension").first { $0["url"]?.string?.hasSuffix(name) ?? false }?["valueInteger"]?.int
    }

    private static func aim(_ target: JSONNode?) -> (Aim?, String?) {
        guard let target else {
            return (nil, nil)
        }
        // These are counted from the first reading; the number alone is no value of the measure.
        if let told = GoalTarget(target), [.dropPercent, .withinOfBaseline].contains(told.direction),
            let number = told.target.map(GoalTarget.written)
        {
            let unit = told.unit.map { " " + GoalTarget.unitWords($0) } ?? ""
            return (
                nil, told.direction == .dropPercent ? "down by \(number) %" : "within \(number)\(unit) of the start"
            )
        }
        if let quantity = target["detailQuantity"], let value = quantity["value"]?.double,
            let digits = quantity["value"]?.digits
        {
            let unit = quantity["unit"]?.string.map(GoalTarget.unitWords) ?? ""
            let amount = unit.isEmpty ? digits : "\(digits) \(unit)"
            switch quantity["comparator"]?.string {
            case "<", "<=": return (.atMost(value), "at most \(amount)")
            case ">", ">=": return (.atLeast(value), "at least \(amount)")
            default: return (.about(value), amount)
            }
        }
        if let range = target["detailRange"] {
            let unit = (range["high"] ?? range["low"])?["unit"]?.string.map(GoalTarget.unitWords) ?? ""
            switch (range["low"]?["value"]?.double, range["high"]?["value"]?.double) {
            case (let low?, let high?):
                let words =
                    "\(range["low"]?["value"]?.digits ?? "") to \(range["high"]?["value"]?.digits ?? "") \(unit)"
                return (.between(low, high), words)
            case (nil, let high?): return (.atMost(high), "at most \(range["high"]?["value"]?.digits ?? "") \(unit)")
            case (let low?, nil): return (.atLeast(low), "at least \(range["low"]?["value"]?.digits ?? "") \(unit)")
            case (nil, nil): return (nil, nil)
            }
        }
        if let whole = target["detailInteger"]?.int {
            return (.about(Double(whole)), String(whole))
        }
        // Whether it is reached the person says; there is nothing to aim a number at.
        if GoalTarget(target)?.direction == .saidMet, target["extension"] != nil {
            return (nil, nil)
        }
        return (nil, target["detailString"]?.string ?? target["detailCodeableConcept"]?.words)
    }
}
