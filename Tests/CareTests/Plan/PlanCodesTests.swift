import Testing

@testable import Care

/// Every code of a pack is one that the repository knows from elsewhere, or stands here with the reason why it is right.
struct PlanCodesTests {
    /// ICD-10-CM codes that the tables of risk do not hold, each looked up in the HCUP Clinical Classifications (2019).
    static let otherICD10: [String: String] = [
        "Z8673": "history of stroke", "R296": "repeated falls", "Z9181": "history of falling",
        "Z34": "supervision of normal pregnancy",
        "Z3A": "weeks of gestation", "Z39": "care and examination after birth", "Z683": "body mass index 30 to 39",
        "Z684": "body mass index 40 or more", "Z85": "personal history of cancer", "Z08": "follow-up after cancer",
        "Z515": "palliative care", "Z9112": "underdosing, on purpose", "Z9113": "underdosing, not on purpose",
        "Z9114": "other non-adherence to medication", "Z09": "follow-up after treatment", "Z48": "aftercare",
        "G894": "chronic pain syndrome", "R262": "difficulty in walking", "M18": "osteoarthritis of the thumb",
        "O90": "complications after birth", "F530": "depression after birth", "R627": "adult failure to thrive",
    ]

    /// LOINC codes that nothing else here reads.
    static let otherLOINC: [String: String] = [
        "718-7": "hemoglobin in blood", "18262-6": "LDL cholesterol, direct", "2823-3": "potassium in serum or plasma",
        "39156-5": "body mass index, US Core vital signs", "8867-4": "heart rate, US Core vital signs",
        "6301-6": "INR in platelet-poor plasma", "72166-2": "tobacco smoking status, US Core",
        "8480-6": "systolic pressure, component of 85354-9", "8462-4": "diastolic pressure, component of 85354-9",
    ]

    /// SNOMED CT codes that the table of SNOMED CT does not hold: it follows what synthetic records use.
    static let otherSNOMED: [String: String] = [
        "13645005": "chronic obstructive lung disease", "35489007": "depressive disorder",
        "38341003": "hypertensive disorder", "73211009": "diabetes mellitus",
    ]

    /// The codes, or beginnings of codes, that the tables of Content/risk hold.
    static func knownICD10() -> Set<String> {
        var known: Set<String> = []
        for (file, column) in [
            ("charlson", 6), ("elixhauser", 4), ("hfrs", 0), ("chronic_prefixes", 1), ("social_codes", 0),
            ("snomed_icd10cm", 1),
        ] {
            for row in rows(file) where row.count > column {
                known.formUnion(row[column].split(separator: " ").map(String.init).filter { $0.count >= 3 })
            }
        }
        for row in rows("cms_hcc_v24_diagnoses") + rows("cms_hcc_v28_diagnoses") where row.count == 3 {
            known.formUnion(row[2].split(separator: " ").map { row[0] + ($0 == "-" ? "" : $0) })
        }
        return known
    }

    static func rows(_ name: String) -> [[String]] {
        ShippedContent.text("risk/\(name).csv").split(separator: "\n").filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    @Test func `ICD-10-CM codes are in the tables of risk or looked up`() throws {
        let known = Self.knownICD10()
        var used: Set<String> = []
        for pack in try PlanLibraryTests.shipped().packs {
            for suggestion in pack.suggestedBy where suggestion.system == .icd10 {
                let code = suggestion.code
                used.insert(code)
                let isKnown = known.contains { $0.hasPrefix(code) || code.hasPrefix($0) }
                #expect(isKnown || Self.otherICD10[code] != nil, "\(pack.id): \(code)")
            }
        }
        #expect(used.isSuperset(of: Self.otherICD10.keys))
    }

    @Test func `SNOMED CT codes are in the table of SNOMED CT and say the same as the pack's ICD-10-CM codes`() throws {
        let leads = Dictionary(Self.rows("snomed_icd10cm").filter { $0.count > 1 }.map { ($0[0], $0[1]) }) { first, _ in
            first
        }
        for pack in try PlanLibraryTests.shipped().packs {
            for suggestion in pack.suggestedBy
            where suggestion.system == .snomed && Self.otherSNOMED[suggestion.code] == nil {
                guard let target = leads[suggestion.code] else {
                    Issue.record("\(pack.id): \(suggestion.code) is not in the table")
                    continue
                }
                #expect(
                    pack.suggestedBy.contains { $0.system == .icd10 && $0.fits(target) },
                    "\(pack.id): \(suggestion.code) leads to \(target)")
            }
        }
    }

    @Test func `LOINC codes are of readings that are drawn, of scored forms, or looked up, with a right check digit`()
        throws
    {
        let drawn = Set(Reading.Kind.allCases.flatMap(\.codes))
        let scores = Set(try InstrumentLibraryTests.shipped().instruments.values.compactMap { $0.scoring?.total?.code })
        for pack in try PlanLibraryTests.shipped().packs {
            for code in pack.measures.map(\.loinc) + pack.goals.compactMap(\.measure.loinc) {
                #expect(
                    drawn.contains(code) || scores.contains(code) || Self.otherLOINC[code] != nil, "\(pack.id): \(code)"
                )
                #expect(Self.hasCheckDigit(code), "\(pack.id): \(code)")
            }
        }
        #expect(!Self.hasCheckDigit("4548-5"))
    }

    /// Mod 10 of the digits before the hyphen, as LOINC's guide says.
    private static func hasCheckDigit(_ code: String) -> Bool {
        let parts = code.split(separator: "-")
        guard parts.count == 2, let check = Int(parts[1]) else { return false }
        var sum = 0
        for (place, digit) in parts[0].reversed().enumerated() {
            let number = (digit.wholeNumberValue ?? 0) * (place.isMultiple(of: 2) ? 2 : 1)
            sum += number / 10 + number % 10
        }
        return (10 - sum % 10) % 10 == check
    }
}
