import Access
import Records

/// What is kept between a young person and the care team, in words for both of them. It never tells whether there is anything.
struct PortalKept {
    private let ages: MinorRules

    init(_ services: Services) { ages = services.records.policy.ages }

    /// - Returns: nil for whoever is no parent or guardian of a young person.
    func toParent(of minor: MinorRules.Minor?) -> String? {
        guard minor == .adolescent else {
            return nil
        }
        return
            "From \(ages.wholeRecordBelow) years some things are between a young person and the care team. They are not shown "
            + "here, whether there are any or not. From \(ages.majority) years you see nothing here."
    }

    /// What the young person reads of it.
    var words: [String] { ages.keptInWords }
}
