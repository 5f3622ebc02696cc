package import Records

/// What everybody carries, by acuity: points of the people who are enrolled with them, beside what they can carry.
package struct CaseloadPicture: Sendable {
    package struct Load: Sendable, Equatable {
        package var points = 0.0
        package var people = 0
        /// Of them by tier; nil: not scored.
        package var byTier: [Tier?: Int] = [:]
    }

    package struct Desk: Sendable {
        package let staff: StaffMember
        package let load: Load
        package let paused: Int
        package let waiting: Int
        package let capacity: Double
        /// They are away now or soon; the first of these times.
        package let absence: Absence?
        /// Whose work they do now.
        package let covering: [Absence]

        /// 0 to 1, and above for who carries more than they can.
        package var share: Double { capacity > 0 ? load.points / capacity : 1 }
    }

    package let desks: [Desk]
    /// Enrolled, and nobody is named.
    package let unowned: Int

    /// - Parameters:
    ///   - staff: who has people in their care.
    ///   - rules: what a person weighs.
    ///   - now: milliseconds since 1970.
    ///   - reader: the view of the records; people are counted, not looked at.
    /// - Returns: everybody of the staff, in the order given.
    /// - Throws: what reading the records throws.
    package static func read(_ staff: [StaffMember], _ rules: AssignmentRules, at now: Int64, by reader: Reader) throws
        -> CaseloadPicture
    {
        var query = RowQuery(LoadProjection.table)
        query.limit = 20_000
        query.conditions = [.init("status", .equal, .text("active"))]
        var loads: [String: Load] = [:]
        for tally in try reader.tally(query, by: ["owner", "tier", "interpreter", "programs"]) {
            let tier = Tier(rawValue: Int(tally.integer(1)))
            let programs = tally.text(3).split(separator: " ").map(String.init)
            let points = rules.points(tier: tier, programs: programs, interpreter: tally.integer(2) == 1)
            var load = loads[tally.text(0)] ?? Load()
            load.points += points * Double(tally.count)
            load.people += tally.count
            load.byTier[tier, default: 0] += tally.count
            loads[tally.text(0)] = load
        }
        func counts(_ status: String) throws -> [String: Int] {
            query.conditions = [.init("status", .equal, .text(status))]
            return Dictionary(
                try reader.tally(query, by: ["owner"]).map { ($0.text(0), $0.count) },
                uniquingKeysWith: { first, _ in first })
        }
        let paused = try counts("onhold")
        let waiting = try counts("waitlist")
        let away = try Absence.all(
            from: now, until: now + Int64(max(1, rules.suggest.awayWithinDays)) * 86_400_000, by: reader)
        return CaseloadPicture(
            desks: staff.map { one in
                Desk(
                    staff: one, load: loads[one.reference] ?? Load(), paused: paused[one.reference] ?? 0,
                    waiting: waiting[one.reference] ?? 0, capacity: one.carries(rules),
                    absence: away.first { $0.who == one.reference },
                    covering: away.filter { $0.cover == one.reference && $0.covers(now) })
            }, unowned: loads[""]?.people ?? 0)
    }

    package subscript(reference: String) -> Desk? { desks.first { $0.staff.reference == reference } }
}

/// Somebody on a caseload, as it is moved from one to another.
package struct CarriedPerson: Sendable, Equatable {
    /// The id of the Patient.
    package let person: String
    package let name: String
    package let born: String
    package let tier: Tier?
    package let language: String
    package let needsInterpreter: Bool
    package let city: String
    /// Ids of the programmes.
    package let programs: [String]
    package let points: Double

    package static let mostRead = 300
    private static let columns = [
        "tier", "interpreter", "programs", "language", "city", "name", "born",
    ]

    /// Whom somebody carries, by name; an empty reference: whom nobody does.
    package static func of(_ owner: String, _ rules: AssignmentRules, by reader: Reader) throws -> [CarriedPerson] {
        var query = RowQuery(LoadProjection.table)
        query.conditions = [
            .init("owner", .equal, .text(owner)), .init("status", .equal, .text("active")),
        ]
        query.order = [("sort_name", false)]
        query.limit = mostRead
        return try reader.rows(query, columns).map { row in
            let tier = row.integer("tier").flatMap { Tier(rawValue: Int($0)) }
            let programs = (row.text("programs") ?? "").split(separator: " ").map(String.init)
            let needsInterpreter = row.integer("interpreter") == 1
            return CarriedPerson(
                person: row.person, name: row.text("name") ?? "", born: row.text("born") ?? "", tier: tier,
                language: row.text("language") ?? "", needsInterpreter: needsInterpreter,
                city: row.text("city") ?? "", programs: programs,
                points: rules.points(tier: tier, programs: programs, interpreter: needsInterpreter))
        }
    }
}

/// What a move would make of two caseloads, before it is made.
package struct WhatIf: Sendable, Equatable {
    package struct Side: Sendable, Equatable {
        package let before: Double
        package let after: Double
        package let peopleBefore: Int
        package let peopleAfter: Int
        package let capacity: Double
    }

    package let from: Side
    package let to: Side

    /// - Parameters:
    ///   - from: whose people go.
    ///   - to: who gets them.
    ///   - going: who goes.
    ///   - coming: who comes back in exchange.
    package init(
        from: CaseloadPicture.Desk, to: CaseloadPicture.Desk, going: [CarriedPerson], coming: [CarriedPerson]
    ) {
        let out = going.reduce(0) { $0 + $1.points }
        let back = coming.reduce(0) { $0 + $1.points }
        func side(_ desk: CaseloadPicture.Desk, _ points: Double, _ people: Int) -> Side {
            Side(
                before: desk.load.points, after: desk.load.points + points, peopleBefore: desk.load.people,
                peopleAfter: desk.load.people + people, capacity: desk.capacity)
        }
        self.from = side(from, back - out, coming.count - going.count)
        self.to = side(to, out - back, going.count - coming.count)
    }
}
