import FHIR
package import Records

/// The forms of our own that one person has answered, newest first.
package struct AssessmentHistory: Sendable {
    /// What ``of(_:library:now:)`` has to be given of the person.
    package static let reads: Set<String> = ["Patient", "QuestionnaireResponse"]

    /// One form, handed in or still a draft.
    package struct Entry: Sendable {
        package let instrument: Instrument
        package let response: Resource
        package let answers: Answers
        package let screening: Screening
        /// When it was answered, milliseconds since 1970.
        package let at: Int64
        /// Who wrote the answers down, for example `Practitioner/ruth`.
        package let author: String?
        package let isDraft: Bool
    }

    package let entries: [Entry]

    /// Reads the types of ``reads``; `now` is in milliseconds since 1970.
    package static func of(_ record: PersonRecord, library: InstrumentLibrary, now: Int64) -> AssessmentHistory {
        let person = AssessedPerson(record.patient, now: now)
        let entries = record.all("QuestionnaireResponse").compactMap { Entry($0, library: library, person: person) }
        return AssessmentHistory(
            entries: entries.enumerated().sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }
                .map(\.element))
    }

    package var drafts: [Entry] { entries.filter(\.isDraft) }

    package var handedIn: [Entry] { entries.filter { !$0.isDraft } }

    /// The last one of a form that was handed in.
    package func latest(_ instrument: String) -> Entry? { handedIn.first { $0.instrument.name == instrument } }

    /// Why a form ought to be asked now.
    package enum Reason: Sendable, Equatable {
        case never
        /// The last one was handed in more than a year ago.
        case overAYear(Int64)
        /// The result of another form asks for it.
        case asked(by: String, at: Int64)
    }

    /// The forms that are due: the intake when there is none, the screen for mood once a year (both as CMS asks of a
    /// yearly visit), and what a positive screen asked for and was not given since.
    /// `now` is in milliseconds since 1970.
    package func due(library: InstrumentLibrary, now: Int64) -> [(instrument: Instrument, reason: Reason)] {
        var due: [(Instrument, Reason)] = []
        for entry in handedIn {
            guard let next = entry.screening.opens.flatMap({ library[$0] }),
                !due.contains(where: { $0.0.name == next.name }),
                latest(entry.instrument.name)?.response.id == entry.response.id,
                (latest(next.name)?.at ?? .min) < entry.at
            else { continue }
            due.append((next, .asked(by: entry.instrument.title, at: entry.at)))
        }
        if let intake = library["whole-person-intake"], latest(intake.name) == nil {
            due.append((intake, .never))
        }
        if let mood = library["phq-2"], !due.contains(where: { $0.0.name == "phq-9" }) {
            let last = ["phq-2", "phq-9"].compactMap { latest($0)?.at }.max()
            if let last {
                if now - last > 365 * 86_400_000 { due.append((mood, .overAYear(last))) }
            } else {
                due.append((mood, .never))
            }
        }
        return due
    }
}

extension AssessmentHistory.Entry {
    /// nil when it is no form of ours, or was entered in error.
    package init?(_ response: Resource, library: InstrumentLibrary, person: AssessedPerson) {
        let status = response.root.text("status")
        guard let canonical = response.root.text("questionnaire"), let instrument = library.named(by: canonical),
            status != "entered-in-error", status != "stopped"
        else { return nil }
        self.instrument = instrument
        self.response = response
        answers = instrument.answers(from: response.root)
        isDraft = status == "in-progress"
        screening = instrument.score(answers, sex: person.sex, age: person.age, closing: !isDraft)
        at = response.root.text("authored").flatMap { FHIRDate($0)?.low } ?? response.updated
        author = response.root.text("author", "reference")
    }
}
