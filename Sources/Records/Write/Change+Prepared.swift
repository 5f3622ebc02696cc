package import Access
package import FHIR

extension Change {
    /// Stores what was made ready beside the writer, as the first version under its id or as the next.
    /// - Parameters:
    ///   - prepared: already validated.
    ///   - version: the version that must be the current one: 0 for none or a deleted one; nil for whatever stands.
    ///   - choosesID: whether the id is the caller's choice and was not minted here.
    /// - Returns: what was stored; version 1, or one behind a deletion, means that it was created.
    /// - Throws: ``RecordsFailure/forbidden(type:)`` when the caller does not reach what stands there or what would
    ///   come to be, ``RecordsFailure/stale(current:)``, ``RecordsFailure/notFound(type:id:)``
    @discardableResult
    package func put(_ prepared: Prepared, expecting version: Int? = nil, choosesID: Bool = false) throws -> StoredText
    {
        try storage.lookAhead([prepared])
        let standing = try storage.current(type: prepared.number, id: prepared.id)
        let isThere = standing.map { $0.version > 0 && !$0.isDeleted } ?? false
        let action: Action = isThere ? .update : .create
        let isWhole = reader.reach.isWhole(action, prepared.type)
        // Whoever does not see the whole type must not learn from an answer which ids are taken.
        if !isWhole {
            let isOpen = try isThere && standing.map { try reaches($0.rid, prepared.type, action) } ?? false
            guard isOpen || (!isThere && !choosesID && (standing?.version ?? 0) == 0) else {
                throw RecordsFailure.forbidden(type: prepared.type)
            }
            // Whom it is about has to be in reach before it stands: an episode would open its own person.
            let person = try storage.person(of: prepared, under: standing?.rid)
            guard try reaches(person: person, prepared.type, action) else {
                throw RecordsFailure.forbidden(type: prepared.type)
            }
        }
        // Whoever is shown a part of it would wipe the rest.
        if isThere, let rid = standing?.rid {
            for look in [Action.read, .search] where try !reader.reach.closed([rid], look, prepared.type).isEmpty {
                throw RecordsFailure.forbidden(type: prepared.type)
            }
        }
        if let version, version != (isThere ? standing?.version ?? 0 : 0) {
            guard let current = try reader.find(prepared.type, prepared.id) else {
                throw RecordsFailure.notFound(type: prepared.type, id: prepared.id)
            }
            throw RecordsFailure.stale(current: current)
        }
        let written = try storage.write(
            prepared, over: standing, source: nil, at: now, mayRelabel: reader.policy.permits(caller, .relabel))
        if !isWhole {
            // What it has become must be of somebody in reach too; what it holds may be more than the caller reads.
            guard try reaches(written.rid, prepared.type, action, whateverItHolds: true) else {
                throw RecordsFailure.forbidden(type: prepared.type)
            }
        }
        try storage.audit.write(
            action == .create ? .create : .update, by: caller, at: now, person: written.person, rid: written.rid,
            version: written.version, detail: prepared.type)
        return StoredText(
            type: prepared.type, id: prepared.id, version: Int(written.version), updated: now, body: written.body,
            isDeleted: false, rid: written.rid, person: written.person)
    }

    /// Removes a resource; its versions stay in the history.
    /// - Parameters:
    ///   - type: the resource type.
    ///   - id: its id.
    ///   - version: the version that must be the current one; nil for whatever stands.
    /// - Returns: the version that says that it is gone; nil when there was nothing to remove.
    /// - Throws: ``RecordsFailure/forbidden(type:)``, ``RecordsFailure/stale(current:)``
    package func delete(_ type: String, _ id: String, ifVersion version: Int? = nil) throws -> StoredText? {
        guard let number = storage.types.number(of: type),
            reader.policy.reach(of: caller, for: .delete, on: type) != .nobody
        else {
            throw RecordsFailure.forbidden(type: type)
        }
        guard let standing = try storage.current(type: number, id: id), standing.version > 0, !standing.isDeleted,
            try reaches(standing.rid, type, .delete)
        else {
            return nil
        }
        if let version, version != Int(standing.version), let current = try reader.find(type, id) {
            throw RecordsFailure.stale(current: current)
        }
        let written = try storage.delete(standing, type: number, at: now)
        try storage.audit.write(
            .delete, by: caller, at: now, person: written.person, rid: written.rid, version: written.version,
            detail: type)
        return StoredText(
            type: type, id: id, version: Int(written.version), updated: now, body: [], isDeleted: true,
            rid: written.rid, person: written.person)
    }

