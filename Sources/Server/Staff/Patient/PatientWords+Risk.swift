import Care
import FHIR

/// How risk is said, with what it rests on and what did not count.
extension PatientWords {
    /// The risk in words, nil when none was worked out. For another tier: what came in the form, nil at first, and what
    /// is the matter with it.
    func risk(typed: Form?, problems: FormProblems?) -> PatientModel.Risk? {
        guard let risk = summary.risk else {
            return nil
        }
        var reasons = risk.reasons + risk.informs
        if risk.tier != risk.byPolicy, let until = risk.until {
            reasons.append("Holds until \(Words.day(until - 1, now: now, zone: zone)), then the rules decide again")
        }
        let words = ScoreWords(summary.record)
        return PatientModel.Risk(
            tier: risk.tier.words, tone: PatientBanner.tone(risk.tier),
            since: "worked out \(Words.day(risk.at, now: now, zone: zone))"
                + (risk.until == nil ? "" : ", set by a care manager"),
            reasons: reasons, scores: risk.models.map { score($0, words) },
            form: form(risk, typed, problems), open: problems != nil)
    }

    private static let names = [
        "charlson-original": "Charlson, 1987 weights", "charlson-quan2011": "Charlson, Quan 2011 weights",
        "elixhauser-vanwalraven": "Elixhauser, van Walraven", "hfrs": "Hospital frailty (HFRS)",
        "cms-hcc-v24": "CMS-HCC V24, raw", "cms-hcc-v28": "CMS-HCC V28, raw",
    ]

    private func score(_ model: StoredRisk.Model, _ words: ScoreWords) -> PatientModel.Risk.Score {
        let drivers = model.drivers.map { driver in
            let origin = [driver.code, driver.readAs.map { "read as \($0)" }].compactMap { $0 }.joined(separator: ", ")
            let name = driver.label ?? ScoreWords.variable(driver.category)
            return "\(name) \(driver.weight)" + (origin.isEmpty ? "" : " (\(origin))")
        }
        // Synthetic and imported records hold many codes that no model knows: the first are named, the others counted.
        let left = model.notCounted.prefix(6).map { "\(words.diagnosis($0.code)): \(ScoreWords.reason($0.reason))" }
        let more = model.notCounted.count > 6 ? ["and \(model.notCounted.count - 6) more"] : []
        return PatientModel.Risk.Score(
            name: Self.names[model.model] ?? model.model,
            result: model.score + (model.ageAdjusted.map { " (with age \($0))" } ?? ""), version: " " + model.version,
            drivers: (drivers.isEmpty ? ["nothing on record"] : drivers).joined(separator: "; ")
                + (model.notes.isEmpty ? "" : ". " + model.notes.joined(separator: ". ")),
            left: left.isEmpty ? "nothing" : (left + more).joined(separator: "; "))
    }

    private func form(_ risk: StoredRisk, _ typed: Form?, _ problems: FormProblems?) -> FormModel {
        let tiers = [("", "Choose")] + Tier.allCases.reversed().map { ($0.name, $0.words) }
        // A judgement that holds can be ended; the other answers are then not needed.
        let end: [Field] =
            risk.until.map { $0 > now } ?? false
            ? [.check("end", "Let the rules decide again now", isOn: typed?["end"] != nil)] : []
        let fields: [Field] = [
            .select("tier", "Tier", tiers, chosen: typed?["tier"]).with { $0.required = true },
            .line("reason", "Why", value: typed?["reason"]).with {
                $0.hint = "Others read it beside the tier."
                $0.required = true
                $0.maxlength = String(TextLimit.line)
            },
            .line("until", "Holds until", value: typed?["until"], type: "date").with {
                $0.hint = "Then the rules decide again. At most a year."
                $0.required = true
            },
        ]
        return FormModel(
            "\(path)/tier", submit: "Set tier",
            intro: "By the rules the tier is \(risk.byPolicy.words). Your judgement wins until its last day.",
            fields: (end + fields).with(problems?.all.map { ($0.field, $0.message) } ?? []))
    }
}
