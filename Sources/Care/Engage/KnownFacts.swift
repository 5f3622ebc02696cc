package import FHIR
package import Records

/// What is known of a person for the entry and exit criteria of programmes, each fact with what shows it.
///
/// A fact that nothing on file speaks of is left out. Counts of visits and conditions are those on file: none on file
/// counts as none.
package struct KnownFacts: Sendable {
    package struct Evidence: Sendable, Equatable {
        package let text: String
        /// When it was so, milliseconds since 1970.
        package let at: Int64?
        /// The record that shows it, for example `Observation/17`; nil where it is no single one.
        package var reference: String?
    }

    package private(set) var values: ProgramFacts = [:]
    package private(set) var evidence: [ProgramFact: Evidence] = [:]
    /// What questions are asked of.
    let record: PersonRecord
    let now: Int64
    let definitions: Definitions

    package static let reads: Set<String> = [
        "Patient", "Condition", "Encounter", "Observation", "Goal", "Task", "CarePlan", "RiskAssessment",
        "EpisodeOfCare", "Communication",
    ]

    /// The types that the facts and all criteria of the programmes are worked out from.
    package static func reads(_ care: CareContent) -> Set<String> { reads.union(care.programs.reads) }

    /// Died, as recorded: on a day, or just so.
    package static func isDeceased(_ patient: JSONNode) -> Bool {
        patient["deceasedBoolean"]?.bool == true || patient["deceasedDateTime"] != nil
    }

    package init(_ record: PersonRecord, care: CareContent, at now: Int64) {
        self.record = record
        self.now = now
        definitions = care.definitions
        person(record, at: now)
        conditions(record, care, at: now)
        tier(record)
        visits(record, at: now)
        goalsAndPlan(record)
        mood(record)
        tasks(record)
    }

    private mutating func put(
        _ fact: ProgramFact, _ value: Double, _ text: String, at: Int64? = nil, in reference: String? = nil
    ) {
        values[fact] = value
        evidence[fact] = Evidence(text: text, at: at, reference: reference)
    }

    /// LOINC: PHQ-9 total score.
    static let phq9 = "44261-6"

    private mutating func person(_ record: PersonRecord, at now: Int64) {
        if let birth = record.patient?.root.text("birthDate").flatMap({ FHIRDate($0, as: .date) }) {
            let years = birth.firstDay.years(until: CalendarDay(daysSinceEpoch: FHIRDate.days(now)))
            put(.age, Double(years), "\(years) years old")
        }
        let hospice =
            record.all("EpisodeOfCare").contains { Enrollment($0)?.reasonCode == "hospice" }
            || record.all("Encounter").contains { stored in
                stored.root.text("status") == "in-progress"
                    && stored.root.list("type").flatMap { $0.list("coding") }
                        .contains { Self.hospiceTypes.contains($0.text("code") ?? "") }
            }
        put(.inHospice, hospice ? 1 : 0, hospice ? "Hospice is on file" : "No hospice on file")
    }

    /// SNOMED CT: admission to hospice; hospice care.
    private static let hospiceTypes: Set<String> = ["305336008", "385763009"]

    private mutating func conditions(_ record: PersonRecord, _ care: CareContent, at now: Int64) {
        var active: [DiagnosisCode] = []
        var names: [(code: DiagnosisCode, name: String)] = []
        var dated: [DatedDiagnosis] = []
        var unmet = 0
        for condition in record.all("Condition").map(\.root) {
            let verification = condition.at("verificationStatus", "coding", "code")?.string
            guard verification != "refuted", verification != "entered-in-error" else {
                continue
            }
            let codings = condition.at("code")?.list("coding").map {
                (system: $0.text("system") ?? "", code: $0.text("code") ?? "")
            }
            let coded = care.risk.resolver.resolve(codings ?? [])
            let from = CareMoment.of(condition.text("onsetDateTime") ?? condition.text("recordedDate"))
            let until = CareMoment.of(condition.text("abatementDateTime"))
            dated.append(DatedDiagnosis(coded, from: from ?? 0, until: until))
            let status = condition.at("clinicalStatus", "coding", "code")?.string
            guard until == nil, status != "resolved", status != "inactive", status != "remission" else {
                continue
            }
            if let diagnosis = coded.diagnosis {
                active.append(diagnosis)
                names.append((diagnosis, condition["code"]?.conceptText ?? diagnosis.dotted))
            }
            let categories = condition.list("category").flatMap { $0.list("coding") }
            if categories.contains(where: { $0.text("code") == "sdoh" }) {
                unmet += 1
            }
        }
        let chronic = care.risk.chronicConditions(active)
        put(
            .chronicConditions, Double(chronic.count),
            chronic.isEmpty
                ? "None on file"
                : chronic.map { code in
                    names.first { $0.code.undotted.hasPrefix(code.undotted) }?.name ?? code.dotted
                }.sorted().joined(separator: ", "))
        let ids = LookBack(dated, asOf: now, models: care.risk).comorbidity.compactMap(\.diagnosis)
            .map { care.risk.book.id($0) }
        let charlson = care.risk.charlson(.original, codes: ids)
        put(.charlson, Double(charlson), "Charlson score \(charlson)")
        put(.socialNeeds, Double(unmet), unmet == 0 ? "None on file" : "\(unmet) on the problem list")
        put(.unmetSocialNeeds, Double(unmet), unmet == 0 ? "None on file" : "\(unmet) on the problem list")
    }

    private mutating func tier(_ record: PersonRecord) {
        guard let risk = record.all("RiskAssessment").first(where: { $0.id == "risk-\(record.id)" }),
            let word = risk.root.list("prediction").lazy
                .compactMap({ $0["qualitativeRisk"] }).first,
            let code = word.text("coding", "code") ?? word.text("text")
        else {
            return
        }
        if let tier = Tier(name: code) ?? Int(code).flatMap(Tier.init(rawValue:)) {
            put(.riskTier, Double(tier.rawValue), "Tier: \(tier.name)", at: risk.updated, in: risk.reference)
        }
    }

    private mutating func goalsAndPlan(_ record: PersonRecord) {
        let goals = record.all("Goal").map(\.root).filter {
            !["cancelled", "rejected", "entered-in-error", "proposed"].contains($0.text("lifecycleStatus") ?? "")
        }
        let reached = goals.filter { $0.text("achievementStatus", "coding", "code") == "achieved" }
        if !goals.isEmpty {
            put(
                .goalsReachedShare, Double(reached.count) / Double(goals.count),
                "\(reached.count) of \(goals.count) goals reached")
        }
        let plan = record.all("CarePlan").last { $0.root.text("status") == "active" }
        put(
            .selfManagementPlan, plan == nil ? 0 : 1, plan == nil ? "No active plan" : "Active plan", at: plan?.updated,
            in: plan?.reference)
    }

    private mutating func mood(_ record: PersonRecord) {
        let totals = record.all("Observation")
            .filter { stored in
                let observation = stored.root
                return observation.at("code")?.list("coding").contains { $0.text("code") == Self.phq9 } == true
                    && !["entered-in-error", "cancelled"].contains(observation.text("status") ?? "")
            }
            .compactMap { stored -> (at: Int64, total: Double, reference: String)? in
                guard let total = stored.root.at("valueQuantity", "value")?.double, abs(total) < 1_000 else {
                    return nil
                }
                return (CareMoment.of(stored.root.text("effectiveDateTime")) ?? 0, total, stored.reference)
            }
            .sorted { $0.at < $1.at }
        guard let first = totals.first, let last = totals.last else {
            return
        }
        let highest = totals.max { $0.total < $1.total } ?? first
        put(
            .phq9Highest, highest.total, "PHQ-9 was \(Int(highest.total)) at most", at: highest.at,
            in: highest.reference)
        put(.phq9Latest, last.total, "PHQ-9 is \(Int(last.total))", at: last.at, in: last.reference)
        if first.total > 0 {
            put(
                .phq9DropShare, max(0, (first.total - last.total) / first.total),
                "PHQ-9 from \(Int(first.total)) to \(Int(last.total))", at: last.at, in: last.reference)
        }
    }

    private mutating func tasks(_ record: PersonRecord) {
        let safety = FinishTasks.open(record).filter { $0.code == .safety }.count
        put(.openSafetyItems, Double(safety), safety == 0 ? "None open" : "\(safety) open")
        func done(_ codes: Set<TaskCode>) -> (isKnown: Bool, at: Int64?) {
            let all = record.all("Task").filter { task in
                CareCode.code(task.root["code"], in: TaskCode.system).flatMap(TaskCode.init).map(codes.contains) == true
            }
            let finished = all.last { $0.root.text("status") == "completed" }
            return (!all.isEmpty, finished?.updated)
        }
        for (fact, codes, words) in [
            (ProgramFact.medicinesReconciled, Set([TaskCode.medicationReconciliation]), "Medicines"),
            (.followUpVisitDone, [.dischargeVisit7, .dischargeVisit14], "Visit"),
        ] {
            let found = done(codes)
            if found.isKnown {
                put(
                    fact, found.at == nil ? 0 : 1, "\(words): " + (found.at == nil ? "still open" : "done"),
                    at: found.at)
            }
        }
        let call = done([.dischargeContact])
        if call.isKnown {
            // Two timely attempts count as made, as the transition rules say.
            let tried = Attempt.all(record).filter { !$0.reached }.count
            let made = call.at != nil || tried >= 2
            put(
                .dischargeContactMade, made ? 1 : 0,
                call.at != nil ? "Reached" : "\(tried) attempts without success", at: call.at)
        }
    }

    private mutating func visits(_ record: PersonRecord, at now: Int64) {
        var visits: [Visit] = []
        var lastHome: (end: Int64, home: Bool)?
        for encounter in record.all("Encounter").map(\.root) {
            guard let start = CareMoment.of(encounter.text("period", "start")),
                !["entered-in-error", "cancelled", "planned"].contains(encounter.text("status") ?? "")
            else {
                continue
            }
            let visit = Visit(
                Visit.Kind(classCode: encounter.text("class", "code") ?? ""), start: start,
                end: CareMoment.of(encounter.text("period", "end")))
            visits.append(visit)
            if visit.kind == .inpatient, let end = visit.end, end > lastHome?.end ?? .min {
                let code = encounter.text("hospitalization", "dischargeDisposition", "coding", "code")
                lastHome = (end, code.map { ["home", "01", "06", "alt-home"].contains($0) } ?? true)
            }
        }
        let used = Utilization.twelveMonths(visits, before: now)
        put(
            .inpatientStays12Months, Double(used.admissions), "\(used.admissions) in 12 months",
            at: used.stays.last?.start)
        put(
            .edVisits12Months, Double(used.edVisits), "\(used.edVisits) in 12 months",
            at: used.emergencyVisits.last?.start)
        let acute = visits.filter { $0.kind == .inpatient || $0.kind == .emergency }
        if let last = acute.map({ $0.end ?? $0.start }).max() {
            let from = CalendarDay(daysSinceEpoch: FHIRDate.days(last))
            let to = CalendarDay(daysSinceEpoch: FHIRDate.days(now))
            let months = (to.year - from.year) * 12 + to.month - from.month - (to.day < from.day ? 1 : 0)
            put(.monthsSinceAcuteCare, Double(max(0, months)), "Last one ended", at: last)
        } else {
            // Longer than any criterion asks for.
            put(.monthsSinceAcuteCare, 1200, "None on file")
        }
        if let home = lastHome, home.end <= now {
            let days = FHIRDate.days(now) - FHIRDate.days(home.end)
            put(.daysSinceDischarge, Double(days), "Discharged", at: home.end)
            put(.dischargedHome, home.home ? 1 : 0, home.home ? "Went home" : "Went elsewhere", at: home.end)
            let back = visits.contains {
                $0.kind == .inpatient && $0.start > home.end && $0.start <= home.end + 30 * 86_400_000
            }
            put(.readmitted30Days, back ? 1 : 0, back ? "Back in hospital" : "Not back in hospital")
        }
    }
}
