import FHIR
package import Records

/// Which forms are due to be asked, from what was asked before.
package struct DueQuestions: Sendable {
    package struct Due: Sendable {
        package let instrument: Instrument
        /// When it was last answered; nil: never.
        package let last: Int64?
        /// Short enough to be asked within the call itself.
        package let isShort: Bool
    }

    /// What is asked of everyone, in this order; short ones within the call, others on their own page.
    static let routine = ["phq-2", "sils", "steadi-falls", "whole-person-intake", "intake-child"]
    static let longestShort = 3

    package static let reads: Set<String> = ["Patient", "QuestionnaireResponse", "EpisodeOfCare"]

    package let due: [Due]

    /// Finds which questions are due, at a time in milliseconds since 1970: the routine forms that were last completed
    /// longer ago than the person's programme asks again, or never.
    package init(_ record: PersonRecord, care: CareContent, at now: Int64) {
        let program = Enrollment.all(record).last { $0.isOpen }.flatMap { care.programs[$0.program] }
        let every = Int64(program?.reassessDays ?? 365) * 86_400_000
        let age = AssessedPerson(record.patient, now: now).age
        due = Self.routine.compactMap { name in
            guard let instrument = care.instruments[name], instrument.asking.fits(age: age) else {
                return nil
            }
            let last = record.all("QuestionnaireResponse").filter { response in
                let asked = response.root.text("questionnaire").flatMap { care.instruments.named(by: $0) }
                return (asked?.name == name || asked?.isIntake == true && instrument.isIntake)
                    && response.root.text("status") == "completed"
            }.compactMap { CareMoment.of($0.root.text("authored")) }.max()
            guard last.map({ $0 + every <= now }) ?? true else {
                return nil
            }
            return Due(instrument: instrument, last: last, isShort: instrument.questions.count <= Self.longestShort)
        }
    }
}
