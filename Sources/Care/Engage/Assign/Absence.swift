import FHIR
package import Records

/// Somebody is away, and who does their work meanwhile: a Schedule with service type `urn:almoner:absence`; the first actor
/// is away, the second covers.
package struct Absence: Sendable, Equatable {
    package let id: String
    package let version: Int
    /// For example `Practitioner/ruth`.
    package let who: String
    package let cover: String?
    /// Milliseconds since 1970; the end is not part of it.
    package let from: Int64
    package let until: Int64

    /// The longest absence in milliseconds: it bounds how far back one looks for who is away.
    package static let longest: Int64 = 366 * 86_400_000
    static let system = "urn:almoner:absence"
    static let code = "away"

    package func covers(_ moment: Int64) -> Bool { from <= moment && moment < until }

    /// The absences that take any part of a stretch of time, in their order.
    package static func all(from: Int64, until: Int64, by reader: Reader) throws -> [Absence] {
        guard from < until else {
            return []
        }
        return try reader.search(
            Query(
                "Schedule",
                [
                    .token("service-type", system: system, code: code), .token("active", system: nil, code: "true"),
                    .date("date", (from - longest)..<until),
                ])
        ).compactMap(Absence.init).filter { $0.until > from }.sorted { ($0.from, $0.id) < ($1.from, $1.id) }
    }

    /// Whose work somebody does at a moment.
    package static func covered(by cover: String, at now: Int64, _ reader: Reader) throws -> [Absence] {
        try all(from: now, until: now + 1, by: reader).filter { $0.cover == cover }
    }

    init?(_ schedule: Resource) {
        let actors = schedule.root.list("actor").compactMap { $0.text("reference") }
        guard let who = actors.first,
            let from = CareMoment.of(schedule.root.text("planningHorizon", "start")),
            let until = CareMoment.of(schedule.root.text("planningHorizon", "end"))
        else {
            return nil
        }
        id = schedule.id
        version = schedule.version
        self.who = who
        cover = actors.dropFirst().first
        self.from = from
        self.until = until
    }
}

/// Writes down that somebody is away, and who covers. Only who may write Schedules does.
package struct AddAbsence: Sendable {
    package let who: String?
    package let cover: String?
    /// Milliseconds since 1970; nil: not given, or no real day.
    package let from: Int64?
    package let until: Int64?

    package init(who: String?, cover: String?, from: Int64?, until: Int64?) {
        self.who = who
        self.cover = cover
        self.from = from
        self.until = until
    }

    /// - Throws: ``FormProblems`` on `away`, `cover`, `from` or `until`.
    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        var problems = FormProblems([])
        if try !Colleague.works(who, by: change.reader) {
            problems.all.append(.init("away", "Choose who is away."))
        }
        if cover != nil, cover == who {
            problems.all.append(.init("cover", "Somebody else has to cover."))
        } else if cover != nil, try !Colleague.works(cover, by: change.reader) {
            problems.all.append(.init("cover", "Choose who covers from the list."))
        }
        if from == nil {
            problems.all.append(.init("from", "Say the first day."))
        }
        if until == nil {
            problems.all.append(.init("until", "Say the last day."))
        }
        try problems.check()
        guard let who, let from, let until else {
            throw problems
        }
        guard until > from else {
            throw FormProblems("until", "The last day comes before the first.")
        }
        guard until > change.now else {
            throw FormProblems("until", "This is over already.")
        }
        guard until - from <= Absence.longest else {
            throw FormProblems("until", "An absence is at most a year long.")
        }
        for other in try Absence.all(from: from, until: until, by: change.reader) {
            if other.who == who {
                throw FormProblems("from", "They are away in this time already. Take that one off first.")
            }
            if other.who == cover {
                throw FormProblems("cover", "They are away in this time themselves.")
            }
            if other.cover == who {
                throw FormProblems("away", "They cover for somebody in this time. Give that to somebody else first.")
            }
        }
        return try change.create(
            Stretch.schedule(
                CareCode.concept(Absence.system, Absence.code), [who, cover], from: from, until: until))
    }
}

/// Takes an absence off. The Schedule stays, no longer active.
package struct EndAbsence: Sendable {
    package let id: String
    /// The version that was read.
    package let version: Int?

    package init(id: String, version: Int?) {
        self.id = id
        self.version = version
    }

    @discardableResult
    package func perform(in change: Change) throws -> Resource {
        try Stretch.end(id, ifVersion: version, of: Absence.system, in: change)
    }
}
