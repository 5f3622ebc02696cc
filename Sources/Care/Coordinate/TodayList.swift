package import Records

/// What one person has to do now: safety items first, then their own tasks by urgency and time left; what nobody owns;
/// whom they stand in for; the appointments of the day.
package struct TodayList: Sendable {
    package struct Appointment: Sendable {
        package let person: String
        /// Milliseconds since 1970.
        package let starts: Int64
        package let ends: Int64
        package let title: String
        package let name: String
    }

    package struct Duty: Sendable {
        package let isMine: Bool
        package let isBackup: Bool
        /// Who is on duty, and the backup, by name.
        package let who: String?
        package let backup: String?
        /// When the shift ends, milliseconds since 1970.
        package let until: Int64?
    }

    package let rows: [WorkRow]
    /// Where the rest of the list begins.
    package let next: String?
    /// How many tasks wait, counted up to ``mostCounted``.
    package let count: Int
    package let unowned: [WorkRow]
    package let hasMoreUnowned: Bool
    package let duty: Duty
    package let day: [Appointment]

    package static let mostCounted = 200
    private static let pageLength = 50
    private static let mostUnowned = 10

    /// Reads the list of `me` (for example `Practitioner/ruth`). Times are milliseconds since 1970, `day` is the stretch of
    /// today where the site is, `after` is ``next`` of the page before.
    package static func read(
        me: String, now: Int64, day: Range<Int64>, after: String?, by reader: Reader
    ) throws -> TodayList {
        let duty = try duty(me, now, reader)
        let safety = after == nil ? try safetyItems(me, now, duty, reader) : []
        let mine = try WorkPage.read(mine(me, now), after: after, limit: pageLength, by: reader)
        let nobodys = try unownedItems(now, reader)
        var counting = Self.mine(me, now)
        counting.limit = mostCounted
        return TodayList(
            rows: safety + mine.rows, next: mine.next, count: try safety.count + reader.count(counting),
            unowned: Array(nobodys.prefix(mostUnowned)), hasMoreUnowned: nobodys.count > mostUnowned, duty: duty,
            day: try appointments(me, day, reader))
    }

    /// Whoever is on duty or the backup sees every safety item; everyone sees their own, what nobody owns, and what
    /// was not acknowledged in time.
    private static func safetyItems(_ me: String, _ now: Int64, _ duty: Duty, _ reader: Reader) throws -> [WorkRow] {
        func items(_ conditions: [RowQuery.Condition]) throws -> [WorkRow] {
            var query = RowQuery(Work.table)
            query.conditions = [.init("rank", .equal, .integer(Work.safety))] + conditions
            query.order = [("due", false)]
            return try WorkPage.read(query, after: nil, limit: pageLength, by: reader).rows
        }
        if duty.isMine || duty.isBackup {
            return try items([])
        }
        var found = try items([.init("due", .less, .integer(now))])
        for owner in [me, ""] {
            found += try items([
                .init("owner", .equal, .text(owner)), .init("due", .greaterOrEqual, .integer(now)),
            ])
        }
        return found.sorted { ($0.due ?? Work.noDue) < ($1.due ?? Work.noDue) }
    }

    private static func mine(_ me: String, _ now: Int64) -> RowQuery {
        var query = RowQuery(Work.table)
        query.conditions = [
            .init("owner", .equal, .text(me)), .init("rank", .greater, .integer(Work.safety)),
            .init("wake", .lessOrEqual, .integer(now)),
        ]
        query.order = [("rank", false), ("due", false)]
        return query
    }

    private static func unownedItems(_ now: Int64, _ reader: Reader) throws -> [WorkRow] {
        var query = mine("", now)
        query.limit = mostUnowned + 1
        return try reader.rows(query, Work.columns).compactMap(WorkRow.init)
    }

    private static func duty(_ me: String, _ now: Int64, _ reader: Reader) throws -> Duty {
        let (who, backup) = try DutyRoster.onDuty(by: reader, at: now)
        let shift = try DutyRoster.shifts(from: now, until: now + 1, by: reader).last
        return Duty(
            isMine: who == me, isBackup: backup == me, who: try Colleague.name(who, by: reader),
            backup: try Colleague.name(backup, by: reader), until: shift?.until)
    }

    private static func appointments(_ me: String, _ day: Range<Int64>, _ reader: Reader) throws -> [Appointment] {
        var query = RowQuery(Work.appointments)
        query.conditions = [
            .init("who", .equal, .text(me)), .init("starts", .greaterOrEqual, .integer(day.lowerBound)),
            .init("starts", .less, .integer(day.upperBound)),
        ]
        query.order = [("starts", false)]
        return try reader.rows(query, ["starts", "ends", "title", "name"]).map { row in
            Appointment(
                person: row.person, starts: row.integer("starts") ?? 0, ends: row.integer("ends") ?? 0,
                title: row.text("title") ?? "", name: row.text("name") ?? "")
        }
    }
}
