import FHIR

extension Records {
    /// Computes search index and projections anew from the documents, in one transaction.
    /// - Parameters:
    ///   - asOf: milliseconds since 1970, for projections whose rows depend on the time.
    ///   - progress: how many resources are done.
    /// - Throws: what the database reports; everything then stands as before.
    package func reindex(asOf: Int64, progress: @escaping @Sendable (Int) -> Void = { _ in }) async throws {
        let tables = ["token", "string", "uri", "date", "reference", "quantity", "number", "composite"].map {
            "index_\($0)"
        }
        try await transaction { connection, storage in
            for table in tables + self.refresh.projections.flatMap(\.tables).map(\.name) {
                try connection.send("DELETE FROM \(table)")
            }
            let persons = try self.indexAnew(by: storage, on: connection, at: asOf, progress: progress)
            try self.refresh.run(persons, changed: nil, asOf: asOf, on: connection)
        }
    }

    /// Fills the empty tables of the search index from the documents.
    /// - Returns: the `rid` of everybody whom a resource is about.
    func indexAnew(
        by storage: Storage, on connection: any Connection, at now: Int64, progress: (Int) -> Void
    ) throws -> Set<Int64> {
        var last: Int64 = 0
        var done = 0
        var persons: Set<Int64> = []
        while true {
            var chunk: [Resource] = []
            try connection.rows(
                """
                SELECT \(Stored.columns) FROM resource WHERE rid > $1 AND version > 0 AND deleted = 0
                ORDER BY rid LIMIT 1000
                """, [.integer(last)]
            ) { row in
                if let resource = try Stored.resource(row, types: self.types) {
                    chunk.append(resource)
                }
            }
            guard let end = chunk.last else {
                return persons
            }
            storage.gather()
            for resource in chunk {
                try storage.reindex(resource)
                if resource.person != 0 {
                    persons.insert(resource.person)
                }
            }
            try storage.insertGathered(at: now)
            last = end.rid
            done += chunk.count
            progress(done)
        }
    }
}

extension Storage {
    func reindex(_ resource: Resource) throws {
        guard types.number(of: resource.type) != nil else {
            return
        }
        try insertIndex(of: resource)
    }
}
