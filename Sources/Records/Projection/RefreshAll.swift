import FHIR

extension Records {
    /// Computes the projections of every person anew, some persons a transaction, so that pages and forms do not wait.
    /// For rows that depend on the time: rolling windows move even when nothing is stored. The time is in milliseconds
    /// since 1970.
    package func refreshProjections(asOf: Int64) async throws {
        guard let patient = types.number(of: "Patient") else {
            return
        }
        var last = ""
        while true {
            let after = last
            let found = try await engine.read { connection in
                var found: [(rid: Int64, id: String)] = []
                try connection.rows(
                    """
                    SELECT rid, id FROM resource WHERE type = $1 AND id > $2 AND deleted = 0 AND version > 0
                    ORDER BY id LIMIT 100
                    """, [.integer(Int64(patient)), .text(after)]
                ) { found.append(($0.integer(0) ?? 0, $0.text(1) ?? "")) }
                return found
            }
            guard let end = found.last else {
                return
            }
            try await transaction { connection, _ in
                try self.refresh.run(Set(found.map(\.rid)), changed: nil, asOf: asOf, on: connection)
            }
            last = end.id
            try Task.checkCancellation()
        }
    }

    /// A small fact that the installation remembers of itself, such as when its nightly work was last done.
    package func setting(_ name: String) async throws -> String? {
        try await engine.read { connection in
            try connection.first("SELECT value FROM setting WHERE name = $1", [.text(name)]) { $0.text(0) ?? "" }
        }
    }

    package func set(_ name: String, to value: String) async throws {
        try await transaction { connection, _ in
            try connection.run(
                "INSERT INTO setting VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
                [.text(name), .text(value)])
        }
    }
}
