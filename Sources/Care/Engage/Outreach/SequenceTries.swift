/// What a sequence has tried, the attempt at hand included.
struct SequenceTries {
    let attempts: Int
    let ways: Int
    let days: Int

    /// - Parameters:
    ///   - before: all attempts before, newest first.
    ///   - now: of the attempt at hand, milliseconds since 1970.
    ///   - channel: by which it was made.
    ///   - begun: when the sequence began; what was tried earlier does not count.
    init(_ before: [Attempt], now: Int64, by channel: RecordAttempt.Channel, since begun: Int64) {
        let ours = before.prefix { !$0.reached }.filter { ($0.at ?? 0) >= begun }
        attempts = ours.count + 1
        ways = Set(ours.compactMap(\.channel) + [channel]).count
        let first = ours.compactMap(\.at).min() ?? now
        days = Int((now - first) / 86_400_000)
    }

    func isUnreachable(_ limit: OutreachSequence.Unreachable) -> Bool {
        attempts >= limit.attempts && ways >= limit.ways && days >= limit.days
    }

    /// "4 attempts by 2 ways over 14 days".
    var words: String {
        func count(_ number: Int, _ one: String) -> String { "\(number) \(one)\(number == 1 ? "" : "s")" }
        return "\(count(attempts, "attempt")) by \(count(ways, "way")) over \(count(days, "day"))"
    }
}
