extension Schema {
    /// Version 3 knew neither from where something was done nor keys that a client keeps at an address of its own. Rows of
    /// the audit that are there stay as they are, and so do their seals.
    static func leaveVersionThree(on connection: any Connection) throws {
        let text = connection.kind == .postgres ? "TEXT COLLATE \"C\"" : "TEXT"
        try connection.add("address", "\(text) NOT NULL DEFAULT ''", to: "audit")
        try connection.add("keys_url", text, to: "client")
    }
}
