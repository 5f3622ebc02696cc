package import Access

/// What a site expects of a feed: which one it is, and when its silence is a fault.
package struct ExpectedFeed: Sendable, Equatable {
    /// When somebody is told that no message came for a while.
    package struct Silence: Sendable, Equatable {
        package let minutes: Int
        /// Minutes of the day, where the site is, within which messages are expected.
        package let hours: Range<Int>
        /// 1 Monday to 7 Sunday.
        package let days: Set<Int>

        package init(minutes: Int, hours: Range<Int> = 0..<1_440, days: Set<Int> = Set(1...7)) {
            self.minutes = minutes
            self.hours = hours
            self.days = days
        }
    }

    package let id: String
    package let name: String
    /// nil: its silence is no fault.
    package let silence: Silence?

    package init(id: String, name: String, silence: Silence? = nil) {
        self.id = id
        self.name = name
        self.silence = silence
    }
}

/// How a feed is doing.
package struct FeedFigures: Sendable, Equatable {
    /// The id of the feed.
    package let feed: String
    /// When the last message came, milliseconds since 1970; nil when none ever did.
    package let last: Int64?
    /// Messages of the last hour and of the last day.
    package let hour: Int
    package let day: Int
    /// All messages, by how far they have come.
    package let states: [MessageState: Int]
    /// When the oldest message came that still waits.
    package let oldestWaiting: Int64?
    /// Messages that came again.
    package let repeats: Int

    package var total: Int { states.values.reduce(0, +) }
}

extension Inbox {
    /// How every feed is doing that was ever heard of.
    /// - Parameters:
    ///   - caller: with the office `see-feeds`.
    ///   - now: milliseconds since 1970.
    /// - Returns: the figures by the id of the feed.
    /// - Throws: ``RecordsFailure/forbidden(type:)``, or what the database reports.
    package func figures(as caller: Caller, at now: Int64) async throws -> [FeedFigures] {
        guard records.policy.permits(caller, .seeFeeds) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        return try await records.engine.read { connection in
            var states: [String: [MessageState: Int]] = [:]
            var repeats: [String: Int] = [:]
            try connection.rows("SELECT feed, state, count(*), sum(repeats) FROM inbound GROUP BY feed, state") { row in
                guard let feed = row.text(0), let state = row.text(1).flatMap(MessageState.init) else {
                    return
                }
                states[feed, default: [:]][state] = Int(row.integer(2) ?? 0)
                repeats[feed, default: 0] += Int(row.value(3).whole)
            }
            return try states.keys.sorted().map { feed in
                func count(since moment: Int64) throws -> Int {
                    let found = try connection.first(
                        "SELECT count(*) FROM inbound WHERE feed = $1 AND received > $2",
                        [.text(feed), .integer(moment)]
                    ) { $0.integer(0) }
                    return Int(found ?? 0)
                }
                let last = try connection.first("SELECT max(received) FROM inbound WHERE feed = $1", [.text(feed)]) {
                    $0.integer(0)
                }
                let oldest = try connection.first(
                    "SELECT min(received) FROM inbound WHERE state IN ('waiting', 'failed') AND feed = $1",
                    [.text(feed)]
                ) { $0.integer(0) }
                return FeedFigures(
                    feed: feed, last: last, hour: try count(since: now - 3_600_000),
                    day: try count(since: now - 86_400_000), states: states[feed] ?? [:], oldestWaiting: oldest,
                    repeats: repeats[feed] ?? 0)
            }
        }
    }

    /// How many messages there are, by how far they have come.
    package func counts() async throws -> [MessageState: Int] {
        try await records.engine.read { connection in
            var found: [MessageState: Int] = [:]
            try connection.rows("SELECT state, count(*) FROM inbound GROUP BY state") { row in
                if let state = row.text(0).flatMap(MessageState.init) {
                    found[state] = Int(row.integer(1) ?? 0)
                }
            }
            return found
        }
    }

    /// The messages of a feed, newest first, without their words.
    /// - Parameters:
    ///   - feed: its id; nil: of all.
    ///   - state: those alone that have come so far.
    ///   - before: those alone with a lower number.
    ///   - limit: at most so many.
    ///   - caller: with the office `see-feeds`.
    /// - Returns: what is known of each. Nobody's name is in it.
    /// - Throws: ``RecordsFailure/forbidden(type:)``, or what the database reports.
    package func messages(
        of feed: String?, in state: MessageState?, before: Int64?, limit: Int, as caller: Caller
    ) async throws -> [StoredMessage] {
        guard records.policy.permits(caller, .seeFeeds) || records.policy.permits(caller, .mergePeople) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        return try await records.engine.read { connection in
            var conditions = ["1 = 1"]
            var values: [SQLValue] = []
            func add(_ condition: String, _ value: SQLValue) {
                values.append(value)
                conditions.append("\(condition) $\(values.count)")
            }
            if let feed { add("feed =", .text(feed)) }
            if let state { add("state =", .text(state.rawValue)) }
            if let before { add("number <", .integer(before)) }
            var found: [StoredMessage] = []
            try connection.rows(
                """
                SELECT \(StoredMessage.columnsWithoutBody) FROM inbound WHERE \(conditions.joined(separator: " AND "))
                ORDER BY number DESC LIMIT \(limit)
                """, values
            ) { found.append(StoredMessage($0)) }
            return found
        }
    }

    /// Has messages worked on once more: what they say is folded anew, and changes nothing that is right already.
    /// - Parameters:
    ///   - feed: the id of the feed; nil: of all.
    ///   - span: when they came, milliseconds since 1970.
    ///   - caller: with the office `see-feeds`.
    ///   - now: milliseconds since 1970.
    /// - Returns: how many.
    /// - Throws: ``RecordsFailure/forbidden(type:)``, or what the database reports.
    package func again(
        _ feed: String?, in span: Range<Int64>, as caller: Caller, at now: Int64
    ) async throws -> Int {
        guard records.policy.permits(caller, .seeFeeds) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        let counters = records.counters
        return try await records.transaction { connection, storage in
            let byFeed = feed == nil ? "" : " AND feed = $3"
            let count = try connection.run(
                """
                UPDATE inbound SET state = 'waiting', tries = 0, not_before = 0, reason = ''
                WHERE received >= $1 AND received < $2\(byFeed)
                AND state IN ('done', 'kept', 'review', 'failed', 'waiting')
                """,
                [.integer(span.lowerBound), .integer(span.upperBound)] + (feed.map { [.text($0)] } ?? []))
            try storage.audit.write(.update, by: caller, at: now, detail: "messages worked on again")
            if count > 0 {
                _ = try counters.nextChange(on: connection)
            }
            return count
        }
    }
}

extension SQLValue {
    /// Sums come as another kind of number on each engine.
    fileprivate var whole: Int64 {
        switch self {
        case .integer(let number): number
        case .real(let number): Int64(exactly: number.rounded()) ?? 0
        case .text(let text): Int64(text) ?? 0
        case .null, .blob: 0
        }
    }
}
