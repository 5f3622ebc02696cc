package import Access
package import FHIR

extension Records {
    /// One of many resources that the product itself keeps up to date, made ready beside the writer.
    package struct Update: Sendable {
        let prepared: Prepared
        let version: Int

        /// An update of the version that the change was made from; 0 when there was none.
        package init(_ prepared: Prepared, over version: Int) {
            self.prepared = prepared
            self.version = version
        }
    }

    /// Stores next versions in one durable transaction, the derived tables with them. What someone else has changed in
    /// between is passed over.
    /// - Returns: how many were stored.
    package func update(_ batch: [Update], as caller: Caller, at now: Int64) async throws -> Int {
        let policy = policy.inForce(at: now)
        return try await transaction { connection, storage in
            try storage.lookAhead(batch.map(\.prepared))
            var stored = 0
            for item in batch {
                let prepared = item.prepared
                guard policy.reach(of: caller, for: .update, on: prepared.type) == .everyone,
                    !policy.reach(of: caller, for: .read, on: prepared.type).closesSome
                else {
                    throw RecordsFailure.forbidden(type: prepared.type)
                }
                let standing = try storage.current(type: prepared.number, id: prepared.id)
                guard Int(standing?.version ?? 0) == item.version else {
                    continue
                }
                let written = try storage.write(prepared, over: standing, source: nil, at: now)
                try storage.audit.write(
                    item.version == 0 ? .create : .update, by: caller, at: now, person: written.person,
                    rid: written.rid, version: written.version, detail: prepared.type)
                stored += 1
            }
            try self.refresh.run(
                storage.touchedPersons, changed: storage.changedTypes, asOf: now,
                on: connection)
            return stored
        }
    }
}
