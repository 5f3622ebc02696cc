/// Whether the consents of a person disclose one kind of labelled record now. Pure, and closed in doubt.
///
/// 42 CFR 2.31(a)(4), 2.33: one consent for treatment, payment and operations is enough, also for what comes later; taking it
/// back works from then on.
package struct DisclosureDecision: Sendable, Equatable {
    package let isGiven: Bool
    /// When this may be otherwise, milliseconds since 1970; nil: as long as no consent changes.
    package let until: Int64?
    package let why: String

    /// - Parameters:
    ///   - consents: all of the person.
    ///   - kind: in `urn:almoner:consent`.
    ///   - now: milliseconds since 1970.
    package init(_ consents: [ConsentReading], kind: String, at now: Int64) {
        let ours = consents.filter { $0.kind == kind }
        func holds(_ consent: ConsentReading) -> Bool {
            (consent.from ?? .min) <= now && now < (consent.until ?? .max)
        }
        until = ours.filter { if case .unclear = $0.answer { false } else { true } }
            .flatMap { [$0.from, $0.until].compactMap { $0 } }.filter { $0 > now }.min()
        if ours.contains(where: { $0.answer == .deny && holds($0) }) {
            isGiven = false
            why = "The person has said no."
        } else if ours.contains(where: { $0.answer == .permit && holds($0) }) {
            isGiven = true
            why = "The person has agreed."
        } else if ours.isEmpty {
            isGiven = false
            why = "The person has not been asked, or no consent is on file."
        } else {
            isGiven = false
            why = "No consent on file holds now."
        }
    }
}
