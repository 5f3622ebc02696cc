package import FHIR
package import Records

/// Says why something that a result asks for is not done. It is read when the same comes up again.
package struct DeclineOffer: Sendable {
    /// The id of the Patient.
    package let person: String
    /// The id of the QuestionnaireResponse.
    package let response: String
    /// As ``Offer/id``.
    package let offer: String
    /// A code of ``OfferLibrary/declineReasons``.
    package let reason: String?
    package let note: String?
    package let care: CareContent
    /// The day at the site.
    package let today: CalendarDay

    package init(
        person: String, response: String, offer: String, reason: String?, note: String?, care: CareContent,
        today: CalendarDay
    ) {
        self.person = person
        self.response = response
        self.offer = offer
        self.reason = reason
        self.note = note
        self.care = care
        self.today = today
    }

    /// - Throws: ``FormProblems`` on `reason` or `note`; ``NotNow`` when it was accepted.
    package func perform(in change: Change) throws {
        let (entry, asked) = try AcceptOffer.find(
            offer, of: response, person: person, care: care, today: today, in: change)
        if let decision = asked.decision {
            guard decision.answer == .declined else {
                throw NotNow("This was accepted already.")
            }
            return
        }
        var checks = PlanChecks()
        let chosen = care.offers.declineReasons.first { $0.code == reason }
        if chosen == nil {
            checks.refuse("reason", "Choose why not.")
        }
        let note = checks.short("note", note, most: TextLimit.line)
        if chosen?.code == "other", note == nil, checks.problems.isEmpty {
            checks.refuse("note", "Say why.")
        }
        try checks.finish()
        let words = [chosen?.words, note].compactMap(\.self).joined(separator: ". ")
        try OfferDecision.keep(
            asked, of: entry, person: person, answer: .declined, reason: words, in: change)
    }
}
