import Access
import FHIR
import Foundation
import Records

/// What is asked of an accounting of disclosures in an address: which kinds, since when, in which order.
struct DisclosureForm {
    enum Column: String, CaseIterable {
        case last, first, recipient, what, purpose, count

        var title: String {
            switch self {
            case .last: "Last on"
            case .first: "First on"
            case .recipient: "To whom"
            case .what: "What"
            case .purpose: "What for"
            case .count: "How often"
            }
        }
    }

    private let asked: Form
    private let person: String
    let from: Int64
    let until: Int64
    /// A day was typed that is none.
    let isBroken: Bool
    private let column: Column
    private let isDescending: Bool
    private let zone: TimeZone

    private static let names = ["which", "recipient", "purpose", "from", "to"]
    private static let outside = "outside"

    /// - Parameters:
    ///   - asked: of the address.
    ///   - person: the id of the Patient.
    ///   - now: milliseconds since 1970.
    ///   - zone: of the site.
    init(_ asked: Form, of person: String, at now: Int64, zone: TimeZone) {
        self.asked = asked
        self.person = person
        self.zone = zone
        let begin = LocalTime.moment(asked["from"], zone: zone)
        let end = LocalTime.moment(asked["to"], zone: zone)
        let earliest = Self.earliest(at: now, zone: zone)
        from = max(begin ?? earliest, earliest)
        until = end.map { LocalTime.stretch(of: Words.calendarDay($0, zone: zone), zone: zone).upperBound } ?? now + 1
        isBroken = asked["from"] != nil && begin == nil || asked["to"] != nil && end == nil
        let sort = asked["sort"] ?? "-last"
        isDescending = sort.hasPrefix("-")
        column = Column(rawValue: isDescending ? String(sort.dropFirst()) : sort) ?? .last
    }

    /// The day six years ago.
    private static func earliest(at now: Int64, zone: TimeZone) -> Int64 {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let moment = Date(timeIntervalSince1970: Double(now) / 1_000)
        let day = calendar.date(byAdding: .year, value: -Reader.accountingYears, to: moment) ?? moment
        return Int64(calendar.startOfDay(for: day).timeIntervalSince1970 * 1_000)
    }

    /// Those that were asked for, in the order that was asked for.
    func chosen(_ all: [DisclosureWords.Line]) -> [DisclosureWords.Line] {
        let kept = all.filter { line in
            (asked["which"] != Self.outside || line.isOutsideOfCare)
                && (asked["purpose"].map { $0 == line.code } ?? true)
                && (asked["recipient"].map { line.recipient.localizedCaseInsensitiveContains($0) } ?? true)
        }
        let sorted = kept.enumerated().sorted { one, other in
            let (left, right) = (one.element, other.element)
            let isBefore: Bool? =
                switch column {
                case .last: left.last == right.last ? nil : left.last < right.last
                case .first: left.first == right.first ? nil : left.first < right.first
                case .count: left.count == right.count ? nil : left.count < right.count
                case .recipient: left.recipient == right.recipient ? nil : left.recipient < right.recipient
                case .what: left.what == right.what ? nil : left.what < right.what
                case .purpose: left.purpose == right.purpose ? nil : left.purpose < right.purpose
                }
            return isBefore.map { $0 != isDescending } ?? (one.offset < other.offset)
        }
        return sorted.map(\.element)
    }

    private var path: String { "/people/\(person.formEncoded)/disclosures" }
    var action: String { path }
    var clear: String? { Self.names.contains { asked[$0] != nil } ? path : nil }

    private func address(_ path: String, sort: String?) -> String {
        var form = Form(Self.names.compactMap { name in asked[name].map { (name, $0) } })
        form.set("sort", sort)
        return form.fields.isEmpty ? path : "\(path)?\(form.encoded)"
    }

    var download: String { address(path + ".csv", sort: asked["sort"]) }

    var heads: [AuditPage.Model.Head] {
        Column.allCases.map { column in
            let isChosen = column == self.column
            let isNumber = [.last, .first, .count].contains(column)
            let turns = isChosen ? !isDescending : isNumber
            return AuditPage.Model.Head(
                text: column.title, href: address(path, sort: (turns ? "-" : "") + column.rawValue),
                sort: isChosen ? (isDescending ? "descending" : "ascending") : "none")
        }
    }

    var period: String {
        "From \(DisclosureWords.day(from, zone)) to \(DisclosureWords.day(until - 1, zone))"
    }

    var filters: [Field] {
        let wrong = "This is not a day. Write it as 2026-11-30."
        let purposes = [("", "Any")] + PurposeOfUse.allCases.map { ($0.rawValue, $0.title) }
        return [
            .select(
                "which", "Which",
                [("", "All"), (Self.outside, "Outside of treatment, payment and operations (45 CFR 164.528)")],
                chosen: asked["which"]),
            .line("recipient", "To whom", value: asked["recipient"]),
            .select("purpose", "What for", purposes, chosen: asked["purpose"]),
            .line("from", "From", value: asked["from"], type: "date").with {
                $0.hint = "Six years back at most"
                $0.error = asked["from"] != nil && LocalTime.moment(asked["from"], zone: zone) == nil ? wrong : nil
            },
            .line("to", "To", value: asked["to"], type: "date").with {
                $0.error = asked["to"] != nil && LocalTime.moment(asked["to"], zone: zone) == nil ? wrong : nil
            },
            // On a phone the heads of the table, which sort too, are not shown.
            .select("sort", "Sort by", Self.orders, chosen: asked["sort"]),
        ]
    }

    private static let orders: [(String, String)] =
        [("", "Latest first")]
        + Column.allCases.flatMap { column in
            [(column.rawValue, column.title), ("-\(column.rawValue)", "\(column.title), last first")]
        }
}
