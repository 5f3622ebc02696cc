/// A row of conditions.csv.
struct ConditionEntry: Sendable {
    enum Kind: String { case chronic, acute, social, pregnancy }

    let kind: Kind
    /// Where an acute episode is treated.
    let setting: VisitKind
    let needs: Int?
    let onset: Int
    let weight: Int
    /// How often women have it compared with men; 0 = never.
    let woman: Double
    /// Per person (chronic) or per person and year (acute) in each of the nine age bands.
    let rates: [Double]
    let code: [UInt8]
    var links: [(then: Int, times: Double)] = []

    var isAcute: Bool { kind == .acute }

    init(_ row: SyntheticTable.Row, _ known: [String: Int]) throws(SyntheticContent.Failure) {
        guard let kind = Kind(rawValue: String(row["kind"])) else { throw .malformed(row.place, column: "kind") }
        self.kind = kind
        setting =
            switch row["setting"] {
            case "EMER": .emergency
            case "IMP": .inpatient
            default: .symptom
            }
        if row["needs"].isEmpty {
            needs = nil
        } else {
            guard let cause = known[String(row["needs"])] else { throw .malformed(row.place, column: "needs") }
            needs = cause
        }
        onset = try row.whole("onset")
        weight = try row.whole("weight")
        woman = try row.number("woman") / 100
        var rates: [Double] = []
        for band in ["a0", "a5", "a12", "a18", "a35", "a50", "a65", "a75", "a85"] as [Substring] {
            rates.append(try row.number(band) / 1000)
        }
        self.rates = rates
        code = concept(
            [(.snomed, row["snomed"]), ("http://hl7.org/fhir/sid/icd-10-cm", row["icd10"])], row["words"])
    }

    /// The age band of a whole number of years.
    static func band(_ years: Int) -> Int {
        switch years {
        case ..<5: 0
        case ..<12: 1
        case ..<18: 2
        case ..<35: 3
        case ..<50: 4
        case ..<65: 5
        case ..<75: 6
        case ..<85: 7
        default: 8
        }
    }
}

/// A row of medicines.csv.
struct MedicineEntry: Sendable {
    let rxnorm: String
    let group: Int
    let share: Double
    /// Length of a course; 0 when it goes on.
    let days: Int
    let ages: ClosedRange<Int>
    let avoid: [Int]
    let avoidAllergies: [Int]
    let code: [UInt8]
    let dosage: [UInt8]

    init(
        _ row: SyntheticTable.Row, group: Int, _ conditions: [String: Int], _ allergies: [Substring: Int]
    ) throws(SyntheticContent.Failure) {
        self.group = group
        rxnorm = String(row["rxnorm"])
        share = try row.number("share") / 100
        days = try row.whole("days")
        let least = try row.whole("least")
        ages = least...max(least, try row.whole("most"))
        var avoid: [Int] = []
        var avoidAllergies: [Int] = []
        for key in row.list("avoid") {
            if key.hasPrefix("allergy:"), let allergy = allergies[key.dropFirst(8)] {
                avoidAllergies.append(allergy)
            } else if let condition = conditions[String(key)] {
                avoid.append(condition)
            } else {
                throw .malformed(row.place, column: "avoid")
            }
        }
        self.avoid = avoid
        self.avoidAllergies = avoidAllergies
        code = concept([("http://www.nlm.nih.gov/research/umls/rxnorm", row["rxnorm"])], row["words"])

        var line = ByteLine()
        line.add(#""dosageInstruction":[{"text":""#)
        line.add(ByteLine.escaped(row["dose"]))
        let timing: StaticString =
            switch row["perday"] {
            case "0": #"","asNeededBoolean":true}]"#
            case "0.14": #"","timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"wk"}}}]"#
            case "0.43": #"","timing":{"repeat":{"frequency":3,"period":1,"periodUnit":"wk"}}}]"#
            case "2": #", twice a day","timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}}}]"#
            case "3": #", three times a day","timing":{"repeat":{"frequency":3,"period":1,"periodUnit":"d"}}}]"#
            default: #"","timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d"}}}]"#
            }
        line.add(timing)
        dosage = line.bytes
    }
}

/// A row of allergies.csv.
struct AllergyEntry: Sendable {
    let key: String
    /// Of 1.
    let share: Double
    let least: Int
    /// Type, category, criticality, code and reaction.
    let body: [UInt8]

    init(_ row: SyntheticTable.Row) throws(SyntheticContent.Failure) {
        key = String(row["key"])
        share = try row.number("share") / 1000
        least = try row.whole("least")
        var line = ByteLine()
        line.add(#""type":""#)
        line.add(ByteLine.escaped(row["type"]))
        line.add(#"","category":[""#)
        line.add(ByteLine.escaped(row["category"]))
        line.add(#""],"criticality":""#)
        line.add(ByteLine.escaped(row["criticality"]))
        line.add(#"","code":"#)
        line.add(concept([(.snomed, row["snomed"])], row["words"]))
        line.add(#","reaction":[{"manifestation":["#)
        line.add(concept([(.snomed, row["reaction"])], row["reactionwords"]))
        line.add("]}]")
        body = line.bytes
    }
}

/// A row of immunizations.csv.
struct ImmunizationEntry: Sendable {
    let cvx: String
    let code: [UInt8]
    let months: ClosedRange<Int>
    /// Days between two; 0 = once.
    let every: Int
    let share: Double

    init(_ row: SyntheticTable.Row) throws(SyntheticContent.Failure) {
        cvx = String(row["cvx"])
        code = concept([("http://hl7.org/fhir/sid/cvx", row["cvx"])], row["words"])
        let from = try row.whole("months")
        months = from...max(from, try row.whole("until"))
        every = try row.whole("every")
        share = try row.number("share") / 100
    }
}

/// A row of procedures.csv.
struct ProcedureEntry: Sendable {
    let snomedCode: String
    let code: [UInt8]
    let women: Bool
    let men: Bool
    let ages: ClosedRange<Int>
    let needs: [Int]
    let afterDischarge: Bool
    let every: Int
    let share: Double

    init(_ row: SyntheticTable.Row, _ conditions: [String: Int]) throws(SyntheticContent.Failure) {
        snomedCode = String(row["snomed"])
        code = concept([(.snomed, row["snomed"])], row["words"])
        women = row["sex"] != "m"
        men = row["sex"] != "f"
        let least = try row.whole("least")
        ages = least...max(least, try row.whole("most"))
        afterDischarge = row["needs"] == "discharge"
        var needs: [Int] = []
        for key in row.list("needs") where !afterDischarge {
            guard let condition = conditions[String(key)] else { throw .malformed(row.place, column: "needs") }
            needs.append(condition)
        }
        self.needs = needs
        every = try row.whole("every")
        share = try row.number("share") / 100
    }
}
