/// A row of measures.csv.
struct MeasureEntry: Sendable {
    enum Wanted {
        /// Computed from other values.
        case made
        case whenRich
        /// Any of these conditions calls for it.
        case whenAny([Int])
    }

    struct Shift { let condition: Int, add: Double, spread: Double, yearly: Double }

    let wanted: Wanted
    let places: Int
    let man, woman, between, within, low, high: Double
    let every: Int
    /// Category and code.
    let head: [UInt8]
    /// The code alone, for a component.
    let code: [UInt8]
    /// What follows the value of a quantity.
    let unit: [UInt8]
    var shifts: [Shift] = []

    init(_ row: SyntheticTable.Row, _ conditions: [String: Int]) throws(SyntheticContent.Failure) {
        switch row["when"] {
        case "made": wanted = .made
        case "full": wanted = .whenRich
        default:
            var causes: [Int] = []
            for key in row.list("when") {
                guard let condition = conditions[String(key)] else { throw .malformed(row.place, column: "when") }
                causes.append(condition)
            }
            wanted = .whenAny(causes)
        }
        places = min(max(try row.whole("places"), 0), 4)
        man = try row.number("man")
        woman = try row.number("woman")
        between = try row.number("between")
        within = try row.number("within")
        low = try row.number("low")
        high = try row.number("high")
        every = try row.whole("every")
        code = concept([(.loinc, row["loinc"])], row["words"])
        head = observationHead(row["category"], code)
        var line = ByteLine()
        line.add(#","unit":""#)
        line.add(ByteLine.escaped(row["unit"]))
        line.add(#"","system":"http://unitsofmeasure.org","code":""#)
        line.add(ByteLine.escaped(row["ucum"]))
        line.add(#""}"#)
        unit = line.bytes
    }
}

/// A row of screens.csv: a questionnaire's total.
struct ScreenEntry: Sendable {
    let head: [UInt8]
    let most: Int

    init(_ row: SyntheticTable.Row) throws(SyntheticContent.Failure) {
        head = observationHead("survey", concept([(.loinc, row["loinc"])], row["words"]))
        most = try row.whole("most")
    }
}

/// A row of answers.csv: how a social need, or its absence, was answered.
struct AnswerEntry: Sendable {
    let condition: Int
    let head: [UInt8]
    let need: [UInt8]
    let fine: [UInt8]

    init(_ row: SyntheticTable.Row, condition: Int) {
        self.condition = condition
        head = observationHead("survey", concept([(.loinc, row["loinc"])], row["words"]))
        need = concept([(.loinc, row["need"])], row["needwords"])
        fine = concept([(.loinc, row["fine"])], row["finewords"])
    }
}
