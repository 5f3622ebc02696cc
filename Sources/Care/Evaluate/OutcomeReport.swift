package import FHIR

/// A figure in a period as a MeasureReport (type summary): a group a scope, with its counts, its score, and its parts.
package struct OutcomeReport: Sendable, Equatable {
    package let figure: OutcomeFigure
    package let period: OutcomePeriod
    /// When it was counted, milliseconds since 1970.
    package let asOf: Int64
    package let counts: [OutcomeCount]

    package static func id(_ figure: OutcomeFigure, _ period: OutcomePeriod) -> String {
        "outcome-\(figure.rawValue)-\(period.rawValue)"
    }

    private static let scopes = "urn:almoner:code:scope"
    private static let populations = "http://terminology.hl7.org/CodeSystem/measure-population"
    private static let ours = "urn:almoner:code:population"

    package init(figure: OutcomeFigure, period: OutcomePeriod, asOf: Int64, counts: [OutcomeCount]) {
        self.figure = figure
        self.period = period
        self.asOf = asOf
        self.counts = counts
    }

    package var resource: JSON {
        let range = period.range(asOf: asOf)
        return JSON.compact([
            "resourceType": "MeasureReport",
            "id": .string(Self.id(figure, period)),
            "status": "complete",
            "type": "summary",
            "measure": .string("urn:almoner:measure:\(figure.rawValue)"),
            "date": .string(FHIRDate.instant(asOf)),
            "period": [
                "start": .string(FHIRDate.instant(range.lowerBound)),
                "end": .string(FHIRDate.instant(range.upperBound)),
            ],
            "group": counts.isEmpty ? nil : .array(counts.map(group)),
        ])
    }

    private func group(_ count: OutcomeCount) -> JSON {
        var parts = [("status", count.labels), ("month", count.months)].filter { !$0.1.isEmpty }.map { name, parts in
            JSON.compact([
                "code": [["coding": [["system": .string(Self.ours), "code": .string(name)]]]],
                "stratum": .array(
                    parts.map { part in
                        [
                            "value": ["text": .string(part.name)],
                            "population": [
                                Self.population("numerator", part.met), Self.population("denominator", part.counted),
                            ],
                        ]
                    }),
            ])
        }
        parts += [Self.quartiles(count)].compactMap { $0 }
        return JSON.compact([
            "code": ["coding": [["system": .string(Self.scopes), "code": .string(count.scope)]]],
            "population": [
                Self.population("numerator", count.met), Self.population("denominator", count.counted),
                Self.population("denominator-exclusion", count.excluded),
                Self.population("pending", count.pending, in: Self.ours),
                Self.population("people", count.people, in: Self.ours),
            ],
            "measureScore": count.score(of: figure).map { ["value": .decimal(Self.digits($0))] },
            "stratifier": parts.isEmpty ? nil : .array(parts),
        ])
    }

    private static func quartiles(_ count: OutcomeCount) -> JSON? {
        count.quartiles.map { quartiles in
            [
                "code": [["coding": [["system": .string(ours), "code": "quartile"]]]],
                "stratum": .array(
                    [("first", quartiles.first), ("median", quartiles.median), ("third", quartiles.third)].map {
                        [
                            "value": ["text": .string($0.0)], "population": [population("numerator", quartiles.count)],
                            "measureScore": ["value": .decimal(digits($0.1))],
                        ]
                    }),
            ]
        }
    }

    private static func population(_ code: String, _ count: Int, in system: String = populations) -> JSON {
        ["code": ["coding": [["system": .string(system), "code": .string(code)]]], "count": .int(count)]
    }

    /// At most four decimals, never an exponent.
    static func digits(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else {
            return "0"
        }
        let scaled = Int((value * 10_000).rounded())
        let (whole, rest) = abs(scaled).quotientAndRemainder(dividingBy: 10_000)
        let decimals = String(String(10_000 + rest).dropFirst())
        return (scaled < 0 ? "-" : "") + "\(whole).\(decimals)"
    }
}

extension OutcomeReport {
    /// - Returns: nil when the resource is no report of ours.
    package init?(_ root: JSONNode, _ figure: OutcomeFigure, _ period: OutcomePeriod) {
        guard let date = root.text("date").flatMap({ FHIRDate($0) }) else {
            return nil
        }
        self.init(figure: figure, period: period, asOf: date.low, counts: root.list("group").map(Self.count))
    }

    private static func count(_ group: JSONNode) -> OutcomeCount {
        var count = OutcomeCount(scope: group.text("code", "coding", "code") ?? "")
        let numbers = populations(group)
        count.met = numbers["numerator"] ?? 0
        count.counted = numbers["denominator"] ?? 0
        count.excluded = numbers["denominator-exclusion"] ?? 0
        count.pending = numbers["pending"] ?? 0
        count.people = numbers["people"] ?? 0
        for stratifier in group.list("stratifier") {
            let strata = stratifier.list("stratum")
            let parts = strata.map { stratum in
                let numbers = populations(stratum)
                return OutcomeCount.Part(
                    name: stratum.text("value", "text") ?? "", met: numbers["numerator"] ?? 0,
                    counted: numbers["denominator"] ?? 0)
            }
            switch stratifier.text("code", "coding", "code") {
            case "status": count.labels = parts
            case "month": count.months = parts
            case "quartile":
                let scores = strata.compactMap { $0["measureScore"]?["value"]?.double }
                if scores.count == 3 {
                    count.quartiles = Quartiles(
                        first: scores[0], median: scores[1], third: scores[2], count: parts.first?.met ?? 0)
                }
            default: break
            }
        }
        return count
    }

    private static func populations(_ node: JSONNode) -> [String: Int] {
        var numbers: [String: Int] = [:]
        for population in node.list("population") {
            if let code = population.text("code", "coding", "code"), let count = population["count"]?.int {
                numbers[code] = count
            }
        }
        return numbers
    }
}
