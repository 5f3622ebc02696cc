import FHIR
import Records

/// What a model calls by a code of its own, as people read it.
struct ScoreWords {
    /// Names of the diagnoses on record, by their code.
    private let names: [String: String]

    init(_ record: PersonRecord) {
        var names: [String: String] = [:]
        for condition in record.all("Condition") {
            guard let name = Words.concept(condition.root["code"]) else {
                continue
            }
            for coding in condition.root["code"]?.list("coding") ?? [] {
                if let code = coding["code"]?.string, name != code {
                    names[code] = name
                }
            }
        }
        self.names = names
    }

    /// "Prediabetes (15777000)"; the code alone when the records do not name it.
    func diagnosis(_ code: String) -> String {
        names[code].map { "\($0) (\(code))" } ?? code
    }

    /// Why a code did not count.
    static func reason(_ reason: String) -> String {
        switch reason {
        case "unmapped SNOMED code": "not in the code map"
        case "no category in this model": "has no category in this score"
        default: reason
        }
    }

    /// What no single diagnosis causes: age and sex, the number of categories, two illnesses together.
    static func variable(_ name: String) -> String {
        if let cell = ageAndSex(name) {
            return cell
        }
        if name.hasPrefix("D"), let count = Int(name.dropFirst().prefix { $0.isNumber }), count > 0 {
            return "\(count)\(name.hasSuffix("P") ? " or more" : "") categories at once"
        }
        switch name {
        case "LTIMCAID": return "Medicaid, in an institution"
        case "ORIGDS", "OriginallyDisabled_Female", "OriginallyDisabled_Male": return "First entitled by disability"
        default: break
        }
        let parts = name.replacing("_V28", with: "").replacing("_V24", with: "").split(separator: "_")
        guard name.contains("_"), !parts.isEmpty else {
            return name
        }
        let words =
            together[parts.joined(separator: "_")]
            ?? parts.map { part in plain[String(part)] ?? part.lowercased() }.joined(separator: " and ")
        return "Together: \(words)"
    }

    /// `F70_74`, `M95_GT`, and the cells of new members, `NMCAID_NORIGDIS_NEF65`.
    private static func ageAndSex(_ name: String) -> String? {
        var cell = name[...]
        var more = ""
        if let new = name.firstRange(of: "ORIGDIS_NE") {
            cell = name[new.upperBound...]
            more =
                ", new to Medicare" + (name.hasPrefix("NMCAID") ? "" : ", with Medicaid")
                + (name.contains("NORIGDIS") ? "" : ", first entitled by disability")
        }
        guard let sex = ["F": "Woman", "M": "Man"][String(cell.prefix(1))] else {
            return nil
        }
        let ages = cell.dropFirst().split(separator: "_")
        guard let first = ages.first, Int(first) != nil, ages.count < 3 else {
            return nil
        }
        switch ages.count > 1 ? String(ages[1]) : "" {
        case "": return "\(sex), \(first)\(more)"
        case "GT": return "\(sex), \(first) or older\(more)"
        case let last where Int(last) != nil: return "\(sex), \(first) to \(last)\(more)"
        default: return nil
        }
    }

    private static let plain = [
        "CHF": "heart failure", "HF": "heart failure", "DIABETES": "diabetes", "gCopdCF": "lung disease",
        "gCancer": "cancer", "gRenal": "kidney disease", "gPsych": "mental illness", "KIDNEY": "kidney disease",
        "SCHIZOPHRENIA": "schizophrenia", "SEIZURES": "seizures", "SEPSIS": "sepsis", "DISABLED": "disability",
        "CANCER": "cancer", "NEURO": "nerve disease", "ULCER": "pressure ulcer", "HCC85": "heart failure",
        "HCC47": "immune disorder", "HCC96": "irregular heartbeat", "HCC238": "irregular heartbeat",
        "gSubstanceUseDisorder": "substance use", "gSubUseDisorder": "substance use", "HCC161": "chronic ulcer",
        "HCC39": "bone or joint infection", "HCC77": "multiple sclerosis", "HCC6": "opportunistic infection",
    ]

    private static let together = [
        "HF_CHR_LUNG": "heart failure and lung disease", "DISABLED_CHR_LUNG": "disability and lung disease",
        "CHR_LUNG_CARD_RESP_FAIL": "lung disease and respiratory failure",
        "gCopdCF_CARD_RESP_FAIL": "lung disease and respiratory failure",
        "SEPSIS_PRESSURE_ULCER": "sepsis and pressure ulcer", "SEPSIS_ARTIF_OPENINGS": "sepsis and artificial opening",
        "ART_OPENINGS_PRESS_ULCER": "artificial opening and pressure ulcer",
        "gCopdCF_ASP_SPEC_B_PNEUM": "lung disease and aspiration pneumonia",
        "ASP_SPEC_B_PNEUM_PRES_ULC": "aspiration pneumonia and pressure ulcer",
        "SEPSIS_ASP_SPEC_BACT_PNEUM": "sepsis and aspiration pneumonia",
        "DISABLED_PRESSURE_ULCER": "disability and pressure ulcer",
    ]
}
