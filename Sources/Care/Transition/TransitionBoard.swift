package import Records

/// The transitions board: stays by lane, and the same as a list, soonest clock first.
package struct TransitionBoard: Sendable {
    package struct Filter: Sendable, Equatable {
        /// nil: of everyone; "": of nobody.
        package var owner: String?
        package var lane: StayLane?

        package init(owner: String? = nil, lane: StayLane? = nil) {
            self.owner = owner
            self.lane = lane
        }
    }

    /// One stay on the board.
    package struct Card: Sendable {
        package let person: String
        package let name: String
        /// yyyy-mm-dd, "" when it is not recorded.
        package let born: String
        package let lane: StayLane
        /// The id of the running episode, nil while the stay lasts.
        package let episode: String?
        /// Milliseconds since 1970, as all times here.
        package let admitted: Int64
        package let discharged: Int64?
        package let next: String?
        package let due: Int64?
        package let blocker: String?
        package let owner: String?
        package let attempts: Int
        package let facility: String
        package let reason: String?
        package let scores: String?
    }

    /// Cards in each lane, at most ``laneLimit``.
    package let lanes: [(lane: StayLane, cards: [Card], hasMore: Bool)]
    package let list: [Card]
    /// Where the next page of the list begins.
    package let next: [SQLValue]?
    /// Counted up to ``countLimit``.
    package let open: Int
    package let pressing: Int

    package static let laneLimit = 20
    package static let listLimit = 50
    package static let countLimit = 1000

    /// Reads the lanes, one page of the list, and the counts of both.
    /// - Parameters:
    ///   - filter: which stays are shown.
    ///   - after: where the page before of the list ended, nil for the first page.
    ///   - now: milliseconds since 1970.
    ///   - reader: the view of the records.
    /// - Returns: the board as it stands.
    /// - Throws: what reading the records throws.
    package static func read(
        _ filter: Filter, after: [SQLValue]? = nil, at now: Int64, by reader: Reader
    ) throws -> TransitionBoard {
        var facilities = FacilityName(reader)
        func card(_ row: FoundRow) throws -> Card {
            Card(row, now, facility: try facilities.name(row.text("facility")))
        }
        var lanes: [(StayLane, [Card], Bool)] = []
        for lane in StayLane.allCases where filter.lane == nil || filter.lane == lane {
            var query = query(filter, lane: lane, now)
            query.limit = laneLimit + 1
            let cards = try reader.rows(query, StayProjection.columns).map(card)
            lanes.append((lane, Array(cards.prefix(laneLimit)), cards.count > laneLimit))
        }
        var list = query(filter, lane: filter.lane, now)
        list.limit = listLimit + 1
        list.after = after
        let rows = try reader.rows(list, StayProjection.columns)
        let shown = rows.prefix(listLimit)
        let next = rows.count > listLimit ? shown.last?.cursor(of: list) : nil
        var all = query(filter, lane: filter.lane, now)
        all.limit = countLimit
        var pressing = RowQuery(StayProjection.table)
        pressing.conditions = all.conditions + [.init("due", .less, .integer(now + TransitionRules.day))]
        pressing.limit = countLimit
        return TransitionBoard(
            lanes: lanes, list: try shown.map(card), next: next, open: try reader.count(all),
            pressing: try reader.count(pressing))
    }

    private static func query(_ filter: Filter, lane: StayLane?, _ now: Int64) -> RowQuery {
        var query = RowQuery(StayProjection.table)
        if let owner = filter.owner {
            query.conditions.append(.init("owner", .equal, .text(owner)))
        }
        switch lane {
        case .day30?:
            query.conditions.append(.init("closes", .lessOrEqual, .integer(now)))
            query.order = [("closes", false)]
        case let lane?:
            query.conditions.append(.init("lane", .equal, .text(lane.rawValue)))
            query.conditions.append(.init("closes", .greater, .integer(now)))
            query.order = [("due", false)]
        case nil:
            query.order = [("due", false)]
        }
        return query
    }
}

extension TransitionBoard.Card {
    init(_ row: FoundRow, _ now: Int64, facility: String?) {
        func text(_ column: String) -> String? { row.text(column).flatMap { $0.isEmpty ? nil : $0 } }
        let closes = row.integer("closes") ?? StayProjection.never
        let due = row.integer("due") ?? StayProjection.never
        let discharged = row.integer("discharged") ?? 0
        person = row.person
        name = row.text("name") ?? ""
        born = row.text("born") ?? ""
        lane = closes <= now ? .day30 : row.text("lane").flatMap(StayLane.init) ?? .admitted
        episode = text("episode")
        admitted = row.integer("admitted") ?? 0
        self.discharged = discharged == 0 ? nil : discharged
        next = text("next")
        self.due = due == StayProjection.never ? nil : due
        blocker = text("blocker")
        owner = text("owner")
        attempts = Int(row.integer("attempts") ?? 0)
        self.facility = facility ?? Stay.Kind.acute.words
        reason = text("reason")
        scores = text("scores")
    }
}
