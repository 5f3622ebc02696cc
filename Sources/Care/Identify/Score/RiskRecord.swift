package import FHIR
package import Records

/// How a risk picture is kept: one RiskAssessment a person. The first prediction is the tier, the others are the models.
///
/// Everything that explains a number is machine-readable beside it: `urn:almoner:risk-score` (the raw number),
/// `risk-driver` (code, category, weight, label, readAs), `risk-not-counted` (a Coding: the code and, as its display, the
/// reason), `risk-note`, `risk-age-adjusted`; on the tier `risk-reason`, `risk-inform`, `risk-measure`, `risk-by-policy`
/// and `risk-tier-until` while a care manager's judgement holds.
package enum RiskRecord {
    package static let system = "urn:almoner:risk"
    package static let tierSystem = "urn:almoner:risk-tier"

    /// The id of a person's RiskAssessment. Ids are at most 64 characters, so that of a long one is shortened.
    package static func id(of person: String) -> String {
        guard person.utf8.count > 59 else {
            return "risk-\(person)"
        }
        let hash = person.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        let digits = String(hash, radix: 16)
        return "risk-\(person.prefix(59 - digits.utf8.count))\(digits)"
    }

    /// The RiskAssessment of a person that keeps a picture, the version of its rules, and when it was worked out, as
    /// FHIR writes it.
    static func json(
        _ picture: RiskPicture, person: String, rules: RiskRules, labels: [JSON], at: String
    ) -> JSON {
        .compact([
            "resourceType": "RiskAssessment",
            "id": .string(id(of: person)),
            "meta": labels.isEmpty ? nil : ["security": .array(labels)],
            "status": "final",
            "method": [
                "coding": [["system": .string(system), "version": .string(rules.policy.version), "code": "tier"]],
                "text": .string(rules.policy.source),
            ],
            "subject": ["reference": .string("Patient/\(person)")],
            "occurrenceDateTime": .string(at),
            "basis": picture.basis.isEmpty ? nil : .array(picture.basis.map { ["reference": .string($0)] }),
            "prediction": .array([tier(picture, rules)] + picture.models.map(prediction)),
        ])
    }

    private static func tier(_ picture: RiskPicture, _ rules: RiskRules) -> JSON {
        let decision = picture.decision
        var extensions: [JSON] = []
        extensions += decision.reasons.map { text("risk-reason", $0) }
        extensions += decision.informs.map { text("risk-inform", $0) }
        if let override = picture.override {
            extensions.append(["url": "urn:almoner:risk-by-policy", "valueCode": .string(decision.byPolicy.name)])
            extensions.append([
                "url": "urn:almoner:risk-tier-until", "valueInstant": .string(FHIRDate.instant(override.expires)),
            ])
        }
        extensions += picture.measures.map(measure)
        return [
            "extension": .array(extensions),
            "outcome": [
                "coding": [["system": .string(system), "version": .string(rules.policy.version), "code": "tier"]],
                "text": "Tier of need",
            ],
            "qualitativeRisk": [
                "coding": [["system": .string(tierSystem), "code": .string(decision.tier.name)]],
                "text": .string(decision.tier.words),
            ],
            "rationale": .string(decision.reasons.joined(separator: "; ")),
        ]
    }

    private static func measure(_ measured: RiskPicture.Measured) -> JSON {
        var parts: [JSON] = [
            ["url": "measure", "valueCode": .string(measured.measure.rawValue)],
            ["url": "value", "valueDecimal": .decimal(measured.value.decimal)],
        ]
        parts += measured.details.map { ["url": "detail", "valueString": .string($0)] }
        return ["url": "urn:almoner:risk-measure", "extension": .array(parts)]
    }

    private static func prediction(_ result: ModelResult) -> JSON {
        var extensions: [JSON] = [
            ["url": "urn:almoner:risk-score", "valueDecimal": .decimal(result.result.decimal)]
        ]
        if let adjusted = result.ageAdjusted {
            extensions.append(["url": "urn:almoner:risk-age-adjusted", "valueDecimal": .decimal(adjusted.decimal)])
        }
        extensions += result.drivers.map(driver)
        extensions += result.notCounted.map { uncounted in
            [
                "url": "urn:almoner:risk-not-counted",
                "valueCoding": coding(uncounted.code, uncounted.reason),
            ]
        }
        extensions += result.notes.map { text("risk-note", $0) }
        return [
            "extension": .array(extensions),
            "outcome": [
                "coding": [
                    [
                        "system": .string(system), "version": .string(result.version), "code": .string(result.model),
                    ]
                ]
            ],
            "rationale": .string(rationale(result)),
        ]
    }

    private static func driver(_ driver: ModelResult.Driver) -> JSON {
        var parts: [JSON] = []
        if !driver.code.isEmpty {
            parts.append(["url": "code", "valueString": .string(driver.code)])
        }
        parts.append(["url": "category", "valueString": .string(driver.category)])
        parts.append(["url": "weight", "valueDecimal": .decimal(driver.weight.decimal)])
        if !driver.label.isEmpty {
            parts.append(["url": "label", "valueString": .string(driver.label)])
        }
        if let readAs = driver.readAs {
            parts.append(["url": "readAs", "valueString": .string(readAs)])
        }
        return ["url": "urn:almoner:risk-driver", "extension": .array(parts)]
    }

    /// FHIR lets no code be empty or hold outer white space; such a one is kept in words.
    private static func coding(_ code: String, _ reason: String) -> JSON {
        let isCode = !code.isEmpty && code.utf8.allSatisfy { $0 > 32 && $0 != 127 }
        return isCode
            ? ["code": .string(code), "display": .string(reason)]
            : ["display": .string(code.isEmpty ? reason : "\(code): \(reason)")]
    }

    private static func text(_ name: String, _ words: String) -> JSON {
        ["url": .string("urn:almoner:\(name)"), "valueString": .string(words)]
    }

    /// `7: chf 1 (I50.9), diab_wc 2 (44054006, read as E11.9). 4 codes not counted.`
    static func rationale(_ result: ModelResult) -> String {
        var words = result.result.decimal
        let drivers = result.drivers.map { driver in
            let origin = [driver.code, driver.readAs.map { "read as \($0)" } ?? ""].filter { !$0.isEmpty }
            let behind = origin.isEmpty ? "" : " (\(origin.joined(separator: ", ")))"
            return "\(driver.label.isEmpty ? driver.category : driver.label) \(driver.weight.decimal)\(behind)"
        }
        if !drivers.isEmpty {
            words += ": " + drivers.joined(separator: ", ")
        }
        if let adjusted = result.ageAdjusted {
            words += "; with age \(adjusted.decimal)"
        }
        words += "."
        if !result.notCounted.isEmpty {
            let count = result.notCounted.count
            words += " \(count) \(count == 1 ? "code" : "codes") not counted."
        }
        return words
    }
}

extension Tier {
    /// As people read it.
    package var words: String { name.prefix(1).uppercased() + name.dropFirst() }
}
