/// The tables from which people are made (Content/synthetic), read once and held ready as JSON.
package struct SyntheticContent: Sendable {
    /// Why the tables cannot be used.
    package enum Failure: Error, Equatable {
        /// No such file, or no row in it.
        case missing(String)
        /// `file:line` and the column that cannot be read.
        case malformed(String, column: String)
    }

    let conditions: [ConditionEntry]
    let conditionNumbers: [String: Int]
    let medicines: [MedicineEntry]
    /// Indexes into `medicines` for each condition.
    let medicinesFor: [[Int]]
    let measures: [MeasureEntry]
    let measureNumbers: [String: Int]
    let screens: [String: ScreenEntry]
    let answers: [AnswerEntry]
    let allergies: [AllergyEntry]
    let immunizations: [ImmunizationEntry]
    let procedures: [ProcedureEntry]
    let visits: [VisitKind: VisitEntry]
    let languages: [LanguageEntry]
    let towns: [TownEntry]
    let streets: [[UInt8]]
    let storyRows: [SyntheticTable.Row]
    let privateRows: [SyntheticTable.Row]
    let marks: Marks

    /// Reads and checks all tables.
    /// - Parameter file: gives the bytes of a content file such as `synthetic/conditions.csv`, nil when there is none.
    /// - Throws: `Failure` naming the file and line at fault.
    package init(_ file: (String) -> [UInt8]?) throws(Failure) {
        var conditions: [ConditionEntry] = []
        var numbers: [String: Int] = [:]
        for row in try SyntheticTable("conditions", file).rows {
            numbers[String(row["key"])] = conditions.count
            conditions.append(try ConditionEntry(row, numbers))
        }
        let find = { (key: Substring, row: SyntheticTable.Row) throws(Failure) -> Int in
            guard let number = numbers[String(key)] else { throw .malformed(row.place, column: String(key)) }
            return number
        }
        for row in try SyntheticTable("links", file).rows {
            let given = try find(row["given"], row)
            let then = try find(row["then"], row)
            guard given < then else { throw .malformed(row.place, column: "then stands above given") }
            conditions[given].links.append((then, try row.number("times")))
        }

        let allergyRows = try SyntheticTable("allergies", file).rows
        var allergyNumbers: [Substring: Int] = [:]
        for (index, row) in allergyRows.enumerated() { allergyNumbers[row["key"]] = index }
        var allergies: [AllergyEntry] = []
        for row in allergyRows { allergies.append(try AllergyEntry(row)) }

        var medicines: [MedicineEntry] = []
        var groups: [Substring: Int] = [:]
        var medicinesFor = [[Int]](repeating: [], count: conditions.count)
        for row in try SyntheticTable("medicines", file).rows {
            let condition = try find(row["condition"], row)
            let group = groups[row["group"], default: groups.count]
            groups[row["group"]] = group
            medicinesFor[condition].append(medicines.count)
            medicines.append(try MedicineEntry(row, group: group, numbers, allergyNumbers))
        }

        var measures: [MeasureEntry] = []
        var measureNumbers: [String: Int] = [:]
        for row in try SyntheticTable("measures", file).rows {
            measureNumbers[String(row["key"])] = measures.count
            measures.append(try MeasureEntry(row, numbers))
        }
        for row in try SyntheticTable("shifts", file).rows {
            guard let measure = measureNumbers[String(row["measure"])] else {
                throw .malformed(row.place, column: "measure")
            }
            measures[measure].shifts.append(
                MeasureEntry.Shift(
                    condition: try find(row["condition"], row), add: try row.number("add"),
                    spread: try row.number("spread"), yearly: try row.number("yearly")))
        }

        var screens: [String: ScreenEntry] = [:]
        for row in try SyntheticTable("screens", file).rows { screens[String(row["key"])] = try ScreenEntry(row) }
        var answers: [AnswerEntry] = []
        for row in try SyntheticTable("answers", file).rows {
            answers.append(AnswerEntry(row, condition: try find(row["condition"], row)))
        }
        var immunizations: [ImmunizationEntry] = []
        for row in try SyntheticTable("immunizations", file).rows { immunizations.append(try ImmunizationEntry(row)) }
        var procedures: [ProcedureEntry] = []
        for row in try SyntheticTable("procedures", file).rows {
            procedures.append(try ProcedureEntry(row, numbers))
        }
        var visits: [VisitKind: VisitEntry] = [:]
        for row in try SyntheticTable("visits", file).rows {
            guard let kind = VisitKind(rawValue: String(row["key"])) else { throw .malformed(row.place, column: "key") }
            visits[kind] = try VisitEntry(row)
        }

        let names = try SyntheticTable("names", file).rows
        var languages: [LanguageEntry] = []
        for row in try SyntheticTable("languages", file).rows { languages.append(try LanguageEntry(row, names)) }
        let places = try SyntheticTable("places", file).rows

        self.conditions = conditions
        conditionNumbers = numbers
        self.medicines = medicines
        self.medicinesFor = medicinesFor
        self.measures = measures
        self.measureNumbers = measureNumbers
        self.screens = screens
        self.answers = answers
        self.allergies = allergies
        self.immunizations = immunizations
        self.procedures = procedures
        self.visits = visits
        self.languages = languages
        towns = places.filter { $0["kind"] == "town" }.map(TownEntry.init)
        streets = places.filter { $0["kind"] == "street" }.map { ByteLine.escaped($0["words"]) }
        storyRows = try SyntheticTable("stories", file).rows
        privateRows = try SyntheticTable("stories-private", file).rows
        marks = try Marks(numbers, measureNumbers, screens, visits)
    }
}

