import Care
import FHIR
import HTTPTypes
import Hummingbird
import Records

extension AssessmentPage {
    /// What an address says that was done.
    static let offerNotices = [
        "offer-accepted": "It is done as asked for.", "offer-changed": "It is done as you changed it.",
        "offer-declined": "The reason is kept.",
    ]

    /// What a result asks for, with what was typed when something is the matter with it.
    func offers(
        _ entry: AssessmentHistory.Entry, _ seen: Seen, typed: Form? = nil, problems: FormProblems? = nil,
        _ context: StaffContext
    ) async throws -> OfferForms {
        let now = services.now()
        let today = SiteDay(zone: services.zone).today(now)
        return OfferForms(
            offers: OpenOffer.all(for: entry, record: seen.record, care: services.care, today: today),
            action: "/people/\(seen.record.id)/assess/\(entry.instrument.name)/offers", response: entry.response.id,
            reasons: services.care.offers.declineReasons, typed: typed, problems: problems, person: seen.record.id,
            now: now, zone: services.zone, names: try await StaffNames.read(services, try context.caller()))
    }

    /// How the score stands beside those before it; nil for a form without a score.
    func trend(_ entry: AssessmentHistory.Entry, _ seen: Seen, _ context: StaffContext) async throws -> Trend? {
        let now = services.now()
        let person = seen.record.id
        let found = try await services.records.read(
            as: try context.caller(), at: now, for: "scores of a form"
        ) { reader in
            try ScoreTrend.of(entry.instrument, seen.history, person: person, by: reader)
        }
        guard let found, found.points.count > 1 else {
            return nil
        }
        let words = ScoreTrendWords(trend: found, now: now, zone: services.zone)
        let figure = words.figure
        return Trend(
            change: words.change, rule: words.rule, caption: figure.caption, svg: figure.svg, heads: figure.heads,
            lines: figure.lines, href: "/people/\(person)/scores")
    }

    struct Trend {
        let change: String
        let rule: String
        let caption: String
        let svg: String
        let heads: [String]
        let lines: [ChartFigure.Line]
        let href: String
    }

    @Sendable func decide(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let (person, instrument) = try place(context)
        guard let id = form["id"], FormID.isWord(id), let offer = form["offer"] else {
            throw HTTPError(.notFound)
        }
        let now = services.now()
        let site = SiteDay(zone: services.zone)
        let care = services.care
        let today = site.today(now)
        do {
            let caller = try context.caller()
            if form["do"] == "decline" {
                let verb = DeclineOffer(
                    person: person, response: id, offer: offer, reason: form["reason"], note: form["note"], care: care,
                    today: today)
                try await services.records.write(as: caller, at: now) { try verb.perform(in: $0) }
            } else {
                let isChanged = form["do"] == "change"
                let verb = AcceptOffer(
                    person: person, response: id, offer: offer, title: isChanged ? form["title"] ?? "" : nil,
                    due: isChanged ? form["due"] : nil, care: care,
                    days: SiteDays(today: today) { site.end(of: $0) })
                _ = try await services.records.write(as: caller, at: now) { try verb.perform(in: $0) }
            }
        } catch let problems as FormProblems {
            return try await again(id, person, instrument, form, problems, context)
        }
        return .seeOther(next(form["do"] ?? "", offer, id, person, instrument))
    }

    /// Where it goes on: a form that was accepted is begun, a programme is offered where people are enrolled.
    private func next(
        _ done: String, _ offer: String, _ id: String, _ person: String, _ instrument: Instrument
    ) -> String {
        let back = "/people/\(person)/assess/\(instrument.name)?result=\(id)&done="
        guard done == "accept" else {
            return back + (done == "change" ? "offer-changed" : "offer-declined")
        }
        let what = services.care.offers.offers(of: instrument.name).first { $0.id == offer }?.what
        return switch what {
        case .instrument(let name)?: "/people/\(person)/assess/\(name)?from=\(id)"
        case .programme?: "/people/\(person)/engage"
        default: back + "offer-accepted"
        }
    }

    private func again(
        _ id: String, _ person: String, _ instrument: Instrument, _ form: Form, _ problems: FormProblems,
        _ context: StaffContext
    ) async throws -> Response {
        let seen = try await look(person, Self.reads.union(OpenOffer.reads), context)
        return try await result(
            id, person, instrument, seen, Form([]), typed: form, problems: problems, context)
    }
}

/// Ids as pages make them.
enum FormID {
    static func isWord(_ id: String) -> Bool {
        id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
