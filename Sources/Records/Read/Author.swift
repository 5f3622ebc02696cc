extension Records {
    /// Who stored this version of a resource, from the audit; nil when an import or the product itself did.
    package func author(of resource: Resource) async throws -> (account: String, name: String)? {
        try await engine.read { connection in
            let account = try connection.first(
                """
                SELECT account FROM audit WHERE rid = $1 AND version = $2 AND action IN ('C', 'U')
                AND rid <> 0 AND action <> 'R' LIMIT 1
                """, [.integer(resource.rid), .integer(Int64(resource.version))]
            ) { $0.text(0) }
            guard let account else {
                return nil
            }
            let name = try connection.first("SELECT name FROM account WHERE id = $1", [.text(account)]) { $0.text(0) }
            return (account, name ?? "Almoner")
        }
    }
}
