package import Records

/// What one person has to do now: safety items first, then their own tasks of the days up to a week ahead, day by day
/// with the urgent ones of a day before its others; what nobody owns; whom they stand in for; the appointments of the day.
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
    /// How many tasks wait, counted up to ``mostCounted`` and the safety items.
    package let count: Int
    /// Whether own tasks are due after the week that this list covers.
    package let hasLater: Bool
    package let unowned: [WorkRow]
    package let hasMoreUnowned: Bool
    package let duty: Duty
    /// Whose work is on this list besides one's own, as long as they are away.
    package let covered: [Absence]
    package let day: [Appointment]

    /// No more than these are read; who has more sees the earliest.
    package static let mostCounted = 400
    private static let pageLength = 50
    private static let mostUnowned = 10
    private static let dayLong: Int64 = 86_400_000

    /// What is due from then on does not stand in today's list: the end of the seventh day to come.
    package static func horizon(_ day: Range<Int64>) -> Int64 { day.upperBound + 7 * dayLong }

    /// Reads the list of `me` (for example `Practitioner/ruth`). Times are milliseconds since 1970, `day` is the stretch of
    /// today where the site is, `after` is ``next`` of the page before.
    package static func read(
        me: String, now: Int64, day: Range<Int64>, after: String?, by reader: Reader
    ) throws -> TodayList {
        let duty = try duty(me, now, reader)
        let safety = after == nil ? try safetyItems(me, now, duty, reader) : []
        let covered = try Absence.covered(by: me, at: now, reader)
        var mine = try week(me, now, day, reader)
        if !covered.isEmpty {
            let theirs = try covered.flatMap { try week($0.who, now, day, reader) }
            mine = (mine + theirs).map { (Place($0, day), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
        }
        let rest = after.map { place in mine.filter { Place($0, day) > Place(place) } } ?? mine
        let shown = Array(rest.prefix(pageLength))
        let nobodys = try unownedItems(now, reader)
        return TodayList(
            rows: safety + shown, next: rest.count > pageLength ? shown.last.map { Place($0, day).text } : nil,
            count: safety.count + mine.count, hasLater: try hasLater(me, now, day, reader),
            unowned: Array(nobodys.prefix(mostUnowned)), hasMoreUnowned: nobodys.count > mostUnowned, duty: duty,
            covered: covered, day: try appointments(me, day, reader))
    }

    /// Where a task stands in the list: its day, urgent before the rest of the day, then the time due.
    private struct Place: Comparable {
        let numbers: [Int64]
        let task: String

        init(_ row: WorkRow, _ day: Range<Int64>) {
            let due = row.due ?? Work.noDue
            // Days late are taken apart as well; a day on which clocks change is off by an hour at most.
            let since = due - day.lowerBound
            numbers = [since >= 0 ? since / dayLong : (since + 1) / dayLong - 1, row.rank, due]
            task = row.task
        }

        /// A place that cannot be read is before all others.
        init(_ text: String) {
            let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
            let read = parts.prefix(3).compactMap { Int64($0) }
            numbers = parts.count == 4 && read.count == 3 ? read : []
            task = numbers.isEmpty ? "" : parts.last.map(String.init) ?? ""
        }

        var text: String { (numbers.map(String.init) + [task]).joined(separator: ".") }

        static func < (one: Place, other: Place) -> Bool {
            one.numbers == other.numbers
                ? one.task < other.task : one.numbers.lexicographicallyPrecedes(other.numbers)
        }
    }

    /// Own tasks that are late or due within the week, in their order, then those without a day.
    private static func week(
        _ me: String, _ now: Int64, _ day: Range<Int64>, _ reader: Reader
    ) throws -> [WorkRow] {
        func rows(_ span: RowQuery.Condition) throws -> [WorkRow] {
            var query = awake(me, now)
            query.conditions.append(span)
            query.limit = mostCounted
            return try reader.rows(query, Work.columns).compactMap(WorkRow.init)
        }
        let dated = try rows(.init("due", .less, .integer(horizon(day))))
        let undated = try rows(.init("due", .equal, .integer(Work.noDue)))
        return (dated + undated).prefix(mostCounted).map { (Place($0, day), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private static func hasLater(
        _ me: String, _ now: Int64, _ day: Range<Int64>, _ reader: Reader
    ) throws -> Bool {
        var query = RowQuery(Work.table)
        query.conditions = [
            .init("owner", .equal, .text(me)), .init("due", .greaterOrEqual, .integer(horizon(day))),
            .init("due", .less, .integer(Work.noDue)),
        ]
        query.limit = 1
        return try reader.count(query) > 0
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

    /// What someone owns and has not put aside, but for safety items, the earliest due first.
    private static func awake(_ owner: String, _ now: Int64) -> RowQuery {
        var query = RowQuery(Work.table)
        query.conditions = [
            .init("owner", .equal, .text(owner)), .init("rank", .greater, .integer(Work.safety)),
            .init("wake", .lessOrEqual, .integer(now)), .init("behind", .equal, .integer(0)),
        ]
        query.order = [("due", false)]
        return query
    }

    private static func unownedItems(_ now: Int64, _ reader: Reader) throws -> [WorkRow] {
        var query = awake("", now)
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
