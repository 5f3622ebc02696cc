import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// The medicines of a person, compared line by line: `/people/:id/medicines`.
struct MedicinesPage: Sendable {
    let services: Services

    struct Model {
        /// One of the lists that are compared.
        struct Source {
            let name: String
            let count: String
            let detail: String?
            let href: String
        }

        struct Agreed {
            let name: String
            let takes: String
            let sources: String
            let state: String
            let tone: String
            let href: String?
        }

        struct Agreement {
            let lines: [Agreed]
            let keep: FormModel?
        }

        struct Warning {
            let text: String
            let detail: String
        }

        struct Signed {
            let title: String
            let detail: String
            let printHref: String
            let versionsHref: String
            let counts: String
        }

        struct Sign {
            let form: FormModel?
            let intro: String
        }

        let page: PageFrame
        let banner: PatientBanner
        let state: String
        let stateTone: String
        let sources: [Source]
        let signed: Signed?
        let settled: Bool
        let warnings: [Warning]
        let caution: String
        let agreement: Agreement?
        let cards: [MedicineCards.Card]
        let action: String
        let mayDecide: Bool
        let sign: Sign?
    }

    func add(to routes: StaffRoutes) {
        routes.get("people/:id/medicines", use: show)
        routes.post("people/:id/medicines/keep", use: keep)
        routes.post("people/:id/medicines/decide", use: decide)
        routes.post("people/:id/medicines/sign", use: sign)
        let list = MedicineListPage(services: services)
        routes.get("people/:id/medicines/lists/:source", use: list.show)
        routes.post("people/:id/medicines/lists/:source", use: list.enter)
        routes.post("people/:id/medicines/lists/:source/remove", use: list.remove)
        routes.get("people/:id/medicines/versions", use: MedicineVersionsPage(services: services).show)
        let print = MedicinePrint(services: services)
        routes.get("people/:id/medicines/print", use: print.show)
        routes.get("people/:id/medicines/print.pdf", use: print.download)
    }

    static let reads = PatientBanner.reads.union(["Communication"])

    func look(_ person: String, _ context: StaffContext) async throws -> Reconciliation {
        let (now, care) = (services.now(), services.care)
        return try await services.records.read(as: try context.caller(), at: now, for: "medicines") { reader in
            try Reconciliation.read(person, content: care, with: Self.reads, by: reader, at: now)
        }
    }

    private static func notice(_ query: Form) -> String? {
        let count = query["n"].flatMap { Int($0) } ?? 0
        return switch query["done"] {
        case "kept": "Saved: \(Words.count(count, "line")) kept."
        case "decided":
            count == 0 ? "Nothing was changed." : "Saved: \(Words.count(count, "line")) decided."
        case "signed": "Signed. The list can be printed now."
        default: nil
        }
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        return try await page(
            try await look(try context.part("id"), context), context, notice: Self.notice(query),
            opened: query["line"])
    }

    /// The page; `typed` is what a form held that comes back with problems, `opened` a line that is decided on though the
    /// lists agree.
    func page(
        _ standing: Reconciliation, _ context: StaffContext, notice: String? = nil, opened: String? = nil,
        typed: Form = Form([]), problems: FormProblems? = nil
    ) async throws -> Response {
        let now = services.now()
        let names = try await StaffNames.read(services, try context.caller())
        let mayDecide = services.records.policy.permits(try context.caller(), .signClinical)
        let base = "/people/\(standing.record.id)/medicines"
        let cards = MedicineCards(
            standing: standing, names: names, wording: services.care.medicineWording, typed: typed, problems: problems,
            now: now, zone: services.zone)
        let isSettled = standing.isSettled
        let agreeing = standing.lines.filter { line in
            standing.agrees(line) && line.key != opened && typed["v-\(line.key)"] == nil
                && standing.decisions[line.key].map { $0.kind == .keep } ?? true
        }
        let open = standing.open.count
        let shown = Set(agreeing.map(\.key))
        return try services.pages.response(
            Model(
                page: PageFrame("Medicines", context, notice: notice.map { .good($0) }, problems: problems),
                banner: PatientBanner(standing.record, now: now, zone: services.zone),
                state: isSettled
                    ? "reconciled"
                    : standing.lines.isEmpty
                        ? "no list yet" : open == 0 ? "all decided, not signed" : "\(open) to decide",
                stateTone: isSettled ? "good" : "soon",
                sources: MedicineSource.typed.map { source(standing, $0, base, names, now) },
                signed: standing.signed.first.map { signed($0, base, now) }, settled: isSettled,
                warnings: standing.warnings.map { .init(text: $0.text, detail: $0.detail) },
                caution: standing.caution
                    + (standing.unknown.isEmpty
                        ? "" : " Not recognized, and so not checked: \(standing.unknown.joined(separator: ", "))."),
                agreement: isSettled || agreeing.isEmpty
                    ? nil : agreement(agreeing, standing, base, mayDecide: mayDecide),
                cards: isSettled ? [] : standing.lines.filter { !shown.contains($0.key) }.map(cards.card),
                action: "\(base)/decide", mayDecide: mayDecide,
                sign: isSettled || standing.lines.isEmpty || !mayDecide ? nil : signing(standing, base)),
            "medicines", status: problems == nil ? .ok : .unprocessableContent)
    }

