package import Access
package import Foundation
package import Records

/// Who is reached next: open tasks that ask to get in touch, ordered by points that each row names.
package struct OutreachQueue: Sendable {
    /// What speaks for a person, and how much.
    package struct Reason: Sendable, Equatable {
        package let words: String
        package let points: Int
    }

    package struct Row: Sendable {
        package let item: OutreachItem
        package let reasons: [Reason]
        /// Why nobody is called now; nil: now is a time.
        package let notNow: String?
        /// At which hour of the week this person is best called; nil: too little is known.
        package let bestHour: ReachModel.Best<ReachModel.Hour>?
        /// By which way; nil: too little is known.
        package let bestChannel: ReachModel.Best<RecordAttempt.Channel>?
        /// The way of the present step of a sequence.
        package let planned: RecordAttempt.Channel?
        /// The ways that are open, of those by which somebody is tried.
        package let open: [RecordAttempt.Channel]
        package let messaging: MessagingDecision
        /// What time it is where the person lives: hour and minute, one for each zone of a divided state.
        package let there: [TimeZone]

        package var points: Int { reasons.reduce(0) { $0 + $1.points } }

        /// The way to take now: that of the step where it is open, else the best, else the first that is open.
        package var channel: RecordAttempt.Channel? {
            planned.flatMap { open.contains($0) ? $0 : nil } ?? bestChannel?.what ?? open.first
        }
    }

    package enum Owner: Sendable, Equatable {
        case anyone, nobody
        /// For example `Practitioner/ruth`.
        case one(String)
    }

    /// Those for whom now is a time, then the others, each by points.
    package let rows: [Row]
    /// How many wait, counted up to ``mostRanked`` and one.
    package let count: Int
    package let model: ReachModel

    /// So many are ranked, those that are due first.
    package static let mostRanked = 300
    private static let dayLong: Int64 = 86_400_000
    /// From then on before the time that was asked for it counts as that time.
    private static let soon: Int64 = 30 * 60_000

    /// - Parameters:
    ///   - owner: whose.
    ///   - outreach: order, hours and sequences.
    ///   - policy: which ways need an answer.
    ///   - zone: of the site.
    ///   - now: milliseconds since 1970.
    ///   - limit: how many are shown; consents and attempts are read of these alone.
    ///   - reader: the view of the records.
    /// - Returns: the queue; its rows in order.
    /// - Throws: what reading the records throws.
    package static func read(
        _ owner: Owner, _ outreach: OutreachLibrary, policy: ConsentPolicy, zone: TimeZone, at now: Int64,
        limit: Int = 25, by reader: Reader
    ) throws -> OutreachQueue {
        var query = RowQuery(OutreachProjection.table)
        switch owner {
        case .anyone: break
        case .nobody: query.conditions = [.init("owner", .equal, .text(""))]
        case .one(let reference): query.conditions = [.init("owner", .equal, .text(reference))]
        }
        query.conditions.append(.init("wake", .lessOrEqual, .integer(now)))
        query.order = [("due", false)]
        query.limit = mostRanked + 1
        let count = try reader.count(query)
        query.limit = mostRanked
        let found = try reader.rows(query, OutreachItem.columns).compactMap(OutreachItem.init)
        let ranked = found.map { item in
            (item, reasons(item, outreach.rules.order, now: now), notNow(item, outreach, zone: zone, now: now))
        }.sorted { one, other in
            let points = (one.1.reduce(0) { $0 + $1.points }, other.1.reduce(0) { $0 + $1.points })
            return (one.2 == nil ? 0 : 1, -points.0, one.0.due, one.0.task)
                < (other.2 == nil ? 0 : 1, -points.1, other.0.due, other.0.task)
        }
        let model = try ReachModel.read(outreach.rules.reach, zone: zone, at: now, by: reader)
        let rows = try ranked.prefix(limit).map { item, reasons, notNow in
            try row(item, reasons, notNow, model, outreach, policy: policy, zone: zone, at: now, by: reader)
        }
        return OutreachQueue(
            rows: rows.sorted { one, other in
                (one.notNow == nil ? 0 : 1, -one.points, one.item.due, one.item.task)
                    < (other.notNow == nil ? 0 : 1, -other.points, other.item.due, other.item.task)
            }, count: count, model: model)
    }

    private static func row(
        _ item: OutreachItem, _ reasons: [Reason], _ notNow: String?, _ model: ReachModel,
        _ outreach: OutreachLibrary, policy: ConsentPolicy, zone: TimeZone, at now: Int64, by reader: Reader
    ) throws -> Row {
        let record = try reader.person(item.person, ["Consent"])
        let may = MessagingDecision(record, policy: policy, at: now)
        let tries = try ReachModel.tries(of: item.person, outreach.rules.reach, at: now, by: reader)
        let zones = outreach.zones.zones(of: item.state, site: zone)
        let open = RecordAttempt.Channel.allCases.filter { channel in
            channel.isOpen(may) && (item.phone != nil || channel != .phone && channel != .text)
        }
        let hour = zones.first.flatMap { model.bestHour(tries, within: outreach.rules.hours, zone: $0) }
        var reasons = reasons
        if notNow == nil, let hour, let zone = zones.first {
            let (weekday, clock) = CallZones.hour(now, in: zone)
            if hour.what == ReachModel.Hour(weekday: weekday, hour: clock) {
                reasons.append(
                    Reason(
                        words: "Now is the hour at which they are best reached", points: outreach.rules.order.goodHour))
            }
        }
        let planned = item.step.flatMap { step in
            outreach[step.sequence].flatMap { $0.steps.indices.contains(step.step) ? $0.steps[step.step].channel : nil }
        }
        return Row(
            item: item, reasons: reasons, notNow: notNow ?? (open.isEmpty ? "No way is open: ask in person" : nil),
            bestHour: hour, bestChannel: model.bestChannel(tries) { open.contains($0) }, planned: planned, open: open,
            messaging: may, there: zones)
    }

    /// The points of a row that need nothing but the row.
    static func reasons(_ item: OutreachItem, _ order: QueueRules.Order, now: Int64) -> [Reason] {
        var reasons: [Reason] = []
        if item.lastOutcome == "call-back" || item.lastOutcome == RecordAttempt.notNow, item.due <= now + soon {
            reasons.append(Reason(words: "They asked for this time", points: order.askedForNow))
        }
        if item.code == .dischargeContact {
            reasons.append(
                Reason(words: "Home from hospital: the first call has a clock", points: order.afterDischarge))
        }
        if let tier = item.tier, let points = order.tier[tier], points > 0 {
            reasons.append(Reason(words: tier.words, points: points))
        }
        if item.due < now {
            let days = Int(min((now - item.due) / dayLong, 3_650))
            reasons.append(
                Reason(
                    words: days == 0 ? "Late since today" : "\(days) \(days == 1 ? "day" : "days") late",
                    points: order.late + min(days * order.perDayLate, order.mostForLate)))
        }
        let waiting = Int(min(max(0, now - item.since) / dayLong, 3_650))
        if waiting > 0 {
            reasons.append(
                Reason(
                    words: "Waits for \(waiting) \(waiting == 1 ? "day" : "days")",
                    points: min(waiting * order.perDayWaiting, order.mostForWaiting)))
        }
        return reasons
    }

    private static func notNow(
        _ item: OutreachItem, _ outreach: OutreachLibrary, zone: TimeZone, now: Int64
    ) -> String? {
        if item.lastOutcome == "call-back" || item.lastOutcome == RecordAttempt.notNow, item.due > now + soon {
            return "They asked for a later time"
        }
        let hours = outreach.rules.hours
        let quiet = outreach.zones.zones(of: item.state, site: zone).contains { zone in
            !hours.contains(CallZones.hour(now, in: zone).hour)
        }
        return quiet ? "Quiet hours where they live" : nil
    }
}

