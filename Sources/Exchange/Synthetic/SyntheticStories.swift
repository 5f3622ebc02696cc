package import FHIR

/// One of the twelve people of the demonstration: named, invented, with clinical records that show one thing well.
package struct SyntheticStory: Sendable {
    /// Id of the Patient, such as `story-brannigan`; the ids of all her records begin with it.
    package let id: String
    /// One line: what the story is for.
    package let purpose: String
    /// The Patient first. Practitioner `pr00001` and the organizations are those of `SyntheticPopulation.shared()`.
    package let resources: [SyntheticResource]
}

extension SyntheticPopulation {
    /// The twelve stories of Content/synthetic/stories.csv, dated from `asOf`: clinical records only, no stage of care.
    /// - Throws: `SyntheticContent.Failure.malformed` naming the row that cannot be told.
    package static func stories(
        asOf: CalendarDay, content: SyntheticContent
    ) throws(SyntheticContent.Failure) -> [SyntheticStory] {
        var names: [Substring] = []
        for row in content.storyRows where !names.contains(row["story"]) { names.append(row["story"]) }
        var stories: [SyntheticStory] = []
        for name in names {
            let rows = content.storyRows.filter { $0["story"] == name }
            var teller = try StoryTeller(rows, asOf: Day(asOf), content: content)
            for row in rows { try teller.tell(row) }
            stories.append(
                SyntheticStory(
                    id: String(name), purpose: String(rows.first { $0["kind"] == "about" }?["a"] ?? ""),
                    resources: teller.scribe.sheets.separate))
        }
        return stories
    }
}

/// Tells one story row by row.
struct StoryTeller {
    typealias Row = SyntheticTable.Row

    let content: SyntheticContent
    let asOf: Day
    var scribe: Scribe
    /// Number of the latest Condition record of each condition.
    private var problems: [Int: Int] = [:]
    /// Number of the latest Encounter of each day.
    private var visits: [Day: Int] = [:]

    init(_ rows: [Row], asOf: Day, content: SyntheticContent) throws(SyntheticContent.Failure) {
        self.content = content
        self.asOf = asOf
        guard let row = rows.first(where: { $0["kind"] == "person" }) else {
            throw .missing("synthetic/stories.csv: person")
        }
        let traits = row.list("c")
        guard let language = content.languages.firstIndex(where: { traits.contains($0.key[...]) }) else {
            throw .malformed(row.place, column: "c")
        }
        var person = SyntheticPerson(0, seed: 12, asOf: asOf, content: content)
        person.id = Array(row["story"].utf8)
        person.female = row["key"] == "female"
        person.given = ByteLine.escaped(row["a"])
        person.family = ByteLine.escaped(row["b"])
        person.language = language
        person.race = Race.allCases.first { traits.contains("\($0)") } ?? .white
        person.hispanic = traits.contains("hispanic")
        person.interpreter = rows.contains { $0["kind"] == "interpreter" }
        // Addresses, telephone numbers and birthdays differ from story to story by the letters of the name.
        let spread = row["b"].utf8.reduce(0) { $0 + Int($1) }
        person.birth = asOf.plus(-Int(try row.number("from") * 365.2425) - 17 - spread * 89 % 331)
        person.line = spread % 100
        person.street = spread % content.streets.count
        person.town = spread % content.towns.count
        person.houseNumber = 10 + spread % 400
        person.mobile = true
        if let death = rows.first(where: { $0["kind"] == "died" }) {
            person.died = asOf.plus(try death.whole("from"))
        }
        scribe = Scribe(content, person)
        scribe.writePatient()
    }

    mutating func tell(_ row: Row) throws(SyntheticContent.Failure) {
        switch row["kind"] {
        case "about", "person", "interpreter", "died": break
        case "condition": try condition(row)
        case "medicine": try medicine(row)
        case "visit": try visit(row)
        case "measure": try measure(row)
        case "screen", "answer", "smoking": try answered(row)
        case "relative", "payer", "appointment": try around(row)
        case "allergy", "immunization", "procedure": try given(row)
        default: throw .malformed(row.place, column: "kind")
        }
    }

    private func day(_ row: Row) throws(SyntheticContent.Failure) -> Day { asOf.plus(try row.whole("from")) }

    private func found<Value>(_ value: Value?, _ row: Row, _ column: String) throws(SyntheticContent.Failure) -> Value {
        guard let value else { throw .malformed(row.place, column: column) }
        return value
    }

    private func over(_ row: Row) throws(SyntheticContent.Failure) -> Day? {
        row["to"].isEmpty ? nil : asOf.plus(try row.whole("to"))
    }

