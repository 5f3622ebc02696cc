/// One model's score of one person, with what drove it and what did not count.
///
/// The weights of `drivers` add up to `result`. Every code given stands in `drivers` (once a category) or, with its
/// reason, in `notCounted`; a code repeated letter by letter is one code.
package struct ModelResult: Sendable, Equatable {
    package struct Driver: Sendable, Equatable {
        /// The code as given; empty for what no single code causes (age and sex, interaction, number of categories).
        package let code: String
        /// The model's own name: `chf`, `HCC37`, `F05`, `F75_79`, `DIABETES_HF_V28`, `D5`.
        package let category: String
        package let weight: Thousandths
        /// Words for people; empty where the model has none.
        package let label: String
        /// The ICD-10-CM code that was read, when the code given was another.
        package let readAs: String?
    }

    package struct Uncounted: Sendable, Equatable {
        package let code: String
        package let reason: String
    }

    /// `charlson-original`, `charlson-quan2011`, `elixhauser-vanwalraven`, `hfrs`, `cms-hcc-v24` or `cms-hcc-v28`.
    package let model: String
    /// The published version of the points and code lists.
    package let version: String
    /// The raw number.
    package let result: Thousandths
    package let drivers: [Driver]
    package let notCounted: [Uncounted]
    /// Charlson only: the result with points for age.
    package let ageAdjusted: Thousandths?
    /// What a reader must know: an assumption made, a part that is missing.
    package let notes: [String]
}
