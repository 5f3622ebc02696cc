import Access
import Care
import Content
import FHIR
import Foundation

/// How the queue is said.
struct OutreachWords {
    let services: Services
    let staff: StaffNames
    let now: Int64
    let model: ReachModel

    func row(_ row: OutreachQueue.Row) -> OutreachPage.Model.Row {
        let item = row.item
        let person = "/people/\(item.person)"
        let (action, href) = action(row)
        let isLate = item.due < now
        return OutreachPage.Model.Row(
            pressing: row.notNow == nil ? (isLate ? "now" : "soon") : "", name: item.name, href: person,
            about: about(item), tag: row.notNow, tagTone: "note", title: item.title,
            titleHref: "/tasks/\(item.task)", reasons: row.reasons.map { "\($0.words) +\($0.points)" },
            times: times(row), last: last(row), action: action, actionHref: href)
    }

    private func about(_ item: OutreachItem) -> String {
        var parts = [item.born.map { "b. \($0)" }].compactMap(\.self)
        if let language = item.language.map(Words.language), language != "English" || item.needsInterpreter {
            parts.append(language + (item.needsInterpreter ? ", interpreter" : ""))
        }
        parts.append(item.owner.map { staff.name($0) ?? "someone who has left" } ?? "nobody's")
        return parts.joined(separator: " · ")
    }

    /// What time it is there, the best hour and the way to take.
    private func times(_ row: OutreachQueue.Row) -> [String] {
        var lines: [String] = []
        let there = row.there.map { Words.time(now, zone: $0) }
        if row.there.count > 1 || row.there.first?.identifier != services.zone.identifier {
            lines.append("There it is " + there.joined(separator: " or "))
        }
        if row.bestHour == nil, row.planned == nil, row.bestChannel == nil {
            return lines + ["Best hour and way: too little is known yet"]
        }
        if let best = row.bestHour {
            lines.append("Best hour: \(hour(best.what)), \(share(best.ofPerson, best.ofSite, best.estimate))")
        } else {
            lines.append("Best hour: too little is known yet")
        }
        if let channel = row.channel {
            let why =
                row.planned == channel
                ? "the step that is planned"
                : row.bestChannel?.what == channel
                    ? row.bestChannel.map { share($0.ofPerson, $0.ofSite, $0.estimate) } ?? ""
                    : "too little is known of other ways"
            lines.append("By \(channel.words.lowercased()): \(why)")
        }
        if let planned = row.planned, !row.open.contains(planned) {
            lines.append("Not by \(planned.words.lowercased()): they have not agreed to it, or there is no number")
        }
        return lines
    }

    private func last(_ row: OutreachQueue.Row) -> [String] {
        let item = row.item
        var lines: [String] = []
        if let last = item.lastTry {
            let outcome = services.care.programs.reasons.outreachOutcomes.first { $0.code == item.lastOutcome }?.words
            lines.append(
                "Last: \(outcome.map { "\($0), " } ?? "")\(Words.ago(last, now: now, zone: services.zone))"
                    + (item.attempts > 0 ? " (\(Words.count(item.attempts, "attempt")) unanswered)" : ""))
        } else {
            lines.append("Not tried yet")
        }
        if item.lastOutcome == RecordAttempt.notNow, !item.why.isEmpty {
            lines.append(item.why)
        }
        if item.due < Work.noDue {
            lines.append(TaskWords.clock(item.due, now: now, zone: services.zone))
        }
        if let safe = item.safeContact {
            lines.append("Safe: \(safe)")
        }
        if let phone = item.phone {
            let closed = row.messaging.isOpen(.voicemail) ? item.mayLeaveMessage : false
            let message = closed.map { $0 ? ", message may be left" : ", leave no message" } ?? ", ask before a message"
            lines.append(phone + (row.messaging.isOpen(.call) ? message : ", no calls"))
        } else {
            lines.append("No phone recorded")
        }
        return lines
    }

    private func action(_ row: OutreachQueue.Row) -> (String, String) {
        let base = "/people/\(row.item.person)"
        switch row.channel {
        case .phone: return ("Call", "\(base)/contact?task=\(row.item.task)")
        case .text: return ("Text", "\(base)/engage?channel=text#attempt")
        case .letter: return ("Write", "\(base)/engage?channel=letter#attempt")
        case .visit: return ("Visit", "\(base)/engage?channel=visit#attempt")
        case nil: return ("Open", "\(base)/engage")
        }
    }

    private func hour(_ hour: ReachModel.Hour) -> String {
        let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        let day = days.indices.contains(hour.weekday) ? days[hour.weekday] : ""
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(day) \(two(hour.hour)):00–\(two(hour.hour + 1)):00"
    }

    /// "reached 2 of 3 times, others 40 of 90, together about 55%".
    private func share(_ own: ReachModel.Share, _ site: ReachModel.Share, _ estimate: Double) -> String {
        let percent = Int((min(max(estimate, 0), 1) * 100).rounded())
        let mine = own.tried == 0 ? "not tried then" : "reached \(own.reached) of \(own.tried)"
        return "\(mine), the site \(site.reached) of \(site.tried), about \(percent)%"
    }

    var known: [OutreachPage.Model.Known] {
        let rules = services.care.outreach.rules
        let reach = rules.reach
        return [
            OutreachPage.Model.Known(
                title: "Order",
                text: "The points beside each row, added up. \(rules.origin.source). Version \(rules.origin.version)."),
            OutreachPage.Model.Known(
                title: "Hours",
                text: """
                    Nobody is called before \(rules.hours.lowerBound):00 or from \(rules.hours.upperBound):00 where they \
                    live, by the state of their address; where a state has two times, in neither.
                    """),
            OutreachPage.Model.Known(
                title: "Best hour and way",
                text: """
                    From \(Words.count(model.site.tried, "attempt")) of the last \(reach.lookBackDays) days, \
                    \(model.site.reached) of which reached somebody. An hour or a way is named once the person was tried \
                    then \(reach.leastOfPerson) times, or the site \(reach.leastAtHour) times and \(reach.leastOfSite) in \
                    all. A person's share is drawn towards the site's as if \(Int(reach.personShrinkage)) attempts of the \
                    site were theirs, and an hour's towards the whole by \(Int(reach.hourShrinkage)). It says when people \
                    answered, not why.
                    """),
            OutreachPage.Model.Known(
                title: "Ways",
                text: "A way that somebody refused, or has to agree to first, is never suggested."),
        ]
    }
}
