package import Records

/// All open tasks, filtered, by due time.
package struct WorkList: Sendable {
    package enum Owner: Sendable, Equatable {
        case anyone
        case nobody
        /// For example `Practitioner/ruth`.
        case person(String)
    }

    package let owner: Owner
    package let code: TaskCode?
    /// Only what is due from then on, milliseconds since 1970; nil: all.
    package let from: Int64?

    package init(owner: Owner, code: TaskCode?, from: Int64? = nil) {
        self.owner = owner
        self.code = code
        self.from = from
    }

    /// Reads on from ``WorkPage/next`` of the page before.
    package func read(after: String?, limit: Int = 50, by reader: Reader) throws -> WorkPage {
        var query = RowQuery(Work.table)
        switch owner {
        case .anyone: break
        case .nobody: query.conditions.append(.init("owner", .equal, .text("")))
        case .person(let reference): query.conditions.append(.init("owner", .equal, .text(reference)))
        }
        if let code {
            query.conditions.append(.init("code", .equal, .text(code.rawValue)))
        }
        if let from {
            query.conditions.append(.init("due", .greaterOrEqual, .integer(from)))
        }
        query.order = [("due", false)]
        return try WorkPage.read(query, after: after, limit: limit, by: reader)
    }
}
