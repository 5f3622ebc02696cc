import Access
import FHIR
import Foundation
import Records

/// Lines of an accounting of disclosures as people read them.
enum DisclosureWords {
    struct Line {
        let recipient: String
        let account: String
        let what: String
        let purpose: String
        /// The code of the purpose.
        let code: String
        let first: Int64
        let last: Int64
        let count: Int
        let isOutsideOfCare: Bool
    }

    static func line(_ disclosure: Disclosure) -> Line {
        Line(
            recipient: recipient(disclosure), account: disclosure.account, what: what(disclosure),
            purpose: PurposeOfUse(rawValue: disclosure.purpose)?.title ?? "Not noted", code: disclosure.purpose,
            first: disclosure.first, last: disclosure.last, count: disclosure.count,
            isOutsideOfCare: disclosure.isOutsideOfCare)
    }

    private static func recipient(_ disclosure: Disclosure) -> String {
        if disclosure.isToThePerson {
            return "The person"
        }
        if let recipient = disclosure.recipient {
            return recipient
        }
        return disclosure.account.hasPrefix("system/")
            ? "Whoever ran the export: no recipient was named" : disclosure.account
    }

    private static func what(_ disclosure: Disclosure) -> String {
        switch disclosure.way {
        case .export:
            switch disclosure.detail {
            case Reader.everything: "A file of all records"
            case let detail where detail.hasPrefix("portal"): "A copy of the whole record, by the portal"
            default: "A file: \(disclosure.detail)"
            }
        case .program: "Asked for by a program: \(interaction(disclosure.detail))"
        case .share: "Seen in the portal by leave of the person: \(disclosure.detail)"
        }
    }

    /// `api search-type Observation` as `Observation (search-type)`.
    private static func interaction(_ detail: String) -> String {
        let words = detail.split(separator: " ")
        guard words.count == 3, words[0] == "api" else {
            return detail.hasPrefix("api ") ? String(detail.dropFirst(4)) : detail
        }
        return "\(words[2]) (\(words[1]))"
    }

    /// A day with its year, as it stays true on paper.
    static func day(_ moment: Int64, _ zone: TimeZone) -> String {
        Words.day(Words.calendarDay(moment, zone: zone), today: nil)
    }

    /// The heads of a file.
    static let columns = ["First", "Last", "How often", "To whom", "Account", "What", "Purpose", "Purpose in words"]

    /// The cells of a file.
    static func cells(_ line: Line) -> [String] {
        [
            FHIRDate.instant(line.first), FHIRDate.instant(line.last), String(line.count), line.recipient,
            line.account, line.what, line.code, line.purpose,
        ]
    }
}
