/// What a social need of the Gravity SDOH guide is called, and its ICD-10-CM code.
package struct SocialNeedName: Sendable, Equatable {
    /// The category code, such as `food-insecurity`.
    package let category: String
    package let title: String
    /// ICD-10-CM code (FY2026, chapter 21, Z55 to Z65) with dot.
    package let icd10: String

    package static let all = [
        SocialNeedName(category: "food-insecurity", title: "Not enough food", icd10: "Z59.41"),
        SocialNeedName(category: "housing-instability", title: "May lose the place to live", icd10: "Z59.819"),
        SocialNeedName(category: "homelessness", title: "No place of their own to live", icd10: "Z59.00"),
        SocialNeedName(category: "inadequate-housing", title: "Home in bad repair", icd10: "Z59.19"),
        SocialNeedName(category: "transportation-insecurity", title: "No reliable way to get around", icd10: "Z59.82"),
        SocialNeedName(category: "utility-insecurity", title: "Power, heat or water hard to pay", icd10: "Z59.12"),
        SocialNeedName(category: "financial-insecurity", title: "Not enough money for daily needs", icd10: "Z59.86"),
        SocialNeedName(category: "social-connection", title: "Too little contact with people", icd10: "Z60.2"),
        SocialNeedName(category: "employment-status", title: "No work", icd10: "Z56.0"),
        SocialNeedName(category: "personal-health-literacy", title: "Health words are hard to read", icd10: "Z55.6"),
        SocialNeedName(category: "stress", title: "More stress than they can carry", icd10: "Z73.3"),
    ]

    package static func of(_ category: String) -> SocialNeedName? { all.first { $0.category == category } }

    private init(category: String, title: String, icd10: String) {
        self.category = category
        self.title = title
        self.icd10 = icd10
    }
}
