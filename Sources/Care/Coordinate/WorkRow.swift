import Records

/// One open task in a list: who, why now, how to reach them. Plain data, ready to be said.
package struct WorkRow: Sendable {
    package let task: String
    package let version: Int
    package let person: String
    package let code: TaskCode
    package let rank: Int64
    /// For example `Practitioner/ruth`; nil: nobody.
    package let owner: String?
    /// Milliseconds since 1970.
    package let due: Int64?
    package let pausedUntil: Int64?
    package let title: String
    package let why: String
    package let name: String
    /// The year of birth.
    package let born: String?
    package let number: String?
    package let condition: String?
    /// A BCP 47 code.
    package let language: String?
    package let needsInterpreter: Bool
    package let phone: String?
    /// nil: ask before leaving a message.
    package let mayLeaveMessage: Bool?
    package let safeContact: String?
    /// Milliseconds since 1970; nil: nobody has spoken with the person yet.
    package let lastContact: Int64?
    /// How many further steps of the same event this one stands for.
    package let more: Int

    package var isSafety: Bool { rank == Work.safety }
    package var isUrgent: Bool { rank <= Work.urgent }

    init?(_ row: FoundRow) {
        func text(_ column: String) -> String? {
            row.text(column).flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let task = text("task"), let code = text("code").flatMap(TaskCode.init) else {
            return nil
        }
        self.task = task
        self.code = code
        version = Int(row.integer("version") ?? 0)
        person = row.person
        rank = row.integer("rank") ?? Work.routine
        owner = text("owner")
        due = row.integer("due").flatMap { $0 == Work.noDue ? nil : $0 }
        pausedUntil = row.integer("wake").flatMap { $0 == 0 ? nil : $0 }
        title = text("title") ?? code.title
        why = text("why") ?? ""
        name = text("name") ?? "Name not recorded"
        born = text("born")
        number = text("number")
        condition = text("condition")
        language = text("language")
        needsInterpreter = row.integer("interpreter") == 1
        phone = text("phone")
        mayLeaveMessage = row.integer("message").flatMap { $0 == 0 ? nil : $0 == 1 }
        safeContact = text("safe")
        lastContact = row.integer("last_contact").flatMap { $0 == 0 ? nil : $0 }
        more = Int(row.integer("more") ?? 0)
    }
}

/// A page of open tasks and where the next one begins.
package struct WorkPage: Sendable {
    package let rows: [WorkRow]
    /// Where the next page begins; nil: there is no more.
    package let next: String?

    /// Reads on from where the page before ended; a place that cannot be read begins at the start.
    static func read(_ query: RowQuery, after: String?, limit: Int, by reader: Reader) throws -> WorkPage {
        var query = query
        query.limit = limit + 1
        let place = (after ?? "").split(separator: ".").map { Int64($0) }
        if place.count == query.order.count + 2, !place.contains(nil) {
            query.after = place.compactMap { $0.map(SQLValue.integer) }
        }
        let found = try reader.rows(query, Work.columns)
        let shown = found.prefix(limit)
        var next: String?
        if found.count > limit, let last = shown.last {
            next = last.cursor(of: query).map { if case .integer(let number) = $0 { "\(number)" } else { "" } }
                .joined(separator: ".")
        }
        return WorkPage(rows: shown.compactMap(WorkRow.init), next: next)
    }
}