/// The entries that the rules of a life ask for by name, looked up once.
struct Marks: Sendable {
    let smoking, obesity, alcohol, diabetes2, heartFailure, heartFailureFlare, lungDisease, lungFlare, kidney3: Int
    let kidney4, kidneyFailure, depression, anxiety, dementia, pneumonia, pregnancy: Int
    let bloodPressure, systolic, diastolic, weight, height, bmi, creatinine, egfr, egfrFull: Int
    let phq2, phq9, phq9Teen, gad7, auditC: ScreenEntry

    init(
        _ conditions: [String: Int], _ measures: [String: Int], _ screens: [String: ScreenEntry],
        _ visits: [VisitKind: VisitEntry]
    ) throws(SyntheticContent.Failure) {
        func entry<Value>(_ key: String, _ table: [String: Value]) throws(SyntheticContent.Failure) -> Value {
            guard let found = table[key] else { throw .missing("synthetic: \(key)") }
            return found
        }
        for kind in VisitKind.allCases where visits[kind] == nil {
            throw .missing("synthetic/visits.csv: \(kind.rawValue)")
        }
        smoking = try entry("smoking", conditions)
        obesity = try entry("obesity", conditions)
        alcohol = try entry("alcohol-dependence", conditions)
        diabetes2 = try entry("diabetes-2", conditions)
        heartFailure = try entry("heart-failure", conditions)
        heartFailureFlare = try entry("heart-failure-flare", conditions)
        lungDisease = try entry("copd", conditions)
        lungFlare = try entry("copd-flare", conditions)
        kidney3 = try entry("kidney-disease-3", conditions)
        kidney4 = try entry("kidney-disease-4", conditions)
        kidneyFailure = try entry("kidney-failure", conditions)
        depression = try entry("depression", conditions)
        anxiety = try entry("anxiety", conditions)
        dementia = try entry("dementia", conditions)
        pneumonia = try entry("pneumonia", conditions)
        pregnancy = try entry("pregnancy", conditions)
        bloodPressure = try entry("blood-pressure", measures)
        systolic = try entry("systolic", measures)
        diastolic = try entry("diastolic", measures)
        weight = try entry("weight", measures)
        height = try entry("height", measures)
        bmi = try entry("bmi", measures)
        creatinine = try entry("creatinine", measures)
        egfr = try entry("egfr", measures)
        egfrFull = try entry("egfr-full", measures)
        phq2 = try entry("phq2", screens)
        phq9 = try entry("phq9", screens)
        phq9Teen = try entry("phq9-teen", screens)
        gad7 = try entry("gad7", screens)
        auditC = try entry("audit-c", screens)
    }
}
