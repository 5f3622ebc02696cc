import FHIR
package import Records

/// The clock of one enrolment: whether the assessment was begun and completed, and until when it is to be. Computed from what is
/// stored; nothing is written down for it.
package struct AssessmentClock: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case notBegun
        /// Since when, milliseconds since 1970.
        case begun(Int64)
        case complete(Int64)
    }

    /// How often somebody was tried without an answer, and by how many means.
    package struct Tried: Sendable, Equatable {
        package let attempts: Int
        package let means: Int
        /// As often, and by as many means, as the site asks for.
        package let isEnough: Bool
    }

    /// The id of the EpisodeOfCare.
    package let episode: String
    package let program: String
    package let state: State
    /// Milliseconds since 1970.
    package let beginBy: Int64
    package let completeBy: Int64
    package let tried: Tried

    /// What ``all(_:clocks:now:)`` has to be given of the person.
    package static let reads: Set<String> = ["Communication", "Encounter", "EpisodeOfCare", "QuestionnaireResponse"]

    /// Until when the next step is due; nil when nothing is.
    package var due: Int64? {
        switch state {
        case .notBegun: beginBy
        case .begun: completeBy
        case .complete: nil
        }
    }

    package func isOverdue(at now: Int64) -> Bool { due.map { $0 < now } ?? false }

    /// A clock for each open enrolment.
    /// - Parameters:
    ///   - record: the person, with the types of ``reads``.
    ///   - clocks: the site's figures.
    ///   - now: milliseconds since 1970.
    /// - Returns: in the order in which they were enrolled.
    package static func all(_ record: PersonRecord, clocks: AssessmentClocks, now: Int64) -> [AssessmentClock] {
        let open = Enrollment.all(record).filter { $0.status == .active }
        guard !open.isEmpty else {
            return []
        }
        let forms = record.all("QuestionnaireResponse").compactMap { Assessed($0, clocks) }
        return open.compactMap { enrolment in
            enrolment.start.map { start in
                AssessmentClock(enrolment, from: start, forms, record, clocks, now: now)
            }
        }
    }

    private init(
        _ enrolment: Enrollment, from start: Int64, _ forms: [Assessed], _ record: PersonRecord,
        _ clocks: AssessmentClocks, now: Int64
    ) {
        let day: Int64 = 86_400_000
        let times = clocks.times(in: enrolment.program)
        let counted = forms.filter { $0.at >= start - Int64(clocks.countsFromBeforeDays) * day }
        episode = enrolment.id
        program = enrolment.program
        beginBy = start + Int64(times.begunWithinDays) * day
        completeBy = start + Int64(times.completeWithinDays) * day
        state =
            counted.filter(\.isComplete).map(\.at).min().map { .complete($0) }
            ?? counted.map(\.at).min().map { .begun($0) } ?? .notBegun
        tried = Self.tried(record, clocks.unreachable, from: start, now: now)
    }

    /// Attempts since the last time that somebody was reached.
    private static func tried(
        _ record: PersonRecord, _ rule: AssessmentClocks.Unreachable, from start: Int64, now: Int64
    ) -> Tried {
        let reached = Attempt.all(record).filter(\.reached).compactMap(\.at).max() ?? .min
        let since = max(start, now - Int64(rule.overDays) * 86_400_000)
        var means: Set<String> = []
        var count = 0
        for message in record.all("Communication") {
            let root = message.root
            guard root.text("status") == "not-done",
                CareCode.code(root["statusReason"], in: CareCode.outcome) != nil,
                let at = CareMoment.of(root.text("sent")), at > reached, at >= since, at <= now
            else {
                continue
            }
            count += 1
            means.formUnion(root.list("medium").flatMap { $0.list("coding") }.compactMap { $0.text("code") })
        }
        return Tried(
            attempts: count, means: means.count, isEnough: count >= rule.attempts && means.count >= rule.means)
    }
}

/// An answered form that is the assessment.
private struct Assessed {
    let at: Int64
    let isComplete: Bool

    init?(_ response: Resource, _ clocks: AssessmentClocks) {
        let root = response.root
        let start = "urn:almoner:questionnaire:"
        guard let url = root.text("questionnaire")?.prefix(while: { $0 != "|" }), url.hasPrefix(start),
            clocks.forms.contains(String(url.dropFirst(start.count))),
            let status = root.text("status"), ["in-progress", "completed", "amended"].contains(status)
        else {
            return nil
        }
        at = root.text("authored").flatMap { FHIRDate($0)?.low } ?? response.updated
        isComplete = status != "in-progress"
    }
}
