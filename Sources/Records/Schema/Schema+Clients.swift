extension Schema {
    /// API clients, their tokens, and the assertions that they have used.
    static let clientTables = [
        """
        CREATE TABLE client (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, panel TEXT, secret {bytes}, keys TEXT,
            algorithms TEXT NOT NULL, created BIGINT NOT NULL, ended BIGINT NOT NULL, hidden BIGINT NOT NULL,
            keys_url TEXT)
        """,
        """
        CREATE TABLE token (
            hash {bytes} PRIMARY KEY, client TEXT NOT NULL, scopes TEXT NOT NULL, panel TEXT, created BIGINT NOT NULL,
            ended BIGINT NOT NULL, until BIGINT NOT NULL DEFAULT 0, hidden BIGINT NOT NULL DEFAULT 0)
        """,
        "CREATE INDEX token_until ON token (until) WHERE until > 0",
        """
        CREATE TABLE used_assertion (
            client TEXT NOT NULL, jti {bytes} NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (client, jti))
        """,
    ]
}
