/// Turns what is asked of the audit into conditions of SQL on `audit a`.
struct AuditConditions {
    let ask: AuditAsk
    let types: TypeTable
    let connection: any Connection

    init(_ ask: AuditAsk, types: TypeTable, connection: any Connection) {
        self.ask = ask
        self.types = types
        self.connection = connection
    }

    /// - Returns: nil when nothing can match.
    func all() throws -> [SQLText]? {
        var conditions: [SQLText] = ["1 = 1"]
        if let from = ask.from {
            conditions.append("a.at >= \(from)")
        }
        if let until = ask.until {
            conditions.append("a.at < \(until)")
        }
        if let places = ask.places {
            guard !places.isEmpty else {
                return nil
            }
            let each = places.map { place -> SQLText in "(a.lane = \(place.lane) AND a.seq = \(place.sequence))" }
            conditions.append("(\(SQLText.joined(each, by: " OR ")))")
        }
        if let person = ask.person {
            guard let rid = try rid("Patient", person) else {
                return nil
            }
            conditions.append("a.person = \(rid) AND a.person <> 0")
        }
        if let resource = ask.resource {
            guard let rid = try rid(resource.type, resource.id) else {
                return nil
            }
            conditions.append(
                resource.type == "Patient" ? "(a.rid = \(rid) OR a.person = \(rid))" : "a.rid = \(rid)")
        }
        if let account = ask.account {
            conditions.append("a.account = \(SQLValue.text(IndexText.kept(account)))")
        }
        if let agent = ask.agent {
            conditions.append(
                "a.account IN (SELECT id FROM account WHERE practitioner = \(SQLValue.text(IndexText.kept(agent))))")
        }
        if let succeeded = ask.succeeded {
            conditions.append(succeeded ? "a.outcome = '0'" : "a.outcome <> '0'")
        }
        if let purpose = ask.purpose {
            conditions.append("a.purpose = \(SQLValue.text(IndexText.kept(purpose)))")
        }
        if let address = ask.address {
            conditions.append("a.address = \(SQLValue.text(IndexText.kept(address)))")
        }
        if let detail = ask.detail {
            let plain = detail.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
            conditions.append("a.detail LIKE \(SQLValue.text("%\(IndexText.kept(plain))%")) ESCAPE '\\'")
        }
        if let interaction = ask.interaction {
            let word = "api \(IndexText.kept(interaction))"
            conditions.append(
                "(a.detail = \(SQLValue.text(word)) OR substr(a.detail, 1, \(Int64(word.count + 1))) = \(SQLValue.text(word + " ")))"
            )
        }
        if let deeds = ask.deeds {
            let each = deeds.sorted { $0.rawValue < $1.rawValue }.map(\.condition)
            conditions.append(each.isEmpty ? "1 = 0" : "(\(SQLText.joined(each, by: " OR ")))")
        }
        if let after = ask.after {
            guard let behind = try behind(after) else {
                return nil
            }
            conditions.append(behind)
        }
        return conditions
    }

    private func behind(_ place: AuditAsk.Place) throws -> SQLText? {
        let key = ask.order.column.key
        let found = try connection.first(
            "SELECT a.at, \(key ?? "''") FROM audit a WHERE a.lane = $1 AND a.seq = $2",
            [.integer(place.lane), .integer(place.sequence)]
        ) { row in (row.integer(0) ?? 0, row.text(1) ?? "") }
        guard let (at, value) = found else {
            return nil
        }
        let sign: SQLText = ask.order.isDescending ? "<" : ">"
        let here: SQLText = "\(at), \(place.lane), \(place.sequence)"
        guard let key else {
            return "(a.at, a.lane, a.seq) \(sign) (\(here))"
        }
        return "(\(key), a.at, a.lane, a.seq) \(sign) (\(SQLValue.text(value)), \(here))"
    }

    private func rid(_ type: String, _ id: String) throws -> Int64? {
        guard let number = types.number(of: type) else {
            return nil
        }
        return try connection.first(
            "SELECT rid FROM resource WHERE type = $1 AND id = $2",
            [.integer(Int64(number)), .text(IndexText.kept(id))]
        ) { $0.integer(0) }
    }
}

extension AuditAsk.Column {
    /// What lines are sorted by before their time, as SQL that gives a text; nil for time itself.
    var key: String? {
        switch self {
        case .time: nil
        case .account: "a.account"
        case .deed: "a.action"
        case .person: "coalesce((SELECT p.id FROM resource p WHERE p.rid = a.person AND a.person <> 0), '')"
        case .purpose: "a.purpose"
        case .address: "a.address"
        case .outcome: "a.outcome"
        }
    }
}

extension AuditAsk.Order {
    /// The columns of `ORDER BY`, all in one direction, so that a page begins where the one before ended.
    var columns: String {
        ([column.key].compactMap(\.self) + ["a.at", "a.lane", "a.seq"]).map { isDescending ? "\($0) DESC" : $0 }
            .joined(separator: ", ")
    }
}

extension AuditAsk.Deed {
    fileprivate var condition: SQLText {
        switch self {
        case .look: "(a.action = 'R' AND a.query = '' AND substr(a.detail, 1, 10) <> 'api search')"
        case .search: "(a.action = 'R' AND (a.query <> '' OR substr(a.detail, 1, 10) = 'api search'))"
        case .create: "a.action = 'C'"
        case .update: "a.action = 'U'"
        case .delete: "a.action = 'D'"
        case .signIn: "a.action = 'S'"
        case .refusal: "a.action = 'X'"
        case .importing: "a.action = 'I'"
        case .export: "a.action = 'E'"
        }
    }
}
