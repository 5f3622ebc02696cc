import FHIR

/// The way in which the matches of one type are found, decided by what is rare (see ``EstimateClauses``).
///
/// Either a few candidates are gathered and sorted, or an index is walked in the order of the answer and stops at the
/// end of the page, so that the thousandth page costs what the first one does.
struct SearchPlan {
    enum Way {
        /// All candidates, from this source.
        case gather(SQLText)
        /// Postings in the order of `rid`.
        case stream([Clause.Posting])
        /// All resources of the type in the order of the answer.
        case walk
        /// The values of the first sort key in their order, then what has none.
        case walkValues(table: String, column: String, parameter: Int)
    }

    struct Found {
        let rid: Int64
        let id: String
        let type: Int
        let keys: [SQLValue]
    }

    /// After which match a page begins.
    enum Start {
        case beginning
        /// After these keys and this tie.
        case after(keys: [SQLValue], tie: SQLValue)
        /// After these keys, those that equal them included or not: for types beside the one where the last page ended.
        case at(keys: [SQLValue], including: Bool)
    }

    let connection: any Connection
    let type: Int
    let clauses: [Clause]
    let sort: [SortColumn]
    /// The caller's reach, with `@` for the row; nil when he reaches every resource of the type.
    let reach: SQLText?
    let way: Way
    /// The clauses that the way has not asked yet.
    let probes: [Clause]

    /// Ties are broken by the order of arrival, or by id for those to whom the order of arrival would tell too much; the
    /// last sort key says in which direction.
    let followsArrival: Bool
    var tie: String { followsArrival ? "rid" : "id" }
    var tieDescends: Bool { sort.last?.isDescending ?? false }

    /// So many candidates are gathered rather than walked for.
    private static let few = 1_000
    private static let fewSorted = 4_000
    private static let fewWithoutArrival = 20_000

    /// Where only some people's records are in reach (`isPanel`) they can give the candidates; else only the clauses do.
    init(
        connection: any Connection, type: Int, clauses: [Clause], sort: [SortColumn], reach: SQLText?,
        isPanel: Bool, followsArrival: Bool
    ) throws {
        self.connection = connection
        self.type = type
        self.sort = sort
        self.reach = reach
        self.followsArrival = followsArrival && reach == nil
        var clauses = clauses
        if let reach {
            // The panel's own resources may be the rarest of all.
            clauses.append(
                Clause(
                    probe: { reach.of($0.row ?? "r") }, needsRow: true,
                    // Where only some records of everyone are hidden, most of the type would be a candidate.
                    source: isPanel
                        ? """
                        SELECT p.rid AS rid FROM resource p WHERE p.type = \(type) AND p.person <> 0
                        AND \(reach.of("p"))
                        """ : nil,
                    isDear: true))
        }
        self.clauses = clauses
        let isOrdered = sort.isEmpty && self.followsArrival
        if isOrdered, clauses.count == 1, !clauses[0].postings.isEmpty {
            way = .stream(clauses[0].postings)
            probes = []
            return
        }
        guard clauses.contains(where: { $0.source != nil }) else {
            way = Self.walk(sort)
            probes = clauses
            return
        }
        let fewSorted = connection.kind == .sqlite ? Self.fewSorted : Self.few
        let limit = !self.followsArrival ? Self.fewWithoutArrival : sort.isEmpty ? Self.few : fewSorted
        let counted = try EstimateClauses(connection: connection, limit: limit).run(clauses)
        let order = counted.indices.filter { counted[$0].source != nil }
            .sorted { counted[$0].estimate.likely < counted[$1].estimate.likely }
        func without(_ index: Int) -> [Clause] {
            order.filter { $0 != index }.map { counted[$0] } + counted.filter { $0.source == nil }
        }
        guard let rarest = order.first, let source = counted[rarest].source else {
            way = Self.walk(sort)
            probes = counted
            return
        }
        if isOrdered, !counted[rarest].postings.isEmpty {
            way = .stream(counted[rarest].postings)
            probes = without(rarest)
        } else if counted[rarest].estimate.count < limit {
            way = .gather(source)
            probes = without(rarest)
        } else if isOrdered, let posted = order.first(where: { !counted[$0].postings.isEmpty }) {
            way = .stream(counted[posted].postings)
            probes = without(posted)
        } else {
            let walk = Self.walk(sort)
            if case .walk = walk, sort.first?.isOwn == false {
                way = .gather(source)
                probes = without(rarest)
            } else {
                way = walk
                probes = order.map { counted[$0] } + counted.filter { $0.source == nil }
            }
        }
    }

    private static func walk(_ sort: [SortColumn]) -> Way {
        guard case .rows(let table, let column, let parameters)? = sort.first?.place, parameters.count == 1,
            ["index_date", "index_string", "index_token"].contains(table)
        else {
            return .walk
        }
        return .walkValues(table: table, column: column, parameter: parameters[0])
    }
}
