import Access
package import FHIR

extension Change {
    /// What came of moving records back.
    package struct MovedBack: Sendable, Equatable {
        /// How many are as they were, byte for byte, but for their version.
        package var restored = 0
        /// How many had been changed since, and went back as they are now.
        package var changed = 0
        /// How many are gone since, or speak of both people and stay as they are.
        package var stayed = 0

        package init(restored: Int = 0, changed: Int = 0, stayed: Int = 0) {
            self.restored = restored
            self.changed = changed
            self.stayed = stayed
        }
    }

    /// Puts back exactly the records that a merge has moved.
    /// - Parameters:
    ///   - ledger: the name under which ``moveRecords(of:to:staying:)`` has kept them.
    ///   - kept: the id of the Patient to whom they were moved.
    ///   - other: the id of the Patient whose they were.
    /// - Returns: what came of it.
    /// - Throws: ``RecordsFailure/forbidden(type:)`` without the office `merge-people`, or what the database reports.
    package func moveBack(_ ledger: String, from kept: String, to other: String) throws -> MovedBack {
        guard permits(.mergePeople) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        let moved = try self.moved(ledger)
        var outcome = MovedBack()
        storage.gather()
        for (type, id, version) in moved {
            guard let standing = try current(type, id), let body = standing.body,
                let before = try past(standing.rid, version: version)
            else {
                outcome.stayed += 1
                continue
            }
            if standing.version == version + 1 {
                try store(JSONDocument(before), over: standing)
                outcome.restored += 1
            } else if !before.contains("\"Patient/\(kept)\""),
                try rewrite(JSONDocument(body), type, id, from: kept, to: other, over: standing)
            {
                outcome.changed += 1
            } else {
                outcome.stayed += 1
            }
        }
        try storage.insertGathered(at: now)
        return outcome
    }

    private func moved(_ ledger: String) throws -> [(type: String, id: String, version: Int64)] {
        var found: [(type: String, id: String, version: Int64)] = []
        var place = 0
        while let body = try current("Provenance", "\(ledger)-\(place)")?.body {
            for entity in try JSONDocument(body).root.list("entity") {
                let parts = (entity.text("what", "reference") ?? "").split(separator: "/").map(String.init)
                if parts.count == 4, let version = Int64(parts[3]) {
                    found.append((parts[0], parts[1], version))
                }
            }
            place += 1
        }
        return found
    }

    private func past(_ rid: Int64, version: Int64) throws -> [UInt8]? {
        try reader.connection.first(
            "SELECT body FROM history WHERE rid = $1 AND version = $2", [.integer(rid), .integer(version)]
        ) { $0.bytes(0) } ?? nil
    }
}

extension [UInt8] {
    fileprivate func contains(_ text: String) -> Bool { firstRange(of: Array(text.utf8)) != nil }
}
