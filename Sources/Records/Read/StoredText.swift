package import Access
package import FHIR

/// One version of a resource as its text, not parsed: most answers only hand it on.
package struct StoredText: Sendable {
    package let type: String
    package let id: String
    /// Counts from 1.
    package let version: Int
    /// Milliseconds since 1970, UTC.
    package let updated: Int64
    /// In ``KeptForm``; empty when this version says that the resource was deleted.
    package let body: [UInt8]
    package let isDeleted: Bool
    let rid: Int64
    let person: Int64
    /// The labels that it carries, and which of them no consent discloses; of past versions none are known.
    var labels: Int64 = 0
    /// What was left out of it for who looks.
    var closed = ClosedElements.none

    /// For example `Patient/17`.
    package var reference: String { "\(type)/\(id)" }

    /// Writes the resource with its version and time.
    package func write(into writer: inout JSONWriter) {
        writer.write(kept: body, type: type, id: id, version: version, updated: updated)
    }

    package func document() throws(JSONError) -> JSONDocument { try JSONDocument(body) }

    /// An editable copy, without the version and the time.
    package func value() throws(JSONError) -> JSON { try document().root.value }

    /// The columns that ``init(_:types:)`` reads, of a `resource` by this alias.
    static func columns(_ alias: String) -> String { alias == "r" ? ofR : named(alias) }

    private static let ofR = named("r")

    private static func named(_ alias: String) -> String {
        ["rid", "type", "id", "person", "version", "updated", "deleted", "body", "labels"].map { "\(alias).\($0)" }
            .joined(separator: ", ")
    }

    init?(_ row: any SQLRow, types: TypeTable) {
        guard let rid = row.integer(0), let type = row.integer(1).flatMap(types.name), let id = row.text(2),
            let person = row.integer(3), let version = row.integer(4), let updated = row.integer(5)
        else {
            return nil
        }
        let body = row.bytes(7)
        self.init(
            type: type, id: id, version: Int(version), updated: updated, body: body ?? [],
            isDeleted: row.integer(6) == 1 || body == nil, rid: rid, person: person)
        labels = row.integer(8) ?? 0
    }

    init(
        type: String, id: String, version: Int, updated: Int64, body: [UInt8], isDeleted: Bool, rid: Int64,
        person: Int64
    ) {
        self.type = type
        self.id = id
        self.version = version
        self.updated = updated
        self.body = body
        self.isDeleted = isDeleted
        self.rid = rid
        self.person = person
    }
}

extension Reader {
    /// What has to go with a resource when it is given to others, word for word.
    package func notices(on resource: StoredText) -> [String] {
        guard resource.labels != 0 else {
            return []
        }
        return policy.labels.labels(of: LabelMask(bits: resource.labels)).compactMap(\.notice)
    }

    /// What stands under an id, deleted ones included.
    /// - Returns: nil when there never was such a resource, or it is hidden from the caller.
    /// - Throws: what the database reports.
    package func text(_ type: String, _ id: String, for action: Action = .read) throws -> StoredText? {
        guard let number = types.number(of: type) else {
            return nil
        }
        var values: [SQLValue] = [.integer(Int64(number)), .text(id)]
        let condition = reach.condition(action, type: type, alias: "r") { value in
            values.append(value)
            return "$\(values.count)"
        }
        guard let condition else {
            return nil
        }
        let found = try connection.first(
            """
            SELECT \(StoredText.columns("r")) FROM resource r
            WHERE r.type = $1 AND r.id = $2 AND r.version > 0 AND \(condition)
            """, values
        ) { StoredText($0, types: types) }
        if let found {
            looked.note(found)
        }
        return try shown(found, for: action)
    }

    /// One version of a resource, the current one included.
    /// - Returns: nil when there never was such a version, or the resource is hidden from the caller.
    /// - Throws: what the database reports.
    package func text(_ type: String, _ id: String, version: Int) throws -> StoredText? {
        guard let current = try text(type, id) else {
            return nil
        }
        if version == current.version {
            return current
        }
        let past = try connection.first(
            "SELECT updated, deleted, body FROM history WHERE rid = $1 AND version = $2",
            [.integer(current.rid), .integer(Int64(version))]
        ) { row in
            let body = row.bytes(2)
            return StoredText(
                type: type, id: id, version: version, updated: row.integer(0) ?? 0, body: body ?? [],
                isDeleted: row.integer(1) == 1 || body == nil, rid: current.rid, person: current.person)
        }
        return try shown(past)
    }
}
