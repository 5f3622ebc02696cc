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
    /// The person's age in years; nil when it is not known.
    package let age: Int?
    package let sex: CutOffSex

    /// Reads the types of ``reads``; `now` is in milliseconds since 1970.
    package static func of(_ record: PersonRecord, library: InstrumentLibrary, now: Int64) -> AssessmentHistory {
        let person = AssessedPerson(record.patient, now: now)
        let entries = record.all("QuestionnaireResponse").compactMap { Entry($0, library: library, person: person) }
        return AssessmentHistory(
            entries: entries.enumerated().sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }
                .map(\.element), age: person.age, sex: person.sex)
    }

    package var drafts: [Entry] { entries.filter(\.isDraft) }

    package var handedIn: [Entry] { entries.filter { !$0.isDraft } }

    /// The last one of a form that was handed in.
    package func latest(_ instrument: String) -> Entry? { handedIn.first { $0.instrument.name == instrument } }

    /// The last whole-person intake that was handed in, whatever its age group.
    package var latestIntake: Entry? { handedIn.first { $0.instrument.isIntake } }

    /// The last intake that shares questions with a form.
    func latestIntake(likeOf instrument: Instrument) -> Entry? {
        let questions = Set(instrument.questions.map(\.linkId))
        return handedIn.first { entry in
            entry.instrument.isIntake && entry.instrument.questions.contains { questions.contains($0.linkId) }
        }
    }

    /// Why a form ought to be asked now.
    package enum Reason: Sendable, Equatable {
        case never
        /// The last one was handed in longer ago than its rule allows, in days.
        case again(last: Int64, days: Int)
        /// The result of another form asks for it.
        case asked(by: String, at: Int64)
    }

    /// The forms that are due: what a positive screen asked for and was not given since, what everyone of that age is
    /// asked and this person never was, and what was asked longer ago than the form's rule allows.
    /// `now` is in milliseconds since 1970.
    package func due(library: InstrumentLibrary, now: Int64) -> [(instrument: Instrument, reason: Reason)] {
        var due: [(instrument: Instrument, reason: Reason)] = []
        for entry in handedIn {
            guard let next = entry.screening.opens.flatMap({ library[$0] }),
                !due.contains(where: { $0.instrument.name == next.name }),
                latest(entry.instrument.name)?.response.id == entry.response.id,
                (latest(next.name)?.at ?? .min) < entry.at
            else { continue }
            due.append((next, .asked(by: entry.instrument.title, at: entry.at)))
        }
        let mine = library.all.filter { $0.asking.fits(age: age, sex: sex) }
        // Of two intakes the one for the narrower age is asked: an elder's, not that of every adult.
        let intake = mine.filter { $0.isIntake && $0.asking.isRoutine }.max {
            ($0.asking.fromAge ?? 0, $0.title) < ($1.asking.fromAge ?? 0, $1.title)
        }
        let order = mine.filter { !$0.isIntake }
        for form in [intake].compactMap(\.self) + order {
            let isThere = due.contains {
                $0.instrument.name == form.name || form.asking.alsoCounts.contains($0.instrument.name)
            }
            if !isThere, let reason = reason(for: form, now: now) {
                due.append((form, reason))
            }
        }
        return due
    }

    private func reason(for form: Instrument, now: Int64) -> Reason? {
        let last = handedIn.first { entry in
            form.isIntake
                ? entry.instrument.isIntake
                : entry.instrument.name == form.name || form.asking.alsoCounts.contains(entry.instrument.name)
        }
        guard let last else {
            return form.asking.isRoutine ? .never : nil
        }
        let band = last.instrument.name == form.name ? last.screening.band?.severity : nil
        guard let days = form.asking.days(after: band),
            now - last.at > Int64(days) * 86_400_000
        else {
            return nil
        }
        return .again(last: last.at, days: days)
    }
}

extension Instrument {
    /// Whether it asks about the whole person, part by part.
    var isIntake: Bool { !domains.isEmpty }
}

extension AssessmentHistory.Entry {
    /// nil when it is no form of ours, or was entered in error.
    package init?(_ response: Resource, library: InstrumentLibrary, person: AssessedPerson) {
        let status = response.root.text("status")
        guard let canonical = response.root.text("questionnaire"), let form = library.named(by: canonical),
            status != "entered-in-error", status != "stopped"
        else { return nil }
        self.response = response
        answers = form.answers(from: response.root)
        let instrument = form.asAnswered(response.root, answers)
        self.instrument = instrument
        isDraft = status == "in-progress"
        screening = instrument.score(answers, sex: person.sex, age: person.age, closing: !isDraft)
        at = response.root.text("authored").flatMap { FHIRDate($0)?.low } ?? response.updated
        author = response.root.text("author", "reference")
    }
}
