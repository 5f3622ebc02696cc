import Access
import Care
import Records

/// What is kept between a young person and the care team, in words for both of them. It never tells whether there is anything.
struct PortalKept {
    private let ages: MinorRules
    private let language: PlanLanguage

    init(_ services: Services, _ language: PlanLanguage) {
        ages = services.records.policy.ages
        self.language = language
    }

    /// - Returns: nil for whoever is no parent or guardian of a young person.
    func toParent(of minor: MinorRules.Minor?) -> String? {
        guard minor == .adolescent else {
            return nil
        }
        let (whole, majority) = (ages.wholeRecordBelow, ages.majority)
        return language.say(
            "From \(whole) years some things are between a young person and the care team. They are not shown here, whether there are any or not. From \(majority) years you see nothing here.",
            "Desde los \(whole) años algunas cosas quedan entre la persona joven y su equipo. No se muestran aquí, las haya o no. Desde los \(majority) años usted no ve nada aquí."
        )
    }

    /// What the young person reads of it.
    var words: [String] { language == .es ? ages.keptInSpanish : ages.keptInWords }
}
