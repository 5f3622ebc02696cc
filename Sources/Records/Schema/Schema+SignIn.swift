extension Schema {
    /// Who is signed in where, how often it failed, and second factors.
    static let signInTables = [
        """
        CREATE TABLE session (
            token {bytes} PRIMARY KEY, id TEXT NOT NULL, account TEXT NOT NULL, csrf TEXT NOT NULL,
            created BIGINT NOT NULL, seen BIGINT NOT NULL, proved BIGINT NOT NULL, locked BIGINT NOT NULL,
            address TEXT NOT NULL, browser TEXT NOT NULL)
        """,
        "CREATE INDEX session_account ON session (account)",
        """
        CREATE TABLE sign_in_limit (
            place TEXT PRIMARY KEY, failures BIGINT NOT NULL, since BIGINT NOT NULL, locked_until BIGINT NOT NULL)
        """,
        "CREATE INDEX sign_in_limit_since ON sign_in_limit (since)",
        """
        CREATE TABLE second_factor (
            account TEXT PRIMARY KEY, secret {bytes} NOT NULL, last_step BIGINT NOT NULL, confirmed BIGINT NOT NULL)
        """,
        """
        CREATE TABLE recovery_code (account TEXT NOT NULL, mark {bytes} NOT NULL, PRIMARY KEY (account, mark))
        """,
    ]
}
