package import FHIR
package import Records

/// An offer as it stands for one result: what it would make, why, and what was decided.
package struct OpenOffer: Sendable {
    package let offer: Offer
    /// What it would be called.
    package let title: String
    /// The result that asks for it.
    package let because: String
    /// Until when it would be done; nil when it has no day.
    package let due: CalendarDay?
    /// What was decided for this result.
    package let decision: OfferDecision?
    /// What was decided when an earlier result asked for the same.
    package let before: OfferDecision?

    /// What ``all(for:record:care:today:)`` has to be given of the person, beside ``AssessmentHistory/reads``.
    package static let reads: Set<String> = ["Task"]

    /// The offers for a result, in the order of the file.
    /// - Parameters:
    ///   - entry: a form that was handed in.
    ///   - record: the person, with the types of ``reads``.
    ///   - care: where offers and what they name are looked up.
    ///   - today: the day at the site.
    /// - Returns: what fits the person's age and can be asked here.
    package static func all(
        for entry: AssessmentHistory.Entry, record: PersonRecord, care: CareContent, today: CalendarDay
    ) -> [OpenOffer] {
        let person = AssessedPerson(record.patient, now: FHIRDate.millis(today))
        let decisions = OfferDecision.all(record)
        return care.offers.offers(of: entry.instrument.name).filter { $0.isFor(entry.screening) }.compactMap { offer in
            guard let made = words(of: offer.what, person: person, care: care, today: today) else {
                return nil
            }
            return OpenOffer(
                offer: offer, title: made.title, because: because(offer, entry), due: made.due,
                decision: decisions.first { $0.offer == offer.id && $0.response == entry.response.id },
                before: decisions.first { $0.offer == offer.id && $0.response != entry.response.id })
        }
    }

    /// nil when it is not for this person, or its wording is not here.
    private static func words(
        of what: Offer.What, person: AssessedPerson, care: CareContent, today: CalendarDay
    ) -> (title: String, due: CalendarDay?)? {
        switch what {
        case .task(let title, let days):
            return (title, today.adding(days: days))
        case .goal(let pack, let item):
            guard let pack = care.plans[pack], pack.ages.fit(person.age),
                let goal = pack.goals.first(where: { $0.id == item })
            else { return nil }
            return (goal.firstWords.en, today.adding(days: goal.dueInDays))
        case .step(let pack, let item):
            guard let pack = care.plans[pack], pack.ages.fit(person.age),
                let step = pack.interventions.first(where: { $0.id == item })
            else { return nil }
            return (step.title, today.adding(days: step.dueInDays))
        case .instrument(let name):
            guard let form = care.instruments[name], form.asking.fits(age: person.age, sex: person.sex) else {
                return nil
            }
            return ("Ask \(form.title)", today)
        case .programme(let id):
            guard let program = care.programs[id] else { return nil }
            return ("Offer \(program.title)", nil)
        case .need(let category):
            return ("Write down: \(SocialNeedName.of(category)?.title ?? category)", nil)
        }
    }

    private static func because(_ offer: Offer, _ entry: AssessmentHistory.Entry) -> String {
        let short = entry.instrument.short
        let total = entry.screening.total.flatMap { entry.instrument.scoring?.total?.combine == .max ? nil : $0 }
            .flatMap { entry.instrument.scoring?.written($0) }
        switch offer.when {
        case .positive, .bands:
            let words = [total, entry.screening.band?.severity].compactMap(\.self).joined(separator: ", ")
            return "\(short): \(words)"
        case .danger(let kind):
            let flag = entry.screening.safety.first { $0.kind == kind }
            return "\(short): “\(flag?.question ?? "")” was answered “\(flag?.answer ?? "")”"
        case .scale(let name):
            let scale = entry.screening.scales.first { $0.scale.name == name }
            return "\(short): \(scale?.scale.title ?? name) \(scale.map { String($0.points) } ?? "")"
        case .need(let category):
            let need = entry.screening.needs.first { $0.category == category }
            return "“\(need?.question ?? "")” was answered “\(need?.answer ?? "")”"
        }
    }
}
