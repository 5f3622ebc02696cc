import FHIR

/// A diagnosis and when it was known: from the first record or onset to abatement. Milliseconds since
/// 1970-01-01T00:00Z.
package struct DatedDiagnosis: Sendable, Hashable {
    package let coded: CodedDiagnosis
    package let from: Int64
    /// Nil while it is active.
    package let until: Int64?

    package init(_ coded: CodedDiagnosis, from: Int64, until: Int64?) {
        self.coded = coded
        self.from = from
        self.until = until.map { max($0, from) }
    }
}

/// Which of a person's diagnoses each kind of model reads, since each looks back differently.
///
/// - Charlson and Elixhauser: what is chronic, ever recorded; what is not, within 24 months.
/// - Frailty (HFRS): within 24 months, as the score was made.
/// - CMS-HCC: in the calendar year before, which feeds the payment year of the moment asked about. CMS wants a
///   face-to-face encounter that names the diagnosis in that year; a record of conditions alone cannot show it, so an
///   active condition counts and the score is an upper estimate.
package struct LookBack: Sendable, Equatable {
    /// In order of first record, so that explanations credit the oldest.
    package let comorbidity: [CodedDiagnosis]
    package let frailty: [CodedDiagnosis]
    package let payment: [CodedDiagnosis]

    /// - Parameters:
    ///   - diagnoses: everything on file, in any order. What begins at or after `asOf` is left out.
    ///   - asOf: the moment asked about, in milliseconds since 1970-01-01T00:00Z.
    ///   - models: tell what is chronic.
    package init(_ diagnoses: [DatedDiagnosis], asOf: Int64, models: RiskModels) {
        let known = diagnoses.filter { $0.from < asOf }
            .sorted { ($0.from, $0.coded.code) < ($1.from, $1.coded.code) }
        let twoYears = Visit.monthsBefore(asOf, 24)
        let year = CalendarDay(daysSinceEpoch: FHIRDate.days(asOf)).year
        let dataYear = LookBack.start(ofYear: year - 1)..<LookBack.start(ofYear: year)
        frailty = known.filter { $0.until ?? asOf >= twoYears }.map(\.coded)
        payment = known.filter { $0.from < dataYear.upperBound && $0.until ?? asOf >= dataYear.lowerBound }.map(\.coded)
        var comorbidity: [CodedDiagnosis] = []
        for diagnosis in known where diagnosis.until ?? asOf >= twoYears || models.isChronic(diagnosis.coded) {
            comorbidity.append(diagnosis.coded)
        }
        self.comorbidity = comorbidity
    }

    /// The same diagnoses for every model, as when codes are given by hand.
    package init(all codes: [CodedDiagnosis]) {
        comorbidity = codes
        frailty = codes
        payment = codes
    }

    private static func start(ofYear year: Int) -> Int64 {
        CalendarDay(year: min(max(year, 1), 9999), month: 1, day: 1).map { FHIRDate.millis($0) } ?? 0
    }
}

extension RiskModels {
    /// Whether AHRQ calls the diagnosis chronic; false for what could not be read.
    func isChronic(_ coded: CodedDiagnosis) -> Bool {
        guard let diagnosis = coded.diagnosis else { return false }
        return book.meaning(diagnosis).chronic
    }

    /// All six scores, each from the diagnoses that it looks back on.
    ///
    /// - Parameters:
    ///   - age: in years; for the CMS models at 1 February of the payment year.
    ///   - sex: anything but female and male leaves out the age and sex factors of the CMS models.
    ///   - lookBack: diagnoses by kind of model.
    ///   - enrollment: which CMS factors apply.
    /// - Returns: points for the indices, raw factors for the CMS models.
    package func scores(
        age: Int, sex: AdministrativeSex, lookBack: LookBack, enrollment: CMSEnrollment
    ) -> RiskScores {
        func numbers(_ codes: [CodedDiagnosis]) -> RiskScores {
            let ids = codes.compactMap(\.diagnosis).map { book.id($0) }
            return scores(age: age, sex: sex, codes: ids, enrollment: enrollment)
        }
        var all = numbers(lookBack.comorbidity)
        if lookBack.frailty != lookBack.comorbidity { all.hfrs = numbers(lookBack.frailty).hfrs }
        if lookBack.payment != lookBack.comorbidity {
            let payment = numbers(lookBack.payment)
            all.cmsHCCV24 = payment.cmsHCCV24
            all.cmsHCCV28 = payment.cmsHCCV28
        }
        return all
    }

    /// The scores with their reasons, each from the diagnoses that it looks back on.
    ///
    /// A diagnosis on file that a model does not look back on stands in its `notCounted`, so that nobody has to wonder.
    ///
    /// - Parameters:
    ///   - age: in years; for the CMS models at 1 February of the payment year.
    ///   - sex: anything but female and male leaves out the age and sex factors of the CMS models, with a note.
    ///   - lookBack: diagnoses by kind of model.
    ///   - enrollment: which CMS factors apply.
    /// - Returns: one result a model, in their fixed order.
    package func explain(
        age: Int, sex: AdministrativeSex, lookBack: LookBack, enrollment: CMSEnrollment
    ) -> [ModelResult] {
        func results(_ codes: [CodedDiagnosis]) -> [ModelResult] {
            explain(age: age, sex: sex, codes: codes, enrollment: enrollment)
        }
        let byKind = [
            (prefix: "hfrs", codes: lookBack.frailty, reason: "not recorded in the last 24 months"),
            (prefix: "cms-hcc", codes: lookBack.payment, reason: "not recorded in the calendar year before"),
        ]
        var all = results(lookBack.comorbidity)
        for kind in byKind where kind.codes != lookBack.comorbidity {
            let given = Set(kind.codes.map(\.code))
            var left: Set<String> = []
            let outside = lookBack.comorbidity.map(\.code).filter { !given.contains($0) && left.insert($0).inserted }
            let own = results(kind.codes)
            for place in all.indices where all[place].model.hasPrefix(kind.prefix) && own.indices.contains(place) {
                all[place] = own[place].adding(outside.map { .init(code: $0, reason: kind.reason) })
            }
        }
        return all
    }
}

extension ModelResult {
    /// The same result with more codes that did not count.
    func adding(_ more: [Uncounted]) -> ModelResult {
        ModelResult(
            model: model, version: version, result: result, drivers: drivers, notCounted: notCounted + more,
            ageAdjusted: ageAdjusted, notes: notes)
    }
}
