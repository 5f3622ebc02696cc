extension Schema {
    /// Ways into the portal that were given and not used yet, and those that are over. Of the link and the code only
    /// hashes are kept.
    static let portalTables = [
        """
        CREATE TABLE invitation (
            hash {bytes} PRIMARY KEY, id TEXT NOT NULL, person TEXT NOT NULL, who TEXT NOT NULL, code {bytes} NOT NULL,
            inviter TEXT NOT NULL, created BIGINT NOT NULL, until BIGINT NOT NULL, tries BIGINT NOT NULL,
            ended BIGINT NOT NULL)
        """,
        // What people hand over of their record to somebody without an account, by link and code.
        """
        CREATE TABLE handover (
            hash {bytes} PRIMARY KEY, id TEXT NOT NULL, person TEXT NOT NULL, recipient TEXT NOT NULL,
            code {bytes} NOT NULL, hidden BIGINT NOT NULL, created BIGINT NOT NULL, until BIGINT NOT NULL,
            looks BIGINT NOT NULL, tries BIGINT NOT NULL, ended BIGINT NOT NULL)
        """,
        "CREATE INDEX handover_person ON handover (person, ended)",
        "CREATE INDEX invitation_person ON invitation (person, ended)",
        "CREATE INDEX account_practitioner ON account (practitioner)",
    ]
}
