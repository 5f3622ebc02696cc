import Care
import FHIR
import Foundation
import Records

/// Goals, steps and what stands around them, as the plan page shows them.
struct PlanLines {
    struct Problem {
        let id: String
        let text: String
        let source: String
        let goals: [Goal]
    }

    struct Goal {
        let id: String
        let words: String
        let measure: String
        let due: String
        let level: String
        let levelTone: String
        let spark: String?
        let editHref: String
        let importance: String?
        /// How hard its words are to read, where they are hard.
        let reading: String?
        let interventions: [Step]
    }

    struct Step {
        let text: String
        let who: String
        let due: String
        let state: String
        let tone: String
        let href: String
        /// How hard what the person reads of it is, where it is hard.
        let reading: String?
    }

    struct Text {
        let text: String
    }

    struct Dose {
        let when: String
        let what: String
        let note: String?
    }

    let record: PersonRecord
    let picture: PlanPicture
    let history: AssessmentHistory
    let names: StaffNames
    let now: Int64
    let zone: TimeZone

    var problems: [Problem] {
        picture.problems.enumerated().map { place, problem in
            Problem(
                id: String(place), text: problem.text, source: source(of: problem), goals: problem.goals.map(goal))
        }
    }

    func source(of problem: PlanPicture.Problem) -> String {
        guard let condition = problem.condition else {
            return "not tied to a problem"
        }
        let date = Words.date(
            condition.root["recordedDate"]?.string ?? condition.root["onsetDateTime"]?.string, now: now, zone: zone)
        let kind = problem.isBarrier ? "in the way" : "problem"
        return date.map { "\(kind), recorded \($0)" } ?? kind
    }

    func goal(_ goal: PlanGoal) -> Goal {
        let state = goal.isOpen ? goal.level?.title ?? "Begun" : "Dropped"
        return Goal(
            id: goal.resource.id, words: goal.words, measure: goal.target?.words ?? "No measure agreed",
            due: Words.date(goal.target?.due, now: now, zone: zone).map { "by \($0)" } ?? "no day agreed", level: state,
            levelTone: goal.level?.isGood == true ? "good" : goal.level?.isBad == true ? "soon" : "note",
            spark: spark(goal), editHref: "/people/\(record.id)/plan?goal=\(goal.resource.id)",
            importance: importance(goal), reading: goal.isOpen ? hard(goal.words) : nil,
            interventions: goal.steps.map(step))
    }

    /// The language that the person reads.
    var language: PlanLanguage { PlanLanguage(code: record.patient.flatMap { Words.languageCode(of: $0.root) }) }

    /// How hard a text is for the person, where it is hard.
    func hard(_ text: String?) -> String? {
        WrittenLevel(text, for: language).flatMap { $0.isTooHard ? $0.told : nil }
    }

