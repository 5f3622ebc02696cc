package import Access

extension Records {
    /// Keeps in the audit what is in force from now on: settings of the server and versions of content. A row comes only
    /// when something is not as it was the last time, and says what.
    /// - Parameters:
    ///   - inForce: by name, such as `roles/auditor.yaml`, what stands now; neither a secret nor a person's data.
    ///   - caller: whose work it is.
    ///   - now: milliseconds since 1970.
    /// - Returns: the names of what is otherwise than the last time.
    /// - Throws: what the database reports.
    @discardableResult
    package func noteInForce(_ inForce: [String: String], as caller: Caller, at now: Int64) async throws -> [String] {
        try await transaction { connection, storage in
            var before: [String: String] = [:]
            try connection.rows(
                "SELECT name, value FROM setting WHERE name LIKE $1", [.text(Self.inForcePrefix + "%")]
            ) { row in
                if let name = row.text(0), let value = row.text(1) {
                    before[String(name.dropFirst(Self.inForcePrefix.count))] = value
                }
            }
            let names = Set(before.keys).union(inForce.keys).filter { before[$0] != inForce[$0] }.sorted()
            for name in names {
                let key = SQLValue.text(Self.inForcePrefix + name)
                try connection.run("DELETE FROM setting WHERE name = $1", [key])
                if let value = inForce[name] {
                    try connection.run("INSERT INTO setting (name, value) VALUES ($1, $2)", [key, .text(value)])
                }
                try storage.audit.write(
                    .update, by: caller, at: now, detail: "in force: \(name)",
                    about: inForce[name] ?? "no longer")
            }
            return names
        }
    }

    private static let inForcePrefix = "in-force."
}
