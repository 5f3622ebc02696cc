import FHIR
package import Foundation
package import Records

/// When and how people are best reached, from attempts of the past. Counts and shares, drawn towards what is known of more
/// people as long as little is known of one; where too little is known of anybody it says so.
package struct ReachModel: Sendable {
    /// Tried so often, reached so often.
    package struct Share: Sendable, Equatable {
        package var tried = 0
        package var reached = 0

        mutating func add(_ reached: Bool, _ count: Int = 1) {
            tried += count
            self.reached += reached ? count : 0
        }

        /// (reached + weight × prior) ÷ (tried + weight): the share that a beta prior of this weight gives.
        func drawn(towards prior: Double, weight: Double) -> Double {
            (Double(reached) + weight * prior) / (Double(tried) + weight)
        }
    }

    /// An hour of the week: day 0 is Monday.
    package struct Hour: Sendable, Hashable, Comparable {
        package let weekday: Int
        package let hour: Int

        package init(weekday: Int, hour: Int) {
            self.weekday = weekday
            self.hour = hour
        }

        package static func < (one: Hour, other: Hour) -> Bool {
            (one.weekday, one.hour) < (other.weekday, other.hour)
        }
    }

    /// What is suggested, with what stands behind it.
    package struct Best<What: Sendable & Equatable>: Sendable, Equatable {
        package let what: What
        /// The estimated share of attempts that reach somebody, 0 to 1.
        package let estimate: Double
        package let ofPerson: Share
        package let ofSite: Share
    }

    /// Of the site: all attempts, those at each hour of the week by telephone, those by each way.
    package let site: Share
    let byHour: [Hour: Share]
    let byChannel: [RecordAttempt.Channel: Share]
    let phone: Share
    let rules: QueueRules.Reach

    /// - Parameters:
    ///   - tries: of everybody, within the days that count, each with how many were alike.
    ///   - rules: how much is enough.
    ///   - zone: of the site, in which the hours of everybody are counted.
    package init(_ tries: [(ReachTry, Int)], rules: QueueRules.Reach, zone: TimeZone) {
        (site, byHour, byChannel, phone) = Self.counted(tries, zone)
        self.rules = rules
    }

    /// Counts the attempts of the site by hour, way and outcome; whose they were is not looked at.
    package static func read(_ rules: QueueRules.Reach, zone: TimeZone, at now: Int64, by reader: Reader) throws
        -> ReachModel
    {
        let hour = ReachProjection.hourLong
        var query = RowQuery(ReachProjection.table)
        query.conditions = [
            .init("hour", .greaterOrEqual, .integer(now / hour - Int64(rules.lookBackDays) * 24)),
            .init("hour", .lessOrEqual, .integer(now / hour)),
        ]
        query.limit = rules.mostAttempts
        let found = try reader.tally(query, by: ["hour", "channel", "reached"]).compactMap { tally in
            RecordAttempt.Channel(rawValue: tally.text(1)).map {
                (ReachTry(at: tally.integer(0) * hour, channel: $0, reached: tally.integer(2) == 1), tally.count)
            }
        }
        return ReachModel(found, rules: rules, zone: zone)
    }

    /// The attempts of one person.
    package static func tries(of person: String, _ rules: QueueRules.Reach, at now: Int64, by reader: Reader) throws
        -> [ReachTry]
    {
        var query = RowQuery(ReachProjection.table)
        query.conditions = [
            .init("person_id", .equal, .text(person)),
            .init("at", .greaterOrEqual, .integer(now - Int64(rules.lookBackDays) * 86_400_000)),
        ]
        query.order = [("at", true)]
        query.limit = 200
        return try reader.rows(query, ReachTry.columns).compactMap(ReachTry.init)
    }

    private static func counted(
        _ tries: [(ReachTry, Int)], _ zone: TimeZone
    ) -> (Share, [Hour: Share], [RecordAttempt.Channel: Share], Share) {
        var all = Share()
        var hours: [Hour: Share] = [:]
        var channels: [RecordAttempt.Channel: Share] = [:]
        for (one, count) in tries {
            all.add(one.reached, count)
            channels[one.channel, default: Share()].add(one.reached, count)
            if one.channel == .phone {
                let (weekday, hour) = CallZones.hour(one.at, in: zone)
                hours[Hour(weekday: weekday, hour: hour), default: Share()].add(one.reached, count)
            }
        }
        return (all, hours, channels, channels[.phone] ?? Share())
    }

    /// The hour of the week at which a call is most likely to reach somebody.
    /// - Parameters:
    ///   - tries: of the person.
    ///   - hours: the hours of the day at which people may be called.
    ///   - zone: where the person lives.
    /// - Returns: nil where neither the site nor the person has been tried often enough at any hour.
    package func bestHour(_ tries: [ReachTry], within hours: Range<Int>, zone: TimeZone) -> Best<Hour>? {
        let own = Self.counted(tries.map { ($0, 1) }, zone).1
        return best(
            among: Set(byHour.keys).union(own.keys).filter { hours.contains($0.hour) }, own: own, ofSite: byHour,
            whole: phone, comesFirst: <)
    }

    /// The way by which somebody is most likely to be reached.
    /// - Parameters:
    ///   - tries: of the person.
    ///   - isOpen: whether a way may be used: what the person refused is never suggested.
    /// - Returns: nil where too little is known of every way that is open.
    package func bestChannel(
        _ tries: [ReachTry], _ isOpen: (RecordAttempt.Channel) -> Bool
    ) -> Best<RecordAttempt.Channel>? {
        best(
            among: RecordAttempt.Channel.allCases.filter(isOpen), own: Self.counted(tries.map { ($0, 1) }, .gmt).2,
            ofSite: byChannel, whole: site, comesFirst: { $0.rawValue < $1.rawValue })
    }

    /// The best among hours, or among ways.
    /// - Parameters:
    ///   - all: those that may be.
    ///   - own: how the tries of the person went.
    ///   - ofSite: how those of everybody went.
    ///   - whole: all tries of the site that count here.
    ///   - comesFirst: of two that are as good, so that the same is said each time.
    /// - Returns: nil where too little is known of each, or nobody was ever reached by the best.
    private func best<What: Hashable & Sendable>(
        among all: some Sequence<What>, own: [What: Share], ofSite: [What: Share], whole: Share,
        comesFirst: (What, What) -> Bool
    ) -> Best<What>? {
        let usual = whole.drawn(towards: 0.5, weight: 2)
        let known = all.compactMap { what -> Best<What>? in
            let here = ofSite[what] ?? Share()
            let mine = own[what] ?? Share()
            let isKnown =
                whole.tried >= rules.leastOfSite && here.tried >= rules.leastAtHour
                || mine.tried >= rules.leastOfPerson
            guard isKnown else {
                return nil
            }
            let atSite = here.drawn(towards: usual, weight: rules.hourShrinkage)
            return Best(
                what: what, estimate: mine.drawn(towards: atSite, weight: rules.personShrinkage), ofPerson: mine,
                ofSite: here)
        }
        let best = known.max {
            $0.estimate == $1.estimate ? comesFirst($1.what, $0.what) : $0.estimate < $1.estimate
        }
        // What never reached anybody is not called the best.
        return best.flatMap { $0.ofPerson.reached + $0.ofSite.reached > 0 ? $0 : nil }
    }
}
