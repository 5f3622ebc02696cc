extension Records {
    /// Takes or keeps a right that one server process has at a time, for example to do the night's work. Whoever dies
    /// with it loses it when its time is up.
    /// - Parameters:
    ///   - name: which right.
    ///   - holder: who asks, the same at each renewal.
    ///   - milliseconds: for so long from now; 0 gives it back.
    ///   - now: milliseconds since 1970.
    /// - Returns: false while another has it.
    /// - Throws: why the database could not be used.
    package func lease(_ name: String, to holder: String, milliseconds: Int64, at now: Int64) async throws -> Bool {
        try await transaction { connection, _ in
            try connection.run(
                """
                INSERT INTO lease VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE
                SET holder = excluded.holder, until = excluded.until WHERE lease.holder = $4 OR lease.until <= $5
                """,
                [.text(name), .text(holder), .integer(now + milliseconds), .text(holder), .integer(now)]) > 0
        }
    }
}
