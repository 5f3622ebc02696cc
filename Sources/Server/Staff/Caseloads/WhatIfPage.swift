import Access
import Care
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// What a move would make of two caseloads, and the move itself.
struct WhatIfPage: Sendable {
    let services: Services

    struct Model {
        struct Side {
            let name: String
            let before: String
            let after: String
            let tone: String
            let state: String
        }

        struct Line {
            let id: String
            let name: String
            let about: String
            let points: String
            let on: Bool
        }

        struct Exchange {
            let who: String
            let to: String
            let ids: [String]
            let lines: [Line]
        }

        let page: PageFrame
        let sub: String
        let sides: [Side]
        let chart: ChartFigure
        let going: [Line]
        let coming: [Line]
        let exchange: Exchange?
        let form: FormModel
    }

    /// So many are offered in exchange.
    private static let mostOffered = 60

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        try await page(context, asked: Form.query(of: request))
    }

    @Sendable func move(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        let verb = MovePeople(
            from: form["who"] ?? "", to: form["to"] ?? "", going: Self.ids(form, "id"), coming: Self.ids(form, "back"),
            reason: form["reason"])
        do {
            let move = try await services.records.write(as: try context.caller(), at: services.now()) { change in
                try verb.perform(in: change)
            }
            return .seeOther("/caseloads?done=moved&moved=\(move)")
        } catch let problems as FormProblems {
            return try await page(context, asked: form, problems: problems, status: .unprocessableContent)
        } catch let refusal as NotNow {
            return try await page(context, asked: form, notice: .wrong(refusal.reason), status: .conflict)
        }
    }

    private static func ids(_ form: Form, _ name: String) -> [String] {
        var seen: Set<String> = []
        return form.all(name).filter { !$0.isEmpty && $0.utf8.count <= 64 && seen.insert($0).inserted }
    }

    private func page(
        _ context: StaffContext, asked: Form, problems: FormProblems? = nil, notice: PageFrame.Notice? = nil,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let caller = try context.caller()
        let now = services.now()
        let team = try await services.accounts.team(as: caller)
            .compactMap { account in account.practitioner.map { (reference: $0, name: account.name) } }
        guard let who = asked["who"], let to = asked["to"], who != to,
            [who, to].allSatisfy({ one in team.contains { $0.reference == one } })
        else {
            return .seeOther("/caseloads")
        }
        let rules = services.care.assignment
        let asking = [who, to].map(CaseloadsWords.account).joined(separator: " ")
        let (picture, theirs, others) = try await services.records.read(
            as: caller, at: now, for: "what-if page", asking: asking
        ) { reader in
            let staff = try StaffMember.read(team.filter { [who, to].contains($0.reference) }, by: reader, at: now)
            return (
                try CaseloadPicture.read(staff, rules, at: now, by: reader),
                try CarriedPerson.of(who, rules, by: reader), try CarriedPerson.of(to, rules, by: reader)
            )
        }
        guard let from = picture[who], let desk = picture[to] else {
            return .seeOther("/caseloads")
        }
        let isAll = asked["all"] != nil
        let (ids, back) = (Set(Self.ids(asked, "id")), Set(Self.ids(asked, "back")))
        let going = isAll ? theirs : theirs.filter { ids.contains($0.person) }
        let coming = isAll ? others : others.filter { back.contains($0.person) }
        let words = CaseloadsWords(
            read: .init(picture: picture, chosen: who, people: theirs, suggested: [], absences: []),
            services: services, now: now)
        let what = WhatIf(from: from, to: desk, going: going, coming: coming)
        func line(_ person: CarriedPerson) -> Model.Line {
            Model.Line(
                id: person.person, name: person.name, about: words.about(person),
                points: SuggestManager.number(person.points), on: back.contains(person.person))
        }
        return try services.pages.response(
            Model(
                page: PageFrame(
                    "What if they moved?", context, current: "/caseloads",
                    notice: notice ?? (going.isEmpty && coming.isEmpty ? .wrong("Nobody was ticked.") : nil),
                    problems: problems),
                sub: "Nothing has moved yet", sides: sides(what, from, desk), chart: chart(what, from, desk),
                going: going.map(line), coming: coming.map(line),
                exchange: isAll || others.isEmpty
                    ? nil
                    : Model.Exchange(
                        who: who, to: to, ids: going.map(\.person), lines: others.prefix(Self.mostOffered).map(line)),
                form: form(who, to, going, coming, typed: asked, problems)), "caseloads-what-if", status: status)
    }

    private func form(
        _ who: String, _ to: String, _ going: [CarriedPerson], _ coming: [CarriedPerson], typed: Form,
        _ problems: FormProblems?
    ) -> FormModel {
        FormModel(
            "/caseloads/move",
            submit: coming.isEmpty
                ? "Move \(Words.count(going.count, "person", "people"))"
                : "Swap \(going.count) for \(coming.count)",
            hidden: [("who", who), ("to", to)] + going.map { ("id", $0.person) } + coming.map { ("back", $0.person) },
            intro: "Enrolments and open tasks change hands at once. It can be taken back in one step.",
            fields: [
                Field.line("reason", "Why", value: typed["reason"]).with {
                    $0.optional = true
                }
            ].faulted(problems), cancel: "/caseloads?who=\(who)")
    }

    private func sides(
        _ what: WhatIf, _ from: CaseloadPicture.Desk, _ to: CaseloadPicture.Desk
    ) -> [Model.Side] {
        [(from, what.from), (to, what.to)].map { desk, side in
            let share = side.capacity > 0 ? side.after / side.capacity : 1
            let (state, tone) = CaseloadsWords.state(share, services.care.assignment)
            return Model.Side(
                name: desk.staff.name, before: said(side.before, side.peopleBefore, side.capacity),
                after: said(side.after, side.peopleAfter, side.capacity), tone: tone, state: state)
        }
    }

    private func said(_ points: Double, _ people: Int, _ capacity: Double) -> String {
        "\(Words.count(people, "person", "people")), \(SuggestManager.number(points)) of \(SuggestManager.number(capacity)) points"
    }

    private func chart(_ what: WhatIf, _ from: CaseloadPicture.Desk, _ to: CaseloadPicture.Desk) -> ChartFigure {
        func bars(_ name: String, _ side: WhatIf.Side) -> [BarChart.Bar] {
            [("before", side.before), ("after", side.after)].map { when, points in
                let share = side.capacity > 0 ? points / side.capacity : 1
                return BarChart.Bar(
                    name: "\(name), \(when)", value: share,
                    shown: "\(SuggestManager.number(points)) (\(Int((min(max(share, 0), 99) * 100).rounded()))%)")
            }
        }
        return BarChart(
            id: "what-if", title: "Load", kind: "Care manager",
            bars: bars(from.staff.name, what.from) + bars(to.staff.name, what.to), whole: 1
        ).figure()
    }
}
