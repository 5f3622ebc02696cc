/// The numbers of resources and of what references point to, each asked for once in a transaction.
final class Places {
    private struct Key: Hashable {
        let type: Int64
        let id: String
    }

    private static let sql = "SELECT rid FROM resource WHERE type = $1 AND id = $2"
    private let connection: any Connection
    private let types: TypeTable
    private let counters: Counters
    private let find: any PreparedStatement
    private let make: any PreparedStatement
    private var known: [Key: Int64] = [:]
    /// Asked for, and not there.
    private var missing: Set<Key> = []
    /// The numbers that references of this transaction point to.
    private(set) var pointedTo: Set<Int64> = []
    /// Takes new places while a batch is being put together.
    var bulk: BulkRows?

    init(connection: any Connection, types: TypeTable, counters: Counters) throws {
        self.connection = connection
        self.types = types
        self.counters = counters
        find = try connection.prepare(Self.sql)
        make = try connection.prepare(
            """
            INSERT INTO resource (rid, type, id, person, version, updated, deleted, source, body)
            VALUES ($1, $2, $3, 0, 0, 0, 0, 0, NULL)
            """)
    }

    func note(_ rid: Int64, type: Int, id: String) {
        note(rid, Key(type: Int64(type), id: id))
    }

    func knows(type: Int, id: String) -> Bool {
        known[Key(type: Int64(type), id: id)] != nil
    }

    private func note(_ rid: Int64, _ key: Key) {
        known[key] = rid
        missing.remove(key)
    }

    private func key(_ type: String, _ id: String) -> Key {
        Key(type: Int64(types.number(of: type) ?? -1), id: IndexText.kept(id))
    }

    /// Asks for places before they are needed, without waiting.
    func ask(_ places: some Sequence<(type: String, id: String)>) throws {
        for (type, id) in places {
            let key = key(type, id)
            guard known[key] == nil, missing.insert(key).inserted else {
                continue
            }
            try connection.ask(Self.sql, [.integer(key.type), .text(key.id)]) { row in
                if let rid = row.integer(0) {
                    self.note(rid, key)
                }
            }
        }
    }

    /// The number of a place, made when it is first pointed to. Absolute addresses have no type.
    func rid(type: String, id: String) throws -> Int64 {
        let rid = try standing(type: type, id: id)
        pointedTo.insert(rid)
        return rid
    }

    /// The same for what was pointed to until now.
    func standing(type: String, id: String) throws -> Int64 { try find(key(type, id)) }

    private func find(_ key: Key) throws -> Int64 {
        if let rid = known[key] {
            return rid
        }
        if let rid = bulk?.find(type: key.type, id: key.id)?.rid {
            note(rid, key)
            return rid
        }
        if !missing.contains(key) {
            find.bind(1, key.type)
            find.bind(2, key.id)
            var rid: Int64?
            try find.rows { rid = $0.integer(0) }
            if let rid {
                note(rid, key)
                return rid
            }
        }
        let fresh = try counters.nextRid(on: connection)
        if let bulk {
            bulk.add(.init(rid: fresh, type: key.type, id: key.id))
        } else {
            make.bind(1, fresh)
            make.bind(2, key.type)
            make.bind(3, key.id)
            try make.send()
        }
        note(fresh, key)
        return fresh
    }
}
