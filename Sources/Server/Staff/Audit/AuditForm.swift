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

    static let names = ["person", "account", "deed", "outcome", "from", "to"]
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
        ask.order = asked["sort"].flatMap(AuditAsk.Order.init) ?? .newest
        ask.after = asked["after"].flatMap(AuditAsk.Place.init)
        ask.limit = Self.linesOnPage + 1
        let from = LocalTime.moment(asked["from"], zone: zone)
        let to = LocalTime.moment(asked["to"], zone: zone)
        // Of one person all is shown; of everybody the last week, unless another day is named.
        ask.from = from ?? (ask.person == nil && asked["from"] == nil ? now - Self.usualDays * 86_400_000 : nil)
        ask.until = to.map { LocalTime.stretch(of: Words.calendarDay($0, zone: zone), zone: zone).upperBound }
        self.ask = ask
        isBroken = asked["from"] != nil && from == nil || asked["to"] != nil && to == nil
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
        fields += [
            .line("account", "Account", value: asked["account"]),
            .select("deed", "What", deeds, chosen: asked["deed"]),
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
        return fields
    }

    var heads: [(text: String, href: String?, sort: String?)] {
        let byTime: (String, AuditAsk.Order) =
            switch ask.order {
            case .newest: ("descending", .oldest)
            case .oldest: ("ascending", .newest)
            case .account: ("none", .newest)
            }
        return [
            ("When", address { $0.set("sort", byTime.1.rawValue) }, byTime.0),
            (
                "Who", address { $0.set("sort", AuditAsk.Order.account.rawValue) },
                ask.order == .account ? "ascending" : "none"
            ), ("What", nil, nil), ("Whose record", nil, nil), ("What for", nil, nil), ("Outcome", nil, nil),
        ]
    }

    var caption: String {
        let order =
            switch ask.order {
            case .newest: "newest first"
            case .oldest: "oldest first"
            case .account: "by account"
            }
        let isUsual = looksAt == nil && asked["from"] == nil && asked["person"] == nil
        return "Lines of the audit\(isUsual ? " of the last week" : ""), \(order)"
    }
}
