import FHIR

/// What Records knows of each resource type by number: its name and which index rows point to its person.
struct TypeTable: Sendable {
    let names: [String]
    private let numbers: [String: Int]
    /// By type: the parameters that name the patient whom a resource is about, most telling first.
    let personParameters: [[Int]]

    init(definitions: Definitions) {
        names = definitions.resourceTypes
        numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        personParameters = names.indices.map { type in
            // Task is in no compartment of R4, yet a task is about the person it is for.
            let codes = ["patient", "subject"] + definitions.patientCompartment(type)
            var seen: Set<Int> = []
            return codes.compactMap { definitions.searchParameter(type, $0)?.number }
                .filter { seen.insert($0).inserted }
        }
    }

    func number(of type: String) -> Int? { numbers[type] }

    func name(_ number: Int64) -> String? {
        names.indices.contains(Int(number)) ? names[Int(number)] : nil
    }

    /// All current resources of some types of one person; nil when the person is no Patient.
    func person(
        _ person: Int64, of wanted: Set<String>, on connection: any Connection,
        where isWanted: (_ type: String, _ body: [UInt8]) -> Bool = { _, _ in true }
    ) throws -> PersonRecord? {
        var id: String?
        try connection.ask(
            "SELECT id FROM resource WHERE rid = $1 AND type = $2",
            [.integer(person), .integer(Int64(number(of: "Patient") ?? -1))]
        ) { id = $0.text(0) }
        var resources: [Resource] = []
        try connection.pipelined(
            """
            SELECT \(Stored.columns) FROM resource
            WHERE person = $1 AND type = $2 AND person <> 0 AND deleted = 0 AND version > 0 ORDER BY rid
            """, wanted.sorted().compactMap(number(of:)).map { [.integer(person), .integer(Int64($0))] }
        ) { _, row in
            if let resource = try Stored.resource(row, types: self, where: isWanted) {
                resources.append(resource)
            }
        }
        try connection.settle()
        return id.map { PersonRecord(id: $0, resources: resources) }
    }
}

/// How a row of `resource` becomes a ``Resource``.
enum Stored {
    static let columns = "rid, type, id, person, version, updated, body, labels"

    static func resource(
        _ row: any SQLRow, types: TypeTable,
        where isWanted: (_ type: String, _ body: [UInt8]) -> Bool = { _, _ in true }
    ) throws -> Resource? {
        guard let rid = row.integer(0), let type = row.integer(1).flatMap(types.name), let id = row.text(2),
            let person = row.integer(3), let version = row.integer(4), let updated = row.integer(5),
            let body = row.bytes(6), isWanted(type, body)
        else {
            return nil
        }
        return Resource(
            type: type, id: id, version: Int(version), updated: updated, document: try JSONDocument(body), rid: rid,
            person: person, labels: row.integer(7) ?? 0)
    }
}
