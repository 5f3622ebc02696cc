import Access
import Care
import FHIR
import Foundation
import Hummingbird
import Records

/// The board of stays: `/transitions`.
struct TransitionsPage: Sendable {
    let services: Services

    struct Model {
        struct Lane {
            let id: String
            let title: String
            let cards: [Card]
        }

        struct Card {
            let tone: String
            let name: String
            let href: String
            let about: String
            let clock: String?
            let clockTone: String
            let blocker: String?
            let owner: String
            let attempts: String?
            let action: String?
            let actionHref: String?
        }

        struct Line {
            let name: String
            let href: String
            let stage: String
            let discharged: String
            let due: String
            let tone: String
            let owner: String
            let attempts: String
            let blocker: String?
        }

        let page: PageFrame
        let sub: String
        let filters: [Field]
        let lanes: [Lane]
        let heads: [String]
        let caption: String
        let lines: [Line]
        let pager: PagerModel
    }

    func add(to routes: StaffRoutes) {
        routes.get("transitions", use: show)
        StayPage(services: services).add(to: routes)
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        let query = Form.query(of: request)
        let caller = try context.caller()
        let now = services.now()
        let filter = TransitionBoard.Filter(
            owner: query["owner"] == "me" ? caller.practitioner ?? "" : query["owner"] == "nobody" ? "" : nil,
            lane: query["lane"].flatMap(StayLane.init))
        let after = RowPlace.cursor(query["after"], count: 3)
        let (board, names) = try await services.records.read(
            as: caller, at: now, for: "transitions", asking: query.encoded
        ) { reader in
            let board = try TransitionBoard.read(filter, after: after, at: now, by: reader)
            let cards = board.lanes.flatMap(\.cards) + board.list
            return (board, try Self.names(of: Set(cards.compactMap(\.owner)), reader))
        }
        let words = TransitionWords(now: now, zone: services.zone, names: names)
        let notice = query["done"].flatMap { StayPage.notices[$0] }.map { PageFrame.Notice.good($0) }
        return try services.pages.response(
            Model(
                page: PageFrame("Transitions", context, current: "/transitions", notice: notice),
                sub: Self.summary(board), filters: Self.filters(query),
                lanes: board.lanes.map { lane, cards, hasMore in
                    Model.Lane(
                        id: lane.rawValue, title: lane.title + (hasMore ? ", first \(TransitionBoard.laneLimit)" : ""),
                        cards: cards.map(words.card))
                },
                heads: ["Name", "Stage", "Discharged", "Next step", "Owner", "Attempts", "In the way"],
                caption: "Open stays, soonest clock first", lines: board.list.map(words.line),
                pager: Self.pager(board, query)), "transitions")
    }

    static func names(of owners: Set<String>, _ reader: Reader) throws -> [String: String] {
        var names: [String: String] = [:]
        for owner in owners {
            names[owner] = try reader.find(reference: owner).map { Words.spokenName($0.root) }
        }
        return names
    }

    private static func summary(_ board: TransitionBoard) -> String {
        let most = TransitionBoard.countLimit
        let open = board.open >= most ? "\(most) or more" : "\(board.open)"
        return "\(open) open, \(board.pressing) late or with less than a day left"
    }

    private static func filters(_ query: Form) -> [Field] {
        [
            .select(
                "owner", "Owner", [("", "Everyone"), ("me", "Me"), ("nobody", "Nobody yet")], chosen: query["owner"]),
            .select(
                "lane", "Stage", [("", "All")] + StayLane.allCases.map { ($0.rawValue, $0.title) },
                chosen: query["lane"]),
        ]
    }

    private static func pager(_ board: TransitionBoard, _ query: Form) -> PagerModel {
        func address(_ after: String?) -> String {
            var form = Form([])
            form.set("owner", query["owner"])
            form.set("lane", query["lane"])
            form.set("after", after)
            return "/transitions" + (form.fields.isEmpty ? "" : "?" + form.encoded)
        }
        return PagerModel(
            shown: Words.count(board.list.count, "stay"), previous: query["after"] == nil ? nil : address(nil),
            next: RowPlace.text(board.next).map { address($0) })
    }
}