    func importance(_ goal: PlanGoal) -> String? {
        let parts = [
            goal.importance.map { "matters \($0) of 10" }, goal.confidence.map { "sure \($0) of 10" },
        ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    func step(_ step: PlanStep) -> Step {
        let every = step.details.everyDays.map { ", again every \(Words.count($0, "day"))" } ?? ""
        let isLate = step.isOpen && (step.due ?? .max) < now
        return Step(
            text: step.title, who: names.name(step.owner) ?? "nobody yet",
            due: (step.due.map { "until \(Words.day($0, now: now, zone: zone))" } ?? "no day") + every,
            state: step.isOpen ? isLate ? "late" : "open" : step.status == "completed" ? "done" : "dropped",
            tone: step.isOpen ? isLate ? "now" : "note" : step.status == "completed" ? "good" : "",
            href: step.isOpen ? "/people/\(record.id)/plan?step=\(step.resource.id)" : "/tasks/\(step.resource.id)",
            reading: step.isOpen ? hard(step.details.personWords) : nil)
    }

    /// The last readings of the goal's measure.
    private func spark(_ goal: PlanGoal) -> String? {
        guard let target = goal.target, let loinc = target.loinc else {
            return nil
        }
        let readings = record.all("Observation").filter { observation in
            observation.root["code"]?.list("coding").contains { $0["code"]?.string == loinc } == true
        }.compactMap { observation -> (String, Double)? in
            guard let at = observation.root["effectiveDateTime"]?.string,
                let value = observation.root["valueQuantity"]?["value"]?.double
            else { return nil }
            return (at, value)
        }.sorted { $0.0 < $1.0 }.suffix(12).map(\.1)
        guard readings.count > 1 else {
            return nil
        }
        let words = readings.map(GoalTarget.written).joined(separator: ", ")
        let aim = [.atLeast, .atMost].contains(target.direction) ? target.target : nil
        return Sparkline(label: "\(target.name): \(words)", values: readings, aim: aim).svg()
    }

    /// What the last whole-person intake says about the questions named.
    private func said(_ questions: [String]) -> [Text] {
        guard let intake = history.latestIntake else {
            return []
        }
        return questions.compactMap { question in
            guard let item = intake.instrument.item(question), let given = intake.answers[question] else {
                return nil
            }
            return Text(text: AssessmentForm.words(given, to: item))
        }
    }

    var supports: [Text] { said(["what-matters-strengths", "supports-helpers", "supports-services"]) }

    var barriers: [Text] {
        picture.problems.filter(\.isBarrier).map { Text(text: $0.text) } + said(["barriers-other"])
    }

    /// Advance directive and code status, as the last intake has them, with its date.
    var life: (text: String, source: String)? {
        let words = [
            ("Wishes for care written down", "life-planning-directive"), ("Resuscitation", "life-planning-code-status"),
        ].flatMap { label, question in said([question]).map { "\(label): \($0.text)" } }
        guard let intake = history.latestIntake, !words.isEmpty else {
            return nil
        }
        return (words.joined(separator: ". "), "said in the intake of \(Words.day(intake.at, now: now, zone: zone))")
    }

    /// Medicines as the records have them, each once.
    var schedule: [Dose] {
        let isReconciled = isReconciled
        return medicines.map { medicine in
            let date = Words.date(medicine.date, now: now, zone: zone)
            let words = [
                isReconciled ? nil : "not reconciled", date.map { "\(medicine.isOrder ? "ordered" : "said") \($0)" },
            ]
            .compactMap(\.self)
            return Dose(
                when: how(medicine) ?? "How: not recorded", what: medicine.name,
                note: words.isEmpty ? nil : words.joined(separator: ", "))
        }
    }

    /// What is taken now, each way of taking a medicine once.
    var medicines: [Medicine] {
        var seen: Set<String> = []
        return picture.medicines.filter { seen.insert("\($0.name.lowercased())|\(how($0) ?? "")").inserted }
    }

    /// Whether somebody has compared the lists since the person last came home.
    var isReconciled: Bool { MedicineReview.of(record, now: now).isReconciled }

    /// Whether somebody has compared the list since anything of it last changed.
    var isChecked: Bool {
        let review = MedicineReview.of(record, now: now)
        let changed = picture.medicines.compactMap(resource).map(\.updated).max() ?? .min
        return review.isReconciled && (review.compared ?? .min) >= changed
    }

    /// How a medicine is taken: as it was written, else by its rhythm; nil when nobody wrote it down.
    func how(_ medicine: Medicine) -> String? {
        medicine.takes ?? resource(medicine).flatMap(Self.dose)
    }

    /// What a medicine is for; nil when it is not on record.
    func why(_ medicine: Medicine) -> String? {
        let reference = resource(medicine)?.root.list("reasonReference").first?["reference"]?.string
        let condition = record.all("Condition").first { $0.reference == reference }
        return medicine.reason ?? Words.concept(condition?.root["code"])
    }

    private func resource(_ medicine: Medicine) -> Resource? {
        record.all(medicine.isOrder ? "MedicationRequest" : "MedicationStatement").first {
            $0.reference == medicine.reference
        }
    }

    /// "2 times a day", or as it was written; nil when nothing was.
    static func dose(_ request: Resource) -> String? {
        guard let dosage = request.root.list("dosageInstruction").first else {
            return nil
        }
        if let text = dosage["text"]?.string {
            return text
        }
        if let times = dosage["timing"]?["repeat"], let frequency = times["frequency"]?.int,
            let period = times["period"]?.digits, let unit = times["periodUnit"]?.string
        {
            let often = frequency == 1 ? "Once" : frequency == 2 ? "Twice" : "\(frequency) times"
            let units = ["h": "hour", "d": "day", "wk": "week", "mo": "month"]
            let one = units[unit] ?? unit
            return ["1", "1.0"].contains(period) ? "\(often) a \(one)" : "\(often) every \(period) \(one)s"
        }
        return dosage["asNeededBoolean"]?.bool == true ? "When needed" : nil
    }
}
