package import Records

/// Who cares for how many: a row an open or waiting enrolment.
package struct Caseload: Projection {
    package init() {}

    package let tables = [
        ProjectionTable(
            "caseload",
            columns: ["care_manager": .text, "status": .text, "program": .text, "episode": .text, "since": .integer],
            indexes: [["care_manager", "status"], ["program", "status"]])
    ]
    package let reads: Set<String> = ["EpisodeOfCare"]

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        Enrollment.all(person).filter { $0.isOpen || $0.status == .waitlist }.map { enrollment in
            ProjectionRow(
                "caseload",
                [
                    enrollment.careManager.map { .text($0) } ?? .null, .text(enrollment.status.rawValue),
                    .text(enrollment.program), .text(enrollment.id), enrollment.start.map { .integer($0) } ?? .null,
                ])
        }
    }

    /// From here on a care manager is called full: the upper end of what care teams carry (40 to 150 people).
    package static let full = 150
    package static let busy = 100

    /// - Returns: how many people a care manager has, counted up to ``full`` + 1.
    package static func count(of careManager: String, by reader: Reader) throws -> Int {
        var query = RowQuery("caseload")
        query.conditions = [
            .init("care_manager", .equal, .text(careManager)), .init("status", .equal, .text("active")),
        ]
        query.limit = full + 1
        return try reader.count(query)
    }

    /// How many seats of a programme are taken: by whoever is enrolled, paused or not.
    /// - Parameters:
    ///   - program: the id of the programme.
    ///   - reader: one that sees everybody, for a seat is taken whoever may see by whom.
    /// - Returns: the number, counted up to ten thousand.
    /// - Throws: what the database reports.
    package static func seatsTaken(of program: String, by reader: Reader) throws -> Int {
        var query = RowQuery("caseload")
        query.conditions = [
            .init("program", .equal, .text(program)), .init("status", oneOf: [.text("active"), .text("onhold")]),
        ]
        query.limit = 10_000
        return try reader.count(query)
    }
}
