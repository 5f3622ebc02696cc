extension RiskModels {
    /// The scores of one person, each with its reasons, in the fixed order of the six models.
    ///
    /// - Parameters:
    ///   - age: in years; for the CMS models at 1 February of the payment year.
    ///   - sex: anything but female and male leaves out the age and sex factors of the CMS models, with a note.
    ///   - codes: diagnoses from `resolver`, in the order in which they shall be credited: the first code of a
    ///     category drives it, later ones are listed as already counted.
    ///   - enrollment: which CMS factors apply.
    /// - Returns: one result a model.
    package func explain(
        age: Int, sex: AdministrativeSex, codes: [CodedDiagnosis], enrollment: CMSEnrollment
    ) -> [ModelResult] {
        let ageText = Thousandths(whole: charlsonAgePoints(age: age))
        return [
            comorbidities("charlson-original", charlson, \.charlson, weights: "original", codes, agePoints: ageText),
            comorbidities("charlson-quan2011", charlson, \.charlson, weights: "quan2011", codes, agePoints: ageText),
            comorbidities("elixhauser-vanwalraven", elixhauser, \.elixhauser, weights: "vanwalraven", codes),
            explainFrailty(codes),
            payment("cms-hcc-v24", v24, \.v24, \.editV24, age, sex, codes, enrollment),
            payment("cms-hcc-v28", v28, \.v28, \.editV28, age, sex, codes, enrollment),
        ]
    }

    private func comorbidities(
        _ model: String, _ index: ComorbidityIndex, _ bits: KeyPath<CodeClass, UInt32>, weights: String,
        _ codes: [CodedDiagnosis], agePoints: Thousandths? = nil
    ) -> ModelResult {
        let points = index.weights[weights] ?? []
        let present = codes.reduce(into: UInt32(0)) { present, code in
            if let diagnosis = code.diagnosis { present |= book.meaning(diagnosis)[keyPath: bits] }
        }
        var credits = Credits(counted: CategorySet(index.counted(present)))
        credits.name = { index.categories[$0].name }
        credits.label = { index.categories[$0].label }
        credits.weight = { points.indices.contains($0) ? Thousandths(whole: points[$0]) : .zero }
        credits.whyDropped = { place in
            let cover = CategorySet(present).first { index.categories[$0].covers >> UInt32(place) & 1 == 1 }
            return cover.map { "is covered by \(index.categories[$0].name)" }
        }
        credits.add(codes) { .categories(CategorySet(book.meaning($0)[keyPath: bits])) }
        let weighting = ["original": ", 1987 weights", "quan2011": ", Quan 2011 weights"][weights] ?? ""
        return credits.result(model, index.version + weighting, agePoints: agePoints)
    }

    private func explainFrailty(_ codes: [CodedDiagnosis]) -> ModelResult {
        func categories(_ code: DiagnosisCode) -> CategorySet {
            var set = CategorySet()
            let place = Int(book.meaning(code).frailty)
            if place > 0 { set.insert(place - 1) }
            return set
        }
        var present = CategorySet()
        for code in codes.compactMap(\.diagnosis) { present.formUnion(categories(code)) }
        var credits = Credits(counted: present)
        credits.name = { frailty.codes[$0].undotted }
        credits.weight = { frailty.points[$0] }
        credits.add(codes) { .categories(categories($0)) }
        return credits.result("hfrs", frailty.version)
    }

    private func payment(
        _ name: String, _ model: HCCModel, _ bits: KeyPath<CodeClass, CategorySet>,
        _ edit: KeyPath<CodeClass, UInt8>, _ age: Int, _ sex: AdministrativeSex, _ codes: [CodedDiagnosis],
        _ enrollment: CMSEnrollment
    ) -> ModelResult {
        func placed(_ code: DiagnosisCode) -> Credits.Placement {
            let meaning = book.meaning(code)
            let mapped = meaning[keyPath: bits]
            guard let rule = model.edit(meaning[keyPath: edit], age: age, sex: sex) else { return .categories(mapped) }
            return rule.instead.map { .categories($0) } ?? .refused(mapped.isEmpty ? Credits.noCategory : rule.reason)
        }
        let factors = model.factors(enrollment.segment)
        let usesDiagnoses = enrollment.segment.usesDiagnoses
        var present = CategorySet()
        for code in codes.compactMap(\.diagnosis) {
            if usesDiagnoses, case .categories(let set) = placed(code) { present.formUnion(set) }
        }
        var credits = Credits(counted: model.counted(present))
        credits.name = { "HCC\(model.hccs[$0])" }
        credits.label = { model.labels[$0] }
        credits.weight = { factors?.categories[$0] ?? .zero }
        credits.whyDropped = { place in
            if model.needs.contains(where: { $0.place == place && !present.intersects($0.oneOf) }) {
                return "counts only beside a diagnosis of heart failure"
            }
            return present.first { model.covers[$0].contains(place) }.map { "is covered by HCC\(model.hccs[$0])" }
        }
        if let factors {
            model.eachExtra(present, age: age, sex: sex, enrollment: enrollment, factors: factors) {
                credits.addExtra($0.name, $0.weight)
            }
        }
        credits.add(codes) {
            usesDiagnoses ? placed($0) : .refused("a new enrollee is scored without diagnoses")
        }
        if factors?.cell(age: age, sex: sex, enrollment: enrollment) == nil {
            credits.notes.append(
                "no age and sex factor for \(sex.rawValue), \(age) in segment \(enrollment.segment.rawValue): "
                    + "the score is of diagnoses alone")
        }
        return credits.result(name, model.version + ", segment \(enrollment.segment.rawValue)")
    }
}
