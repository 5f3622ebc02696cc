/// How often signing in may fail, by name and by address. Names count whether there is such an account or not, so that a
/// lock tells nothing. A lock is over by itself.
struct SignInLimit {
    let connection: any Connection

    private static let failuresOfAccount: Int64 = 8
    /// A whole clinic may come from one address.
    private static let failuresOfAddress: Int64 = 60
    private static let lockMilliseconds: Int64 = 10 * 60_000
    /// Failures that lie further apart do not add up.
    private static let countedMilliseconds: Int64 = 30 * 60_000
    private static let keptMilliseconds: Int64 = 24 * 3_600_000

    static func places(account: String, address: String?) -> [String] {
        ["account/" + account] + (address.map { ["address/" + AddressPlace.of($0)] } ?? [])
    }

    /// - Returns: until when one of the places is locked, milliseconds since 1970; nil for none.
    func locked(_ places: [String], at now: Int64) throws -> Int64? {
        try places.compactMap { place in
            try connection.first("SELECT locked_until FROM sign_in_limit WHERE place = $1", [.text(place)]) {
                $0.integer(0) ?? 0
            }
        }.filter { $0 > now }.max()
    }

    /// Counts a failure.
    /// - Returns: the places that it locked.
    func note(_ places: [String], at now: Int64) throws -> [String] {
        try connection.run(
            "DELETE FROM sign_in_limit WHERE since < $1 AND locked_until < $2",
            [.integer(now - Self.keptMilliseconds), .integer(now)])
        return try places.filter { place in
            let counted = try connection.first(
                "SELECT failures FROM sign_in_limit WHERE place = $1 AND since > $2",
                [.text(place), .integer(now - Self.countedMilliseconds)]
            ) { $0.integer(0) ?? 0 }
            let failures = (counted ?? 0) + 1
            let most = place.hasPrefix("account/") ? Self.failuresOfAccount : Self.failuresOfAddress
            let isLocked = failures >= most
            try connection.run(
                """
                INSERT INTO sign_in_limit (place, failures, since, locked_until) VALUES ($1, $2, $3, $4)
                ON CONFLICT (place) DO UPDATE SET failures = excluded.failures, since = excluded.since,
                locked_until = excluded.locked_until
                """,
                [
                    .text(place), .integer(isLocked ? 0 : failures), .integer(now),
                    .integer(isLocked ? now + Self.lockMilliseconds : 0),
                ])
            return isLocked
        }
    }

    /// Signing in worked, or somebody unlocked the account. The address goes on counting: an own account among those that
    /// are guessed must not start it anew.
    func clear(account: String) throws {
        try connection.run("DELETE FROM sign_in_limit WHERE place = $1", [.text("account/" + account)])
    }

    func lockedAccounts(at now: Int64) throws -> [String: Int64] {
        var found: [String: Int64] = [:]
        try connection.rows(
            "SELECT place, locked_until FROM sign_in_limit WHERE locked_until > $1", [.integer(now)]
        ) { row in
            if let place = row.text(0), place.hasPrefix("account/") {
                found[String(place.dropFirst("account/".count))] = row.integer(1)
            }
        }
        return found
    }
}
