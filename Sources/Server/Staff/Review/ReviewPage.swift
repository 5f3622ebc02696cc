import Access
import Care
import Content
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The review of files: draws some, shows for each element what there is, and prints the packet.
struct ReviewPage: Sendable {
    let services: Services

    struct Model {
        struct Share {
            let title: String
            let ask: String
            let share: String
            let of: String
            let tone: String
        }

        struct Line {
            let title: String
            let state: String
            let tone: String
            let words: String
            let when: String?
            let href: String?
        }

        struct File {
            let anchor: String
            let name: String
            let born: String
            let number: String
            let href: String?
            let detail: String
            let share: String
            let lines: [Line]
        }

        let page: PageFrame
        let fields: [Field]
        let asked: Bool
        let title: String
        let sub: String
        let source: String
        let shares: [Share]
        let files: [File]
        /// Files that were drawn and are out of this reader's reach.
        let hidden: String?
        let print: String?
        let pdf: String?
        let back: String
        let printed: String
    }

    func add(to routes: StaffRoutes) {
        routes.get("review", use: show)
        routes.get("review/packet", use: packet)
        routes.get("review/packet.pdf", use: download)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let ask = ask(request)
        if ask.isAsked, ask.problems == nil, ask.seed == nil {
            // Small enough to be written down by hand.
            return .seeOther(ask.address("/review", seed: UInt64.random(in: 1...999_999)))
        }
        return try services.pages.response(
            try await model(ask, context), "review", status: ask.problems == nil ? .ok : .unprocessableContent)
    }

    @Sendable func packet(_ request: Request, _ context: StaffContext) async throws -> Response {
        let ask = ask(request)
        guard ask.sample != nil else { return .seeOther("/review") }
        return try services.pages.response(try await model(ask, context), "review-packet")
    }

    @Sendable func download(_ request: Request, _ context: StaffContext) async throws -> Response {
        let ask = ask(request)
        guard ask.sample != nil else { return .seeOther("/review") }
        let model = try await model(ask, context)
        try await services.records.noteExport(
            by: try context.caller(), at: services.now(), for: "file review packet",
            asking: request.uri.query ?? "")
        return try await PaperFile(services: services).response(model, "review-packet", name: "file-review")
    }

    private func ask(_ request: Request) -> ReviewAsk {
        ReviewAsk(
            Form.query(of: request), services.care, today: SiteDay(zone: services.zone).today(services.now()))
    }

    private struct Seen: Sendable {
        var files: [ReviewFile] = []
        var among = 0
        var drawn = 0
    }

    private func look(_ ask: ReviewAsk, _ context: StaffContext) async throws -> Seen {
        guard let sample = ask.sample, let rules = ask.rules else { return Seen() }
        let (care, now) = (services.care, services.now())
        return try await services.records.read(as: try context.caller(), at: now, for: "file review") { reader in
            let drawn = try sample.draw(by: reader, at: now)
            let files = try drawn.episodes.compactMap { episode in
                try ReviewFile.read(episode, rules, care, by: reader, at: now)
            }
            return Seen(files: files, among: drawn.among, drawn: drawn.episodes.count)
        }
    }

    private func model(_ ask: ReviewAsk, _ context: StaffContext) async throws -> Model {
        let seen = try await look(ask, context)
        let (now, zone) = (services.now(), services.zone)
        let opensPeople = services.records.policy.permits(try context.caller(), .seePeople)
        let isShown = ask.sample != nil
        let hidden = seen.drawn - seen.files.count
        func address(_ path: String) -> String? { ask.seed.map { ask.address(path, seed: $0) } }
        return Model(
            page: PageFrame("File review", context, current: "/review", problems: ask.problems), fields: ask.fields,
            asked: isShown, title: ask.rules?.title ?? "",
            sub: isShown ? ask.words(among: seen.among, drawn: seen.files.count) : "",
            source: ask.rules.map { "\($0.origin.source). Version \($0.origin.version)." } ?? "",
            shares: isShown ? Self.shares(ask.rules, seen.files) : [],
            files: seen.files.enumerated().map { place, file in
                self.file(file, place + 1, opensPeople: opensPeople, now: now)
            }, hidden: hidden > 0 ? "\(Words.count(hidden, "file")) drawn that you may not see." : nil,
            print: isShown ? address("/review/packet") : nil,
            pdf: isShown && services.printer != nil ? address("/review/packet.pdf") : nil,
            back: address("/review") ?? "/review",
            printed:
                "\(services.site), \(Words.day(Words.calendarDay(now, zone: zone), today: nil)), \(context.session?.account.name ?? "")"
        )
    }

    private static func shares(_ rules: ReviewRules?, _ files: [ReviewFile]) -> [Model.Share] {
        (rules?.elements ?? []).map { element in
            let share = FileFinding.share(files.flatMap(\.findings).filter { $0.element.id == element.id })
            let percent = share.of == 0 ? nil : Int((Double(share.met) / Double(share.of) * 100).rounded())
            return Model.Share(
                title: element.title, ask: element.ask, share: percent.map { "\($0)%" } ?? "–",
                of: share.of == 0 ? "applies to no file" : "\(share.met) of \(share.of)",
                tone: share.of == 0 ? "note" : share.met == share.of ? "good" : percent ?? 0 >= 80 ? "soon" : "now")
        }
    }

    private func file(_ file: ReviewFile, _ number: Int, opensPeople: Bool, now: Int64) -> Model.File {
        let banner = PatientBanner(file.record, now: now, zone: services.zone, showsHealth: false)
        func day(_ at: Int64?) -> String? {
            at.map { Words.day(Words.calendarDay($0, zone: services.zone), today: nil) }
        }
        let met = FileFinding.share(file.findings)
        let span = [day(file.enrollment.start), file.enrollment.isOpen ? "open" : day(file.enrollment.end)]
        return Model.File(
            anchor: "file-\(number)", name: banner.name, born: banner.born, number: banner.number,
            href: opensPeople ? banner.href : nil,
            detail: span.compactMap(\.self).joined(separator: " to "), share: "\(met.met) of \(met.of)",
            lines: file.findings.map { finding in
                let (state, tone) = Self.state(finding.outcome)
                return Model.Line(
                    title: finding.element.title, state: state, tone: tone, words: finding.words, when: day(finding.at),
                    href: opensPeople ? finding.place.map { Self.href($0, banner.href) } : nil)
            })
    }

    private static func state(_ outcome: FileFinding.Outcome) -> (String, String) {
        switch outcome {
        case .found: ("found", "good")
        case .late: ("late", "soon")
        case .missing: ("missing", "now")
        case .notYet: ("not yet", "note")
        }
    }

    private static func href(_ place: FileFinding.Place, _ person: String) -> String {
        switch place {
        case .summary: person
        case .engage: "\(person)/engage"
        case .plan: "\(person)/plan"
        case .education: "\(person)/education"
        case .graduate: "\(person)/graduate"
        case .assessment(let form, let response): "\(person)/assess/\(form)?result=\(response)"
        case .contact(let encounter): "\(person)/contact/\(encounter)"
        }
    }
}
