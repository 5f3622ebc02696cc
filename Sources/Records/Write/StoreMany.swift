package import Access
package import FHIR

/// A resource made ready for storing away from the writing connection: its kept text and its index rows.
package struct Prepared: Sendable {
    package let type: String
    package let id: String
    let number: Int
    let body: [UInt8]
    let rows: [IndexRow]
    /// What it holds that is sensitive.
    package let labels: LabelMask
}

/// What became of one resource of an import.
package enum Verdict: Sendable, Equatable {
    case stored(version: Int)
    case unchanged
    case refused(String)
}

extension Records {
    /// Validates a resource and finds its index rows. Pure, so that it runs beside the writer.
    /// - Parameter document: the resource in the form in which it is kept, with its `id` and without server-made meta.
    /// - Returns: the resource ready to be stored.
    /// - Throws: ``RecordsFailure/invalid(_:)``
    package func prepare(_ document: JSONDocument) throws(RecordsFailure) -> Prepared {
        let type = document.root["resourceType"]?.string ?? ""
        guard let number = types.number(of: type), let id = document.root["id"]?.string else {
            throw .invalid(["FHIR R4 has no resource type “\(type.prefix(40))”."])
        }
        let issues = validator.validate(document.root, expecting: type).filter { $0.severity == .error }
        guard issues.isEmpty else {
            throw .invalid(issues.map { "\($0.expression ?? type): \($0.diagnostics)" })
        }
        do {
            return try labeller.prepared(document, type, number, id: id)
        } catch {
            throw .malformed(error)
        }
    }

    /// The kept text of what was prepared.
    package func document(of prepared: Prepared) throws(JSONError) -> JSONDocument {
        try JSONDocument(prepared.body)
    }

    /// Stores many resources in one durable transaction. The derived tables are left stale for their persons until
    /// ``refreshStale(asOf:progress:)``.
    /// - Parameters:
    ///   - batch: resources made ready by ``prepare(_:)``.
    ///   - source: where they come from. The same id with other content is a new version from the same source, and is
    ///     refused from another.
    ///   - caller: who stores.
    ///   - now: the time of the whole import; a second, different text under the same id in it is refused.
    ///   - origin: for the audit, for example a file name.
    /// - Returns: what became of each, in the order of the batch.
    /// - Throws: what the database reports; nothing of the batch is then stored.
    package func store(
        _ batch: [Prepared], from source: String, as caller: Caller, at now: Int64, origin: String
    ) async throws -> [Verdict] {
        let policy = policy.inForce(at: now)
        return try await transaction { connection, storage in
            let source = try self.words.number(of: "source:\(source)", on: connection)
            var verdicts: [Verdict] = []
            verdicts.reserveCapacity(batch.count)
            try storage.lookAhead(batch)
            storage.gatherAll()
            for item in batch {
                guard policy.reach(of: caller, for: .create, on: item.type) == .everyone else {
                    verdicts.append(.refused("You may not store a \(item.type)."))
                    continue
                }
                verdicts.append(try self.store(item, source: source, at: now, in: storage))
            }
            try storage.insertGathered(at: now)
            let stale = try connection.prepare("INSERT INTO stale_person VALUES ($1) ON CONFLICT DO NOTHING")
            for person in storage.touchedPersons.sorted() {
                stale.bind(1, person)
                try stale.send()
                try storage.audit.write(.importing, by: caller, at: now, person: person, detail: origin)
            }
            if storage.touchedPersons.isEmpty {
                try storage.audit.write(.importing, by: caller, at: now, detail: origin)
            }
            return verdicts
        }
    }

    /// PostgreSQL plans by what it knows of the tables; after an import it would not know for a while.
    private func learn() async throws {
        guard engine.kind == .postgres else {
            return
        }
        try await transaction { connection, _ in
            for table in Schema.searched {
                try connection.run(script: "ANALYZE (SKIP_LOCKED) \(table)")
            }
        }
    }

    private func store(_ item: Prepared, source: Int64, at now: Int64, in storage: Storage) throws -> Verdict {
        let found = try storage.current(type: item.number, id: item.id)
        guard let standing = found, standing.version > 0 else {
            let written = try storage.write(item, over: found, source: source, at: now)
            return .stored(version: Int(written.version))
        }
        if let body = standing.body, body == item.body || Self.means(body, theSameAs: item.body) {
            return .unchanged
        }
        if standing.source != source {
            return .refused("The same id is on file from another source with other content.")
        }
        if standing.updated == now {
            return .refused("The same id came earlier in this import with other content.")
        }
        let written = try storage.write(item, over: standing, source: source, at: now)
        return .stored(version: Int(written.version))
    }

    /// Members may stand in another order; arrays and digits may not differ.
    private static func means(_ left: [UInt8], theSameAs right: [UInt8]) -> Bool {
        guard left.count == right.count, let left = try? JSONDocument(left), let right = try? JSONDocument(right) else {
            return false
        }
        return left.root.value.sorted == right.root.value.sorted
    }

    /// Computes the derived tables for the persons whom imports have left stale, in chunks.
    package func refreshStale(asOf: Int64, progress: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        var done = 0
        while true {
            let count = try await transaction { connection, _ in
                var persons: Set<Int64> = []
                try connection.rows("SELECT person FROM stale_person ORDER BY person LIMIT 500") { row in
                    if let person = row.integer(0) {
                        persons.insert(person)
                    }
                }
                try self.refresh.run(persons, changed: nil, asOf: asOf, on: connection)
                for person in persons {
                    try connection.send("DELETE FROM stale_person WHERE person = $1", [.integer(person)])
                }
                return persons.count
            }
            guard count > 0 else {
                if done > 0 {
                    try await learn()
                }
                return
            }
            done += count
            progress(done)
        }
    }
}

extension JSON {
    /// The same value with the members of every object in the order of their names.
    fileprivate var sorted: JSON {
        switch self {
        case .object(let members):
            .object(
                members.map { JSONMember(name: $0.name, value: $0.value.sorted) }.sorted { $0.name < $1.name })
        case .array(let values): .array(values.map(\.sorted))
        default: self
        }
    }
}