    /// Looks at records on behalf of the caller, inside this transaction: what is shown of whom is in the audit with what
    /// is changed. A verb that only decides by what it reads uses ``reader``.
    /// - Parameters:
    ///   - purpose: what for, as in `Records.read`.
    ///   - query: what was searched for, as in `Records.read`.
    ///   - body: looks, through a reader that notes what it shows.
    /// - Returns: what the body gave.
    /// - Throws: what the body threw, or what the database reports.
    package func look<T>(for purpose: String, asking query: String = "", _ body: (Reader) throws -> T) throws -> T {
        let looked = Reader.Looked()
        let answer = try body(reader.noting(in: looked))
        for row in looked.rows(by: caller, at: now, for: purpose, asking: query) {
            try storage.audit.write(row)
        }
        return answer
    }

    /// From here on rows wait for ``endBulk()``: for many resources at once, each of which is stored once. Nothing of them
    /// may be looked up or searched for until then.
    /// - Parameter batch: what will be stored; what stands under their ids is looked up together.
    /// - Throws: what the database reports.
    package func beginBulk(_ batch: [Prepared] = []) throws {
        try storage.lookAhead(batch)
        storage.gatherAll()
    }

    package func endBulk() throws {
        try storage.insertGathered(at: now)
    }

    /// What the resources stored so far refer to that is not there, or that the caller does not see, as `Type/id`.
    package func danglingReferences() throws -> Set<String> {
        var missing: Set<String> = []
        for (rid, type, id, stands) in try storage.targets() {
            // Only a narrow caller's reach needs a look of its own.
            let isOpen = try stands && (reader.reach.isWhole(.read, type) || reaches(rid, type, .read))
            if !isOpen {
                missing.insert("\(type)/\(id)")
            }
        }
        return missing
    }

    /// Current resources that refer to this one, up to some; as `Type/id`. Only those that the caller sees.
    package func referring(to type: String, _ id: String, limit: Int = 5) throws -> [String] {
        guard let number = storage.types.number(of: type), let standing = try storage.current(type: number, id: id)
        else {
            return []
        }
        var found: [String] = []
        for parameter in reader.definitions.referenceParameters where found.count < limit {
            // The reach is part of the statement: a limit that hidden ones fill would hide the others.
            let name = storage.types.name(Int64(parameter / SearchParameter.perType)) ?? ""
            let condition = SQLText.placing {
                reader.reach.condition(.read, type: name, alias: "r", touching: [parameter], bind: $0)
            }
            guard let condition else {
                continue
            }
            try reader.connection.each(
                """
                SELECT DISTINCT r.id FROM index_reference i JOIN resource r ON r.rid = i.rid
                WHERE i.parameter = \(parameter) AND i.target = \(standing.rid) AND i.rid <> \(standing.rid)
                AND \(condition) ORDER BY r.id LIMIT \(limit - found.count)
                """
            ) { row in
                if let id = row.text(0) {
                    found.append("\(name)/\(id)")
                }
            }
        }
        return found
    }

    /// Whether what is about a person is within the caller's reach, as things are now.
    private func reaches(person: Int64, _ type: String, _ action: Action) throws -> Bool {
        let condition = SQLText.placing { reader.reach.condition(action, type: type, person: "r", bind: $0) }
        guard let condition else {
            return false
        }
        var isOpen = false
        try reader.connection.each(
            "SELECT 1 FROM (SELECT CAST(\(person) AS BIGINT) AS person) r WHERE \(condition)"
        ) { _ in isOpen = true }
        return isOpen
    }

    /// Whether a row stands and is within the caller's reach.
    private func reaches(
        _ rid: Int64, _ type: String, _ action: Action, whateverItHolds: Bool = false
    ) throws -> Bool {
        var values: [SQLValue] = [.integer(rid)]
        let condition = reader.reach.condition(action, type: type, alias: "r", whateverItHolds: whateverItHolds) {
            value in
            values.append(value)
            return "$\(values.count)"
        }
        guard let condition else {
            return false
        }
        return try reader.connection.first(
            "SELECT 1 FROM resource r WHERE r.rid = $1 AND r.deleted = 0 AND r.version > 0 AND \(condition)", values
        ) { $0.integer(0) } != nil
    }
}
