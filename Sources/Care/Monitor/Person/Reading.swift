import FHIR

/// A measured value with its day and its source.
package struct Reading: Sendable {
    /// Milliseconds since 1970.
    package let at: Int64
    /// As FHIR writes it, as exact as it was given.
    package let date: String
    package let value: Double
    /// The diastolic pressure of a blood pressure.
    package let second: Double?
    /// "142/84", "7.2".
    package let shown: String
    /// "mmHg", "%", "kg"; empty when there is none.
    package let unit: String
    /// The reference of who measured, or of the visit at which it was measured.
    let origin: String?
    /// "St. Anne's"; nil when the record does not say.
    package var source: String?

    /// The kinds of readings that pages draw, by LOINC code.
    package enum Kind: String, Sendable, CaseIterable {
        case bloodPressure
        case hemoglobinA1c
        case weight
        case depression
        case dryWeight
        case bloodSugar
        case oxygen
        case kidneyFiltration

        package var codes: Set<String> {
            switch self {
            // The panel as vital signs name it, and as older records do.
            case .bloodPressure: ["85354-9", "55284-4"]
            case .hemoglobinA1c: ["4548-4"]
            case .weight: ["29463-7"]
            case .depression: ["44261-6"]
            case .dryWeight: ["8341-0", "8340-2"]
            case .bloodSugar: ["2339-0", "41653-7"]
            case .oxygen: ["2708-6", "59408-5"]
            case .kidneyFiltration: ["33914-3", "62238-1", "98979-8"]
            }
        }

        package var title: String {
            switch self {
            case .bloodPressure: "Blood pressure"
            case .hemoglobinA1c: "A1c"
            case .weight: "Weight"
            case .depression: "PHQ-9"
            case .dryWeight: "Dry weight"
            case .bloodSugar: "Blood sugar"
            case .oxygen: "Oxygen saturation"
            case .kidneyFiltration: "Kidney filtration (eGFR)"
            }
        }
    }

    /// nil when the observation has no number, no day, or was taken back.
    init?(_ observation: JSONNode) {
        guard !["entered-in-error", "cancelled"].contains(observation["status"]?.string ?? ""),
            let date = observation["effectiveDateTime"]?.string ?? observation["effectivePeriod"]?["start"]?.string
                ?? observation["effectiveInstant"]?.string ?? observation["issued"]?.string,
            let at = FHIRDate(date)?.low
        else {
            return nil
        }
        self.at = at
        self.date = date
        origin =
            observation.list("performer").first?["reference"]?.string ?? observation["encounter"]?["reference"]?.string
        source = observation.list("performer").first?["display"]?.string
        let parts = observation.list("component")
        if let systolic = Self.part(parts, "8480-6"), let diastolic = Self.part(parts, "8462-4") {
            value = systolic.value
            second = diastolic.value
            shown = "\(Self.whole(systolic.value))/\(Self.whole(diastolic.value))"
            unit = systolic.unit
            return
        }
        guard let quantity = Self.quantity(observation) else {
            return nil
        }
        value = quantity.value
        second = nil
        shown = quantity.shown
        unit = quantity.unit
    }

    private static func part(_ parts: [JSONNode], _ code: String) -> (value: Double, shown: String, unit: String)? {
        parts.first { $0["code"]?.codes.contains(code) ?? false }.flatMap(quantity)
    }

    private static func quantity(_ node: JSONNode) -> (value: Double, shown: String, unit: String)? {
        if let whole = node["valueInteger"]?.int {
            return (Double(whole), String(whole), "")
        }
        guard let quantity = node["valueQuantity"], let value = quantity["value"]?.double, value.isFinite else {
            return nil
        }
        let written = quantity["unit"]?.string ?? quantity["code"]?.string ?? ""
        return (value, short(value, quantity["value"]?.digits ?? ""), plain(written))
    }

    /// The digits as written when they are few; measuring devices write more than they know.
    private static func short(_ value: Double, _ digits: String) -> String {
        let places = digits.split(separator: ".").dropFirst().first?.utf8.count ?? 0
        guard places > 1 || digits.contains("e") || digits.contains("E"), abs(value) < 1e9 else {
            return digits
        }
        let tenths = Int((value * 10).rounded())
        let rest = abs(tenths % 10)
        return (tenths < 0 ? "-" : "") + "\(abs(tenths) / 10)" + (rest == 0 ? "" : ".\(rest)")
    }

    private static func whole(_ value: Double) -> String {
        abs(value) < 1e9 ? String(Int(value.rounded())) : "?"
    }

    /// UCUM written as people write it.
    private static func plain(_ unit: String) -> String {
        switch unit {
        case "mm[Hg]": "mmHg"
        case "[lb_av]", "lbs": "lb"
        case "{score}", "{points}", "1": ""
        case "mL/min/{1.73_m2}", "mL/min/1.73m2", "mL/min/1.73 m2": "mL/min"
        default: unit
        }
    }
}
