extension Records {
    /// Who stored this version of a resource, from the audit; nil when that was too long ago to look for.
    ///
    /// Conflicts are minutes old, so only the newest rows are searched: the audit has no index by resource.
    package func author(of resource: Resource) async throws -> (account: String, name: String)? {
        let lane = counters.lane
        return try await engine.read { connection in
            let account = try connection.first(
                """
                SELECT account FROM (SELECT account, rid, version, action FROM audit WHERE lane = $1
                ORDER BY seq DESC LIMIT 20000) WHERE rid = $2 AND version = $3 AND action IN ('C', 'U')
                """, [.integer(lane), .integer(resource.rid), .integer(Int64(resource.version))]
            ) { $0.text(0) }
            guard let account else {
                return nil
            }
            let name = try connection.first("SELECT name FROM account WHERE id = $1", [.text(account)]) { $0.text(0) }
            return (account, name ?? "Almoner")
        }
    }
}
