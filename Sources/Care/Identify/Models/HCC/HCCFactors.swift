/// The relative factors of one segment, laid out for scoring.
struct HCCFactors: Sendable {
    struct Named: Sendable {
        let name: String
        let weight: Thousandths
    }

    struct Interaction: Sendable {
        let name: String
        let weight: Thousandths
        let left: CategorySet
        /// Nil: one side is enough.
        let right: CategorySet?
        let onlyDisabled: Bool
    }

    /// By place of the category.
    let categories: [Thousandths]
    /// By number of payment categories, 0 to 10.
    let counts: [Named?]
    let interactions: [Interaction]
    let originallyDisabledFemale: Named?
    let originallyDisabledMale: Named?
    let medicaid: Named?
    private let cells: [Named?]

    static let oldest = 120

    /// The age and sex cell; nil where the segment has none, and for a sex that the models do not know.
    func cell(age: Int, sex: AdministrativeSex, enrollment: CMSEnrollment) -> Named? {
        guard sex == .female || sex == .male else { return nil }
        let years = min(max(age, 0), HCCFactors.oldest)
        let entitlement = (enrollment.medicaid ? 1 : 0) + (enrollment.originallyDisabled && age >= 65 ? 2 : 0)
        let place = (entitlement * 2 + (sex == .female ? 1 : 0)) * (HCCFactors.oldest + 1) + years
        return cells.indices.contains(place) ? cells[place] : nil
    }

    init(
        segment: HCCSegment, factors: [String: Thousandths], hccs: [Int], rules: [HCCModel.InteractionRule]
    ) {
        func named(_ name: String) -> Named? { factors[name].map { Named(name: name, weight: $0) } }
        categories = hccs.map { factors["HCC\($0)"] ?? .zero }
        counts = (0...10).map { $0 == 0 ? nil : named($0 == 10 ? "D10P" : "D\($0)") }
        interactions = rules.compactMap { rule in
            factors[rule.variable].map {
                Interaction(
                    name: rule.variable, weight: $0, left: rule.left, right: rule.right, onlyDisabled: rule.onlyDisabled
                )
            }
        }
        originallyDisabledFemale = segment.isCommunityAged ? named("OriginallyDisabled_Female") : nil
        originallyDisabledMale = segment.isCommunityAged ? named("OriginallyDisabled_Male") : nil
        medicaid = named("LTIMCAID")
        cells = HCCFactors.cells(segment: segment, named: named)
    }

    private static func cells(segment: HCCSegment, named: (String) -> Named?) -> [Named?] {
        let shared = [(0, 34), (35, 44), (45, 54), (55, 59), (60, 64)]
        let single = [(65, 65), (66, 66), (67, 67), (68, 68), (69, 69)]
        let older = [(70, 74), (75, 79), (80, 84), (85, 89), (90, 94), (95, oldest)]
        let bands = shared + (segment.usesDiagnoses ? [(65, 69)] : single) + older

        var cells: [Named?] = []
        for entitlement in 0..<4 {
            let (isMedicaid, wasDisabled) = (entitlement & 1 == 1, entitlement & 2 == 2)
            for sex in ["M", "F"] {
                for (first, last) in bands {
                    let ages = first == last ? "\(first)" : last == oldest ? "\(first)_GT" : "\(first)_\(last)"
                    let name =
                        if segment.usesDiagnoses {
                            "\(sex)\(ages)"
                        } else {
                            // Under 65 there is no "originally": the person is entitled by disability now.
                            "\(isMedicaid ? "" : "N")MCAID_\(wasDisabled && first >= 65 ? "" : "N")ORIGDIS_NE\(sex)\(ages)"
                        }
                    cells += Array(repeating: named(name), count: last - first + 1)
                }
            }
        }
        return cells
    }
}
