import FHIR
package import Records

/// The contacts that are under way, by care manager: at most one of them has its clock running.
package struct OpenContacts: Projection {
    package init() {}

    package let tables = [
        ProjectionTable(
            "open_contact",
            columns: ["owner": .text, "encounter": .text, "running": .integer, "started": .integer],
            indexes: [["owner", "started"]])
    ]
    package let reads: Set<String> = ["Encounter"]

    package func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
        // Most people have none, and reading a contact whole is dear: the status is looked at first.
        person.all("Encounter").filter { $0.root.text("status") == "in-progress" }.compactMap(Contact.init).map {
            ProjectionRow(
                "open_contact",
                [.text($0.owner), .text($0.id), .integer($0.time.isRunning ? 1 : 0), .integer($0.start)])
        }
    }

    package struct Row: Sendable {
        package let person: String
        package let encounter: String
        package let isRunning: Bool
        package let started: Int64
    }

    /// The open contacts of a care manager, oldest first.
    package static func of(_ practitioner: String, by reader: Reader) throws -> [Row] {
        var query = RowQuery("open_contact")
        query.conditions = [.init("owner", .equal, .text(practitioner))]
        query.order = [("started", false)]
        return try reader.rows(query, ["encounter", "running", "started"]).compactMap { row in
            row.text("encounter").map {
                Row(
                    person: row.person, encounter: $0, isRunning: row.integer("running") == 1,
                    started: row.integer("started") ?? 0)
            }
        }
    }
}
