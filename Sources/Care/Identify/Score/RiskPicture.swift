package import FHIR
package import Records

/// All that is worked out about one person's risk at a moment: six models, what was used, medicines, social needs,
/// screenings, and the tier with its reasons. Pure: the same records and the same moment give the same picture.
package struct RiskPicture: Sendable {
    /// One number that the tier rules look at, with what it was counted from.
    package struct Measured: Sendable {
        package let measure: TierMeasure
        package let value: Thousandths
        /// In words: ingredients, needs with their evidence, results of screenings.
        package let details: [String]
    }

    package let models: [ModelResult]
    package let measures: [Measured]
    package let decision: TierDecision
    /// The care manager's judgement that holds now.
    package let override: StoredOverride?
    /// References to what was counted, sorted.
    package let basis: [String]
    /// Years at the moment of scoring.
    package let age: Int

    /// How far back screenings and coded answers are believed, in months. The models' own look-back is ``LookBack``'s.
    static let monthsOfAnswers = 24

    /// Works out the risk of one person from the current resources of all ``types``, at a time in milliseconds since
    /// 1970. Nil for who has died, and for whom no birth date is known: without an age nothing can be scored. Without
    /// an enrollment the person counts as living in the community.
    package init?(of record: PersonRecord, rules: RiskRules, asOf: Int64, enrollment: CMSEnrollment? = nil) {
        let evidence = RiskEvidence(record, rules: rules)
        let today = CalendarDay(daysSinceEpoch: FHIRDate.days(asOf))
        guard !evidence.isDeceased, let birth = evidence.birth, birth <= today else {
            return nil
        }
        age = birth.years(until: today)
        let lookBack = LookBack(evidence.diagnoses.map(\.diagnosis), asOf: asOf, models: rules.models)
        let results = Self.results(evidence, lookBack, birth, today, age, enrollment, rules)
        let used = Utilization.twelveMonths(evidence.visits, before: asOf)
        let medicines = Polypharmacy(active: evidence.medicines.map(\.code), table: rules.medicines)
        let since = Visit.monthsBefore(asOf, Self.monthsOfAnswers)
        let screens = ScreenResult.latest(evidence.screens, since: since, until: asOf)
        let answers = Self.latestAnswers(evidence, since: since, until: asOf)
        let active = evidence.diagnoses.filter { $0.diagnosis.from < asOf && $0.diagnosis.until ?? asOf >= asOf }
        let needs = rules.social.needs(
            diagnoses: active.compactMap(\.diagnosis.coded.diagnosis), answers: answers.map(\.answer))
        let chronic = rules.models.chronicConditions(active.compactMap(\.diagnosis.coded.diagnosis))
        let lace = Self.highestLACE(evidence, asOf: asOf, rules)
        let abnormal = screens.filter(\.isAbnormal)
        models = results
        func result(_ model: String) -> Thousandths { results.first { $0.model == model }?.result ?? .zero }
        var measured: [Measured] = []
        func add(_ measure: TierMeasure, _ value: Thousandths, _ details: [String] = []) {
            measured.append(Measured(measure: measure, value: value, details: details))
        }
        func add(_ measure: TierMeasure, _ count: Int, _ details: [String] = []) {
            add(measure, Thousandths(whole: count), details)
        }
        add(.hfrs, result("hfrs"))
        add(.charlson, result("charlson-original"))
        add(.elixhauser, result("elixhauser-vanwalraven"))
        if let lace {
            add(.lace, lace.points, [lace.words])
        }
        add(.admissions, used.admissions, used.stays.map { FHIRDate.day($0.start) })
        add(.edVisits, used.edVisits, used.emergencyVisits.map { FHIRDate.day($0.start) })
        add(.chronic, chronic.count, chronic.map(\.undotted).sorted())
        add(
            .ingredients, medicines.count,
            medicines.ingredients + medicines.unknown.map { "\($0) (ingredients unknown)" })
        add(.socialNeeds, needs.count, needs.map { "\($0.domain): \($0.evidence)" })
        add(.abnormalScreens, abnormal.count, abnormal.map(\.words))
        add(.age, age)
        measures = measured
        let facts = TierFacts(
            Dictionary(uniqueKeysWithValues: measured.map { ($0.measure, $0.value) }), cmsHCCV28: result("cms-hcc-v28"))
        let latest = StoredOverride.latest(evidence.overrides, at: asOf)
        decision = rules.policy.decide(facts, override: latest?.override, now: asOf)
        override = decision.isOverridden ? latest : nil
        var basis = evidence.diagnoses.filter { $0.diagnosis.from < asOf }.map(\.reference)
        let counted = used.stays + used.emergencyVisits
        basis += evidence.stays.filter { stay in
            counted.contains { $0.start == stay.visit.start && $0.kind == stay.visit.kind }
        }
        .map(\.reference)
        basis += evidence.medicines.map(\.reference) + screens.map(\.reference)
        let telling = Set(needs.map(\.evidence))
        basis += answers.filter { telling.contains("\($0.answer.question)=\($0.answer.answer)") }.map(\.reference)
        if let override {
            basis.append(override.reference)
        }
        self.basis = Set(basis).sorted()
    }

    /// The types that are read.
    package static let types = RiskEvidence.types

    /// For the CMS models the age is that of 1 February of the payment year.
    private static func results(
        _ evidence: RiskEvidence, _ lookBack: LookBack, _ birth: CalendarDay, _ today: CalendarDay, _ age: Int,
        _ enrollment: CMSEnrollment?, _ rules: RiskRules
    ) -> [ModelResult] {
        let february = CalendarDay(year: today.year, month: 2, day: 1).map { max($0, birth) } ?? today
        let paymentAge = birth.years(until: february)
        let all = rules.models.explain(
            age: paymentAge, sex: evidence.sex, lookBack: lookBack,
            enrollment: enrollment ?? .community(age: paymentAge))
        guard paymentAge != age else {
            return all
        }
        return all.map { $0.ageAdjusted == nil ? $0 : $0.adjusted(forAge: age) }
    }

    /// The latest answers to each question.
    private static func latestAnswers(
        _ evidence: RiskEvidence, since: Int64, until: Int64
    ) -> [(reference: String, at: Int64, answer: SocialNeedRules.Answer)] {
        var latest: [String: Int64] = [:]
        for given in evidence.answers where (since..<until).contains(given.at) {
            latest[given.answer.question] = max(latest[given.answer.question] ?? since, given.at)
        }
        return evidence.answers.filter { latest[$0.answer.question] == $0.at }
    }

    /// The highest LACE of the discharges of twelve months, its comorbidity by the paper's own weights.
    private static func highestLACE(
        _ evidence: RiskEvidence, asOf: Int64, _ rules: RiskRules
    ) -> (points: Int, words: String)? {
        let window = Visit.monthsBefore(asOf, 12)..<asOf
        var highest: (points: Int, words: String)?
        for stay in Utilization.merged(evidence.visits.filter { $0.kind == .inpatient }) {
            guard let end = stay.end, window.contains(end) else {
                continue
            }
            let parts = evidence.stays.filter {
                $0.visit.kind == .inpatient && $0.visit.start >= stay.start && $0.visit.start <= end
            }
            let admitted = parts.first { $0.visit.start == stay.start }?.firstDay
            let discharged = parts.last { $0.visit.end == end }?.lastDay
            guard let admitted, let discharged, let days = LACE.days(admitted: admitted, discharged: discharged) else {
                continue
            }
            let known = LookBack(evidence.diagnoses.map(\.diagnosis), asOf: end + 1, models: rules.models)
            let ids = known.comorbidity.compactMap(\.diagnosis).map { rules.models.book.id($0) }
            let isAcute = parts.contains { $0.isUrgent == true } || LACE.isAcute(stay, in: evidence.visits)
            let lace = LACE(
                days: days, isAcute: isAcute, charlson: rules.models.charlson(.lace2010, codes: ids),
                variant: .lace2010, edVisits: LACE.edVisits(before: stay, in: evidence.visits))
            if lace.total > highest?.points ?? -1 {
                highest = (
                    lace.total,
                    "discharge \(discharged.text): stay \(lace.lengthOfStay), acute \(lace.acuity), "
                        + "comorbidity \(lace.comorbidity), emergency \(lace.emergency)"
                )
            }
        }
        return highest
    }
}

extension ModelResult {
    fileprivate func adjusted(forAge age: Int) -> ModelResult {
        ModelResult(
            model: model, version: version, result: result, drivers: drivers, notCounted: notCounted,
            ageAdjusted: result + Thousandths(whole: charlsonAgePoints(age: age)), notes: notes)
    }
}
