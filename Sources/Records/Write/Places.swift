/// The numbers of resources and of what references point to, each asked for once in a transaction.
final class Places {
    private struct Key: Hashable {
        let type: Int64
        let id: String
    }

    private let types: TypeTable
    private let counters: Counters
    private let find: any PreparedStatement
    private let make: any PreparedStatement
    private var known: [Key: Int64] = [:]
    /// The numbers that references of this transaction point to.
    private(set) var pointedTo: Set<Int64> = []

    init(connection: any Connection, types: TypeTable, counters: Counters) throws {
        self.types = types
        self.counters = counters
        find = try connection.prepare("SELECT rid FROM resource WHERE type = $1 AND id = $2")
        make = try connection.prepare(
            """
            INSERT INTO resource (rid, type, id, person, version, updated, deleted, source, body)
            VALUES ($1, $2, $3, 0, 0, 0, 0, 0, NULL)
            """)
    }

    func note(_ rid: Int64, type: Int, id: String) {
        known[Key(type: Int64(type), id: id)] = rid
    }

    /// The number of a place, made when it is first pointed to. Absolute addresses have no type.
    func rid(type: String, id: String) throws -> Int64 {
        let rid = try find(type: type, id: id)
        pointedTo.insert(rid)
        return rid
    }

    private func find(type: String, id: String) throws -> Int64 {
        let key = Key(type: Int64(types.number(of: type) ?? -1), id: id)
        if let rid = known[key] {
            return rid
        }
        find.bind(1, key.type)
        find.bind(2, id)
        var rid: Int64?
        try find.rows { rid = $0.integer(0) }
        if let rid {
            known[key] = rid
            return rid
        }
        let fresh = counters.nextRid()
        make.bind(1, fresh)
        make.bind(2, key.type)
        make.bind(3, id)
        try make.run()
        known[key] = fresh
        return fresh
    }
}
