extension Schema {
    /// Makes room for labels. They come from the bodies with the index rows.
    static func leaveAccessOfVersionTwo(on connection: any Connection) throws {
        try connection.add("labels", "BIGINT NOT NULL DEFAULT 0", to: "resource")
        try connection.add("hidden", "BIGINT NOT NULL DEFAULT 0", to: "token")
    }
}
