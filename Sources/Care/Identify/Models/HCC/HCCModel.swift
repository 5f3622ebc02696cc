/// One version of the CMS-HCC payment model: categories, hierarchy, interactions, edits and relative factors.
///
/// Scores are raw: neither normalised nor adjusted for coding intensity, which change by payment year.
struct HCCModel: Sendable {
    struct InteractionRule: Sendable {
        let variable: String
        let onlyDisabled: Bool
        let left: CategorySet
        let right: CategorySet?
    }

    let version: String
    /// Category numbers, ascending; a category's place here is its bit.
    let hccs: [Int]
    let labels: [String]
    let covers: [CategorySet]
    /// A category that counts only beside one of these.
    let needs: [(place: Int, oneOf: CategorySet)]
    let edits: [HCCEdit]
    private let factors: [HCCFactors]

    func factors(_ segment: HCCSegment) -> HCCFactors? {
        guard let place = HCCSegment.allCases.firstIndex(of: segment), factors.indices.contains(place) else {
            return nil
        }
        return factors[place]
    }

    /// The categories of one diagnosis for a person of this age and sex.
    func mapped(_ categories: CategorySet, edit: UInt8, age: Int, sex: AdministrativeSex) -> CategorySet {
        guard let rule = self.edit(edit, age: age, sex: sex) else { return categories }
        return rule.instead ?? CategorySet()
    }

    /// The edit that applies, when one does.
    func edit(_ number: UInt8, age: Int, sex: AdministrativeSex) -> HCCEdit? {
        let place = Int(number) - 1
        guard edits.indices.contains(place), edits[place].applies(age: age, sex: sex) else { return nil }
        return edits[place]
    }

    /// The categories that stay after the hierarchy.
    func counted(_ present: CategorySet) -> CategorySet {
        var mapped = present
        for need in needs where mapped.contains(need.place) && !mapped.intersects(need.oneOf) {
            var lone = CategorySet()
            lone.insert(need.place)
            mapped = mapped.subtracting(lone)
        }
        var covered = CategorySet()
        for place in mapped where place < covers.count { covered.formUnion(covers[place]) }
        return mapped.subtracting(covered)
    }

    /// The raw score of the categories mapped from diagnoses after edits, before the hierarchy. Age is in years at
    /// 1 February of the payment year.
    func score(_ present: CategorySet, age: Int, sex: AdministrativeSex, enrollment: CMSEnrollment) -> Thousandths {
        guard let factors = factors(enrollment.segment) else { return .zero }
        var sum = Thousandths.zero
        if enrollment.segment.usesDiagnoses, !present.isEmpty {
            let counted = counted(present)
            for place in counted where place < factors.categories.count { sum += factors.categories[place] }
        }
        eachExtra(present, age: age, sex: sex, enrollment: enrollment, factors: factors) { sum += $0.weight }
        return sum
    }

    /// Everything that counts beside single categories: age and sex, entitlement, interactions, number of categories.
    func eachExtra(
        _ present: CategorySet, age: Int, sex: AdministrativeSex, enrollment: CMSEnrollment, factors: HCCFactors,
        _ body: (HCCFactors.Named) -> Void
    ) {
        if let cell = factors.cell(age: age, sex: sex, enrollment: enrollment) { body(cell) }
        if enrollment.originallyDisabled, age >= 65 {
            if sex == .female, let female = factors.originallyDisabledFemale { body(female) }
            if sex == .male, let male = factors.originallyDisabledMale { body(male) }
        }
        if enrollment.medicaid, let medicaid = factors.medicaid { body(medicaid) }
        guard enrollment.segment.usesDiagnoses, !present.isEmpty else { return }
        let counted = counted(present)
        for rule in factors.interactions where counted.intersects(rule.left) {
            if rule.onlyDisabled, age >= 65 { continue }
            if let right = rule.right, !counted.intersects(right) { continue }
            body(HCCFactors.Named(name: rule.name, weight: rule.weight))
        }
        if let count = factors.counts[min(counted.count, 10)], count.weight != .zero { body(count) }
    }

    init(
        version: String, hccs: [Int], labels: [String], covers: [CategorySet],
        needs: [(place: Int, oneOf: CategorySet)], edits: [HCCEdit], factors: [HCCFactors]
    ) {
        self.version = version
        self.hccs = hccs
        self.labels = labels
        self.covers = covers
        self.needs = needs
        self.edits = edits
        self.factors = factors
    }
}
