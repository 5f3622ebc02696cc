import Care
import FHIR
import Foundation

/// How tasks are said, on Today and in lists.
enum TaskWords {
    /// What the last action did, by the code in the address.
    static func notice(_ code: String?) -> String? {
        switch code {
        case "closed": "The task is closed."
        case "acknowledged": "The safety item is acknowledged and closed. Thank you."
        case "given": "The task has a new owner."
        case "paused": "The task is put aside and comes back by itself."
        case "resumed": "The task is taken up again."
        case "told": "The answer is at the line of the medicine, and whoever asked is told."
        case "answered": "The answer is with the person, and the request is closed."
        case "taken": "The task is yours now."
        default: nil
        }
    }

    /// "22 min left", "3 days late", "due Tue 24 Nov".
    static func clock(_ due: Int64, now: Int64, zone: TimeZone) -> String {
        guard due - now >= 2 * 86_400_000 else {
            return Words.left(until: due, now: now)
        }
        return "due " + Words.weekday(Words.calendarDay(due, zone: zone), today: Words.calendarDay(now, zone: zone))
    }

    /// The one next step of a task, and where it is done.
    static func action(_ row: WorkRow) -> (words: String, href: String) {
        let person = "/people/\(row.person)"
        switch row.code {
        case .safety: return ("Answer now", "/tasks/\(row.task)")
        case .firstContact, .nextContact, .dischargeContact: return ("Call", "\(person)/contact?task=\(row.task)")
        case .outreach: return ("Reach out", "\(person)/engage")
        case .assessment: return ("Assess", "\(person)/assess")
        case .referral: return ("Decide", "/referrals?task=\(row.task)")
        case .planReview: return ("Review", "\(person)/plan")
        case .planCopy: return ("Give a new copy", "\(person)/plan/copies")
        case .planProposal: return ("Answer", "\(person)/plan/proposals")
        case .protocolChange: return ("Decide", "\(person)/plan/protocols")
        case .medicationReconciliation: return ("Compare the lists", "\(person)/medicines")
        case .medicineQuestion: return ("Answer", "/tasks/\(row.task)")
        case .intervention, .dischargeVisit7, .dischargeVisit14, .dischargeSummary, .day30, .dischargeBooking,
            .dischargeTeachBack, .dischargeServices, .dischargeResults, .dischargeSecondCall, .followUp, .review,
            .amendment, .offer:
            return ("Open", "/tasks/\(row.task)")
        }
    }

    /// Why now, and what else the same event asks for; nil when nothing is said.
    static func why(_ row: WorkRow) -> String? {
        let more = row.more > 0 ? "and \(Words.count(row.more, "more step"))" : nil
        let parts = [row.why.isEmpty ? nil : row.why, more].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    /// "b. 1948 · 004 118 27 · heart failure · Spanish, interpreter".
    static func about(_ row: WorkRow) -> String {
        var parts = [row.born.map { "b. \($0)" }, shortNumber(row.number), row.condition].compactMap(\.self)
        let language = row.language.map(Words.language)
        if row.needsInterpreter {
            parts.append("\(language ?? "language not recorded"), interpreter")
        } else if let language, language != "English" {
            parts.append(language)
        }
        return parts.joined(separator: " · ")
    }

    /// "Last spoke 12 Nov", "Phone (612) 555-0134, leave no message".
    static func last(_ row: WorkRow, now: Int64, zone: TimeZone) -> [String] {
        var lines = [
            row.lastContact.map { "Last spoke \(Words.day($0, now: now, zone: zone))" } ?? "Not spoken with yet"
        ]
        if let safe = row.safeContact {
            lines.append("Safe: \(safe)")
        }
        if let phone = row.phone {
            let message = row.mayLeaveMessage.map { $0 ? "message may be left" : "leave no message" }
            lines.append(phone + (message.map { ", \($0)" } ?? ""))
        } else {
            lines.append("No phone recorded")
        }
        return lines
    }

    /// Long machine numbers say nothing to people; their beginning is enough to tell two apart.
    private static func shortNumber(_ number: String?) -> String? {
        number.map { $0.count > 14 ? "\($0.prefix(8))…" : $0 }
    }
}