/// One row of the table `outreach`.
package struct OutreachItem: Sendable {
    package let task: String
    package let person: String
    package let code: TaskCode
    package let owner: String?
    /// Milliseconds since 1970, as ``since``; the far future where there is none.
    package let due: Int64
    package let since: Int64
    package let tier: Tier?
    package let title: String
    package let why: String
    package let name: String
    package let born: String?
    package let number: String?
    package let language: String?
    package let needsInterpreter: Bool
    package let phone: String?
    /// nil: ask before leaving a message.
    package let mayLeaveMessage: Bool?
    package let safeContact: String?
    /// Of the address; empty where it is not recorded.
    package let state: String
    /// The sequence that runs, and its step from 0.
    package let step: (sequence: String, step: Int)?
    /// Since somebody was last reached.
    package let attempts: Int
    package let lastTry: Int64?
    package let lastOutcome: String?

    static let columns = [
        "task", "code", "owner", "due", "since", "tier", "title", "why", "name", "born", "number", "language",
        "interpreter", "phone", "message", "safe", "state", "step", "attempts", "last_try", "last_outcome",
    ]

    init?(_ row: FoundRow) {
        func text(_ column: String) -> String? { row.text(column).flatMap { $0.isEmpty ? nil : $0 } }
        guard let task = text("task"), let code = text("code").flatMap(TaskCode.init) else {
            return nil
        }
        self.task = task
        self.code = code
        person = row.person
        owner = text("owner")
        due = row.integer("due") ?? Work.noDue
        since = row.integer("since") ?? 0
        tier = row.integer("tier").flatMap { Tier(rawValue: Int($0)) }
        title = text("title") ?? code.title
        why = text("why") ?? ""
        name = text("name") ?? "Name not recorded"
        born = text("born")
        number = text("number")
        language = text("language")
        needsInterpreter = row.integer("interpreter") == 1
        phone = text("phone")
        mayLeaveMessage = row.integer("message").flatMap { $0 == 0 ? nil : $0 == 1 }
        safeContact = text("safe")
        state = text("state") ?? ""
        let parts = (text("step") ?? "").split(separator: "/").map(String.init)
        step = parts.count == 2 ? Int(parts[1]).map { (parts[0], $0) } : nil
        attempts = Int(row.integer("attempts") ?? 0)
        lastTry = row.integer("last_try").flatMap { $0 == 0 ? nil : $0 }
        lastOutcome = text("last_outcome")
    }
}
