import Access
import FHIR
import Foundation
import Records

/// What is asked of the audit in an address: filters, order, and the place of a page.
struct AuditForm {
    /// As it was asked for.
    let asked: Form
    var ask: AuditAsk
    /// The person whose looks are shown; nil for the whole audit.
    private let looksAt: String?
    /// A day was typed that is none.
    let isBroken: Bool

    static let names = [
        "person", "resource", "account", "deed", "detail", "purpose", "address", "outcome", "from", "to",
    ]
    private static let linesOnPage = 50
    private static let usualDays: Int64 = 7

    init(_ asked: Form, looksAt: String? = nil, at now: Int64, zone: TimeZone) {
        self.asked = asked
        self.looksAt = looksAt
        var ask = AuditAsk()
        ask.person = looksAt ?? asked["person"]
        ask.account = asked["account"]
        ask.deeds = asked["deed"].flatMap(AuditAsk.Deed.init).map { [$0] }
        ask.succeeded = asked["outcome"].map { $0 == "done" }
        ask.purpose = asked["purpose"].flatMap(PurposeOfUse.init)?.rawValue
        ask.address = asked["address"].map { NetworkAddress($0)?.text ?? $0 }
        ask.detail = asked["detail"]
        ask.resource = asked["resource"].flatMap(Self.resource)
        ask.order = asked["sort"].flatMap(Self.order) ?? .newest
        ask.after = asked["after"].flatMap(AuditAsk.Place.init)
        ask.limit = Self.linesOnPage + 1
        let from = LocalTime.moment(asked["from"], zone: zone)
        let to = LocalTime.moment(asked["to"], zone: zone)
        // Of one person all is shown; of everybody the last week, unless another day is named.
        ask.from = from ?? (ask.person == nil && asked["from"] == nil ? now - Self.usualDays * 86_400_000 : nil)
        ask.until = to.map { LocalTime.stretch(of: Words.calendarDay($0, zone: zone), zone: zone).upperBound }
        self.ask = ask
        isBroken =
            asked["from"] != nil && from == nil || asked["to"] != nil && to == nil
            || asked["resource"] != nil && ask.resource == nil
    }

    /// `time`, or `-time` for the other way round.
    private static func order(_ text: String) -> AuditAsk.Order? {
        let isDescending = text.hasPrefix("-")
        return AuditAsk.Column(rawValue: isDescending ? String(text.dropFirst()) : text)
            .map { AuditAsk.Order($0, isDescending: isDescending) }
    }

    /// `Observation/17`
    private static func resource(_ text: String) -> (type: String, id: String)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } ? (parts[0], parts[1]) : nil
    }

    var path: String { looksAt.map { "/people/\($0.formEncoded)/looks" } ?? "/audit" }

    var isFiltered: Bool { Self.names.contains { asked[$0] != nil } }

    /// The address of the page behind a line.
    func address(after place: AuditAsk.Place? = nil, _ change: (inout Form) -> Void = { _ in }) -> String {
        var form = kept
        form.set("after", place?.text)
        change(&form)
        return form.fields.isEmpty ? path : "\(path)?\(form.encoded)"
    }

    /// The address of the same lines as a file.
    var download: String {
        var form = kept
        form.set("looks", looksAt)
        return form.fields.isEmpty ? "/audit.csv" : "/audit.csv?\(form.encoded)"
    }

    private var kept: Form {
        Form((Self.names + ["sort"]).compactMap { name in asked[name].map { (name, $0) } })
    }

    var filters: [Field] {
        let deeds = [("", "Everything")] + AuditAsk.Deed.allCases.map { ($0.rawValue, AuditWords.deed($0)) }
        let wrong = "This is not a day. Write it as 2026-11-30."
        var fields: [Field] = []
        if looksAt == nil {
            fields.append(.line("person", "Record number of the person", value: asked["person"]))
        }
        let purposes = [("", "Any")] + PurposeOfUse.allCases.map { ($0.rawValue, $0.title) }
        fields += [
            .line("resource", "Resource", value: asked["resource"]).with {
                $0.hint = "For example Observation/17"
                $0.error = asked["resource"] != nil && ask.resource == nil ? "Write it as Observation/17." : nil
            },
            .line("account", "Account", value: asked["account"]),
            .select("deed", "What", deeds, chosen: asked["deed"]),
            .line("detail", "Detail has in it", value: asked["detail"]),
            .select("purpose", "What for", purposes, chosen: asked["purpose"]),
            .line("address", "Network address", value: asked["address"]),
            .select(
                "outcome", "Outcome", [("", "Any"), ("done", "Done"), ("not", "Refused or failed")],
                chosen: asked["outcome"]),
            .line("from", "From", value: asked["from"], type: "date").with {
                $0.error = asked["from"] != nil && ask.from == nil ? wrong : nil
            },
            .line("to", "To", value: asked["to"], type: "date").with {
                $0.error = asked["to"] != nil && ask.until == nil ? wrong : nil
            },
        ]
        // On a phone the heads of the table, which sort too, are not shown.
        fields.append(.select("sort", "Sort by", Self.orders, chosen: asked["sort"]))
        return fields
    }

    private static let orders: [(String, String)] =
        [("", "Newest first"), ("time", "Oldest first")]
        + columns.dropFirst().flatMap { column, text in
            [(column.rawValue, text), ("-\(column.rawValue)", "\(text), last first")]
        }

    var heads: [(text: String, href: String?, sort: String?)] {
        Self.columns.map { column, text in
            let isChosen = ask.order.column == column
            // By time the newest come first, by all else the first letter; a second touch turns it round.
            let isDescending = isChosen ? !ask.order.isDescending : column == .time
            return (
                text, address { $0.set("sort", (isDescending ? "-" : "") + column.rawValue) },
                isChosen ? (ask.order.isDescending ? "descending" : "ascending") : "none"
            )
        }
    }

    private static let columns: [(AuditAsk.Column, String)] = [
        (.time, "When"), (.account, "Who"), (.deed, "What"), (.person, "Whose record"), (.purpose, "What for"),
        (.address, "From where"), (.outcome, "Outcome"),
    ]

    var caption: String {
        let column = Self.columns.first { $0.0 == ask.order.column }?.1.lowercased() ?? ""
        let order =
            switch ask.order {
            case .newest: "newest first"
            case .oldest: "oldest first"
            default: "by “\(column)”\(ask.order.isDescending ? ", last first" : "")"
            }
        let isUsual = looksAt == nil && asked["from"] == nil && asked["person"] == nil
        return "Lines of the audit\(isUsual ? " of the last week" : ""), \(order)"
    }
}
