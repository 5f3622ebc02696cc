package import Access

extension Reader {
    /// Lines of the audit. What the journal holds is not among them: ``Records/sealAudit()`` comes first.
    /// A person reads those of the own record, without the ids, searches and addresses in them: who, when, and what for.
    /// - Throws: ``RecordsFailure/forbidden(type:)`` for a caller who may not see the audit.
    package func audit(_ ask: AuditAsk) throws -> [AuditLine] {
        guard policy.permits(caller, .seeAudit) else {
            guard isOfOwnRecord(ask) else {
                throw RecordsFailure.forbidden(type: "AuditEvent")
            }
            return try lines(ask).map { line in
                var line = line
                line.resource = nil
                line.query = ""
                line.address = ""
                return line
            }
        }
        return try lines(ask)
    }

    /// 45 CFR 164.528, and more: also what was looked at for treatment.
    private func isOfOwnRecord(_ ask: AuditAsk) -> Bool {
        guard let own = caller.ownPerson, ask.person == own else {
            return false
        }
        return policy.reach(of: caller, for: .search, on: "AuditEvent").parts.contains { $0.whose == .person(own) }
    }

    private func lines(_ ask: AuditAsk) throws -> [AuditLine] {
        guard let conditions = try AuditConditions(ask, types: types, connection: connection).all() else {
            return []
        }
        var found: [(line: AuditLine, person: Int64, rid: Int64)] = []
        try connection.each(
            """
            SELECT a.lane, a.seq, a.at, a.account, a.action, a.person, a.rid, a.version, a.outcome, a.detail,
            a.purpose, a.query, a.address FROM audit a WHERE \(.joined(conditions, by: " AND "))
            ORDER BY \(ask.order.columns) LIMIT \(ask.limit)
            """
        ) { row in
            if let line = AuditLine(row) {
                found.append((line, row.integer(5) ?? 0, row.integer(6) ?? 0))
            }
        }
        let places = try places(Set(found.flatMap { [$0.person, $0.rid] }).subtracting([0]))
        let accounts = try accounts(Set(found.map(\.line.account)))
        return try found.map { line, person, rid in
            var line = line
            line.person = places[person].map { String($0.drop { $0 != "/" }.dropFirst()) }
            line.resource = places[rid]
            if let account = accounts[line.account] {
                // That somebody is cared for here is told only to who sees people, and to themselves.
                let isNamed = !account.isOfPortal || policy.permits(caller, .seePeople) || caller.ownPerson != nil
                line.name = isNamed ? account.name : policy.roles.titles(account.roles)
                line.practitioner = account.practitioner
                line.roles = account.roles.map(policy.roles.title).sorted()
            } else if policy.permits(caller, .seePeople) || caller.ownPerson != nil {
                line.name = try HandOvers.recipient(line.account, on: connection)
            }
            if let hash = AuditQueryText.pointed(line.query) {
                line.query =
                    try connection.first("SELECT text FROM audit_query WHERE hash = $1", [.text(hash)]) {
                        $0.text(0)
                    } ?? ""
            }
            return line
        }
    }

    /// `Type/id` of some numbers.
    private func places(_ rids: Set<Int64>) throws -> [Int64: String] {
        var places: [Int64: String] = [:]
        guard !rids.isEmpty else {
            return places
        }
        try connection.each("SELECT rid, type, id FROM resource WHERE rid IN (\(SQLText.list(rids.sorted())))") { row in
            if let rid = row.integer(0), let type = row.integer(1).flatMap(types.name), let id = row.text(2) {
                places[rid] = "\(type)/\(id)"
            }
        }
        return places
    }

    private func accounts(_ ids: Set<String>) throws -> [String: Account] {
        var accounts: [String: Account] = [:]
        for id in ids {
            accounts[id] = try connection.first(
                "SELECT \(Accounts.columns) FROM account WHERE id = $1", [.text(id)], Accounts.account)
        }
        return accounts
    }
}

extension AuditLine {
    fileprivate init?(_ row: any SQLRow) {
        guard let lane = row.integer(0), let sequence = row.integer(1), let at = row.integer(2),
            let account = row.text(3), let action = row.text(4), let detail = row.text(9), let query = row.text(11)
        else {
            return nil
        }
        self.init(
            place: AuditAsk.Place(lane: lane, sequence: sequence), at: at, account: account,
            deed: AuditAsk.Deed(action: action, detail: detail, query: query), version: row.integer(7) ?? 0,
            succeeded: row.text(8) == "0", detail: detail, purpose: row.text(10) ?? "", query: query,
            address: row.text(12) ?? "")
    }
}

extension AuditAsk.Deed {
    fileprivate init(action: String, detail: String, query: String) {
        let known: [AuditLog.Event: AuditAsk.Deed] = [
            .create: .create, .update: .update, .delete: .delete, .signIn: .signIn, .refusal: .refusal,
            .importing: .importing, .exporting: .export,
        ]
        let isSearch = !query.isEmpty || detail.hasPrefix(Self.searchDetail)
        self = AuditLog.Event(rawValue: action).flatMap { known[$0] } ?? (isSearch ? .search : .look)
    }

    /// How the detail of a search through the API begins.
    static let searchDetail = "api search"
}

extension Records {
    /// Lines of the audit for the product's own export, which keeps its one row by itself.
    /// - Throws: ``RecordsFailure/forbidden(type:)`` for a caller who may not see the audit.
    package func auditLines(_ ask: AuditAsk, as caller: Caller, at now: Int64) async throws -> [AuditLine] {
        try await engine.read { connection in
            try self.reader(connection, caller, Reader.Looked(), at: now).audit(ask)
        }
    }
}