    private mutating func condition(_ row: Row) throws(SyntheticContent.Failure) {
        let condition = try found(content.conditionNumbers[String(row["key"])], row, "key")
        problems[condition] = scribe.writeCondition(condition, from: try day(row), over: try over(row), visit: nil)
    }

    private mutating func medicine(_ row: Row) throws(SyntheticContent.Failure) {
        let condition = try found(content.conditionNumbers[String(row["key"])], row, "key")
        let medicine = try found(
            content.medicinesFor[condition].first { content.medicines[$0].rxnorm == row["a"] }, row, "a")
        let day = try day(row)
        let days = content.medicines[medicine].days
        let status: StaticString =
            scribe.person.died != nil ? "stopped" : days > 0 && day.plus(days) < asOf ? "completed" : "active"
        scribe.writeMedicine(
            medicine, on: day, status: status, problem: try found(problems[condition], row, "key"), visit: nil)
    }

    private mutating func visit(_ row: Row) throws(SyntheticContent.Failure) {
        let kind = try found(VisitKind(rawValue: String(row["key"])), row, "key")
        let day = try day(row)
        let reason = row["a"].isEmpty ? nil : try found(content.conditionNumbers[String(row["a"])], row, "a")
        let start = Moment(day: day, minute: kind == .emergency ? 500 : kind == .inpatient ? 780 : 570)
        var end: Moment? = start.plus(minutes: content.visits[kind]?.minutes ?? 20)
        if kind == .inpatient { end = try over(row).map { Moment(day: $0, minute: 680) } }
        visits[day] = scribe.writeVisit(
            VisitFacts(
                kind: kind, start: start, end: end, reason: reason, problem: reason.flatMap { problems[$0] },
                viaEmergency: row["c"] == "emergency", disposition: Disposition(rawValue: String(row["b"]))))
        if let end { visits[end.day] = visits[day] }
    }

    private mutating func measure(_ row: Row) throws(SyntheticContent.Failure) {
        let measure = try found(content.measureNumbers[String(row["key"])], row, "key")
        let day = try day(row)
        let moment = Moment(day: day, minute: 575)
        if measure == content.marks.bloodPressure {
            scribe.writeBloodPressure(
                try row.number("a"), try row.number("b"), at: moment, visit: visits[day])
        } else {
            scribe.writeMeasure(measure, try row.number("a"), at: moment, visit: visits[day])
        }
    }

    private mutating func answered(_ row: Row) throws(SyntheticContent.Failure) {
        let day = try day(row)
        let moment = Moment(day: day, minute: 580)
        switch row["kind"] {
        case "screen":
            let screen = try found(content.screens[String(row["key"])], row, "key")
            scribe.writeScreen(screen, try row.whole("a"), at: moment, visit: visits[day])
        case "smoking":
            let smoking = try found(Smoking(rawValue: String(row["key"])), row, "key")
            scribe.writeSmoking(smoking, at: moment, visit: visits[day])
        default:
            let need = try found(content.conditionNumbers[String(row["key"])], row, "key")
            for answer in content.answers where answer.condition == need {
                scribe.writeAnswer(answer, inNeed: row["a"] == "need", at: moment, visit: visits[day])
            }
        }
    }

    private mutating func around(_ row: Row) throws(SyntheticContent.Failure) {
        switch row["kind"] {
        case "relative":
            let relation = try found(
                [Relation.mother, .father, .daughter, .son, .wife, .husband].first { "\($0)" == row["key"] }, row,
                "key")
            scribe.writeRelative(relation, given: ByteLine.escaped(row["a"]), phone: try row.whole("b"))
        case "payer":
            let payer = try found(
                [Payer.medicare, .medicaid, .insurer].first { "\($0)" == row["key"] }, row, "key")
            scribe.writeCoverage(payer, from: try day(row))
        default:
            let start = Moment(day: try day(row), minute: 600)
            scribe.writeAppointment(at: start, about: ByteLine.escaped(row["a"]))
        }
    }

    private mutating func given(_ row: Row) throws(SyntheticContent.Failure) {
        let day = try day(row)
        switch row["kind"] {
        case "allergy" where row["key"] == "none": scribe.writeAllergy(nil, on: day)
        case "allergy":
            scribe.writeAllergy(
                try found(content.allergies.firstIndex { $0.key == row["key"] }, row, "key"), on: day)
        case "immunization":
            scribe.writeImmunization(
                try found(content.immunizations.first { $0.cvx == row["key"] }, row, "key"), on: day)
        default:
            scribe.writeProcedure(
                try found(content.procedures.first { $0.snomedCode == row["key"] }, row, "key"), on: day,
                visit: visits[day])
        }
    }
}