    private func source(
        _ standing: Reconciliation, _ source: MedicineSource, _ base: String, _ names: StaffNames, _ now: Int64
    ) -> Model.Source {
        let entries = standing.lines.flatMap(\.entries).filter { $0.source == source }
        let list = standing.record.all("List").last { list in
            list.root.text("status") == "current"
                && list.root.list("identifier").contains {
                    $0.text("value") == "\(standing.record.id)/\(source.rawValue)"
                }
        }
        let date = Words.date(
            list?.root.text("date") ?? entries.compactMap(\.date).max(), now: now, zone: services.zone)
        let who = names.name(list?.root.text("source", "reference"))
        let detail = [who.map { "entered by \($0)" }, date].compactMap(\.self).joined(separator: ", ")
        return Model.Source(
            name: source.title, count: entries.isEmpty ? "no list" : Words.count(entries.count, "medicine"),
            detail: detail.isEmpty ? nil : detail, href: "\(base)/lists/\(source.rawValue)")
    }

    private func signed(_ signed: SignedMedicines, _ base: String, _ now: Int64) -> Model.Signed {
        Model.Signed(
            title: "Version \(signed.version)",
            detail: "Signed by \(signed.signer), \(Words.dayTime(signed.at, now: now, zone: services.zone))",
            printHref: "\(base)/print", versionsHref: "\(base)/versions",
            counts: "\(Words.count(signed.taken.count, "medicine")) taken, \(signed.stopped.count) stopped, "
                + "\(signed.asked.count) being asked")
    }

    private func agreement(
        _ lines: [MedicineLine], _ standing: Reconciliation, _ base: String, mayDecide: Bool
    ) -> Model.Agreement {
        let open = standing.agreeing.count
        return Model.Agreement(
            lines: lines.map { line in
                let isKept = standing.decisions[line.key] != nil
                return Model.Agreed(
                    name: line.name, takes: line.kept?.takes ?? "how is not said",
                    sources: line.entries.map(\.source.title).joined(separator: ", "),
                    state: isKept ? "keep" : "to decide", tone: isKept ? "good" : "soon",
                    href: mayDecide ? "\(base)?line=\(line.key)#line-\(line.key)" : nil)
            },
            keep: open == 0 || !mayDecide
                ? nil
                : FormModel(
                    "\(base)/keep", submit: open == 1 ? "Keep the one that agrees" : "Keep all \(open) that agree"))
    }

    private func signing(_ standing: Reconciliation, _ base: String) -> Model.Sign {
        let open = standing.open
        guard open.isEmpty else {
            let names = open.prefix(5).map(\.name).joined(separator: ", ")
            let more = open.count > 5 ? " and \(open.count - 5) more" : ""
            return Model.Sign(
                form: nil, intro: "The list can be signed when each line has a decision. Still open: \(names)\(more).")
        }
        let asked = standing.decisions.values.filter { $0.standing == .ask }.count
        return Model.Sign(
            form: FormModel(
                "\(base)/sign", submit: "Sign the list", hidden: standing.lines.map { ("seen", $0.key) }),
            intro: "Each line has a decision. With your name this becomes the list that the person takes home."
                + (asked == 0
                    ? ""
                    : " \(Words.count(asked, "medicine")) \(asked == 1 ? "is" : "are") still being asked about: the list says so.")
        )
    }
}
