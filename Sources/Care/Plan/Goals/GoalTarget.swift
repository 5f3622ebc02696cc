import Access
package import FHIR

/// How one sees that a goal is reached, and by when.
package struct GoalTarget: Sendable, Equatable {
    /// LOINC code of the readings that count; nil when people count by hand.
    package var loinc: String?
    /// What is measured, in plain words.
    package var name: String
    package var unit: String?
    package var direction: PlanPack.Measure.Direction
    package var target: Double?
    package var low: Double?
    package var high: Double?
    /// `yyyy-mm-dd`.
    package var due: String?

    package init(
        loinc: String? = nil, name: String, unit: String? = nil, direction: PlanPack.Measure.Direction,
        target: Double? = nil, low: Double? = nil, high: Double? = nil, due: String? = nil
    ) {
        self.loinc = loinc
        self.name = name
        self.unit = unit
        self.direction = direction
        self.target = target
        self.low = low
        self.high = high
        self.due = due
    }

    package init(_ measure: PlanPack.Measure, due: String) {
        self.init(
            loinc: measure.loinc, name: measure.name, unit: measure.unit, direction: measure.direction,
            target: measure.target, low: measure.low, high: measure.high, due: due)
    }

    /// Goal.target of FHIR R4.
    package var json: JSON {
        .compact([
            "extension": [["url": .string(Self.directionURL), "valueCode": .string(direction.rawValue)]],
            "measure": .compact([
                "coding": loinc.map { [["system": "http://loinc.org", "code": .string($0)]] }, "text": .string(name),
            ]),
            "detailRange": range,
            "detailQuantity": [.dropPercent, .withinOfBaseline].contains(direction) ? target.map(quantity) : nil,
            "detailString": direction == .saidMet ? "The person says so" : nil,
            "dueDate": due.map(JSON.string),
        ])
    }

    /// - Parameter node: one `target` of a Goal.
    package init?(_ node: JSONNode) {
        let low = node["detailRange"]?["low"]?["value"]?.double
        let high = node["detailRange"]?["high"]?["value"]?.double
        let quantity = node["detailQuantity"]
        guard let name = node.text("measure", "text") ?? node["measure"]?.conceptText else {
            return nil
        }
        let written = node.list("extension").first { $0.text("url") == Self.directionURL }?.text("valueCode")
        let direction = written.flatMap(PlanPack.Measure.Direction.init(rawValue:))
        self.init(
            loinc: node["measure"]?.list("coding").first { $0.text("system") == "http://loinc.org" }?.text("code"),
            name: name,
            unit: quantity?.text("unit") ?? node.text("detailRange", "low", "unit")
                ?? node.text("detailRange", "high", "unit"),
            direction: direction
                ?? (low != nil ? (high != nil ? .between : .atLeast) : high != nil ? .atMost : .saidMet),
            target: quantity?["value"]?.double ?? (low == nil || high == nil ? low ?? high : nil), low: low, high: high,
            due: node.text("dueDate"))
    }

    static let directionURL = "urn:almoner:extension:goal-direction"

    private var range: JSON? {
        switch direction {
        case .atLeast: target.map { ["low": quantity($0)] }
        case .atMost: target.map { ["high": quantity($0)] }
        case .between: .compact(["low": low.map(quantity), "high": high.map(quantity)])
        case .dropPercent, .withinOfBaseline, .saidMet: nil
        }
    }

    private func quantity(_ value: Double) -> JSON {
        let isPercent = direction == .dropPercent
        return .compact([
            "value": .decimal(Self.written(value)), "unit": isPercent ? "%" : unit.map(JSON.string),
            "system": loinc != nil || isPercent ? "http://unitsofmeasure.org" : nil,
            "code": isPercent ? "%" : loinc != nil ? unit.map(JSON.string) : nil,
        ])
    }

    /// The values that reach the goal; nil when they depend on a first reading or on what the person says.
    var reached: ClosedRange<Double>? {
        switch direction {
        case .atLeast: target.map { $0...(.infinity) }
        case .atMost: target.map { -.infinity...$0 }
        case .between:
            if let low, let high, low <= high { low...high } else { nil }
        case .dropPercent, .withinOfBaseline, .saidMet: nil
        }
    }

    /// In words: `Body weight at most 80 kg`.
    package var words: String {
        let unit = unit.map { " \(Self.unitWords($0))" } ?? ""
        let number = target.map(Self.written) ?? "?"
        return switch direction {
        case .atLeast: "\(name): at least \(number)\(unit)"
        case .atMost: "\(name): at most \(number)\(unit)"
        case .between: "\(name): \(low.map(Self.written) ?? "?") to \(high.map(Self.written) ?? "?")\(unit)"
        case .dropPercent: "\(name): down by \(number) %"
        case .withinOfBaseline: "\(name): within \(number)\(unit) of the starting value"
        case .saidMet: name
        }
    }

    /// A UCUM unit as people read it.
    static func unitWords(_ unit: String) -> String {
        let words = ["mm[Hg]": "mmHg", "[lb_av]": "lb", "{score}": "points", "Cel": "°C"]
        return words[unit] ?? unit
    }

    /// A number without needless zeros.
    package static func written(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else {
            return "0"
        }
        if value == value.rounded() {
            return String(Int(value))
        }
        let hundredths = Int((value * 100).rounded())
        let sign = hundredths < 0 ? "-" : ""
        let (whole, rest) = abs(hundredths).quotientAndRemainder(dividingBy: 100)
        return "\(sign)\(whole)." + (rest % 10 == 0 ? String(rest / 10) : rest < 10 ? "0\(rest)" : String(rest))
    }
}
