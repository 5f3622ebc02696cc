import Access
import FHIR

/// Storing inside one transaction: row, history, index, outbox. Remembers which persons the projections must see anew.
final class Storage {
    struct Standing {
        let rid: Int64
        let version: Int64
        let updated: Int64
        let person: Int64
        let source: Int64
        let isDeleted: Bool
        let body: [UInt8]?
        let labels: LabelMask
    }

    struct Written {
        let rid: Int64
        let version: Int64
        let person: Int64
        /// As it is kept, with the labels that it has now.
        let body: [UInt8]
    }

    let connection: any Connection
    let types: TypeTable
    let labeller: Labeller
    private var indexer: Indexer { labeller.indexer }
    let words: WordTable
    let audit: AuditLog
    private let index: IndexStore
    let counters: Counters
    let places: Places
    private let find: any PreparedStatement
    private let add: any PreparedStatement
    private let change: any PreparedStatement
    private let tell: any PreparedStatement
    /// The index rows of a batch, which wait for its end; nil when rows go in at once.
    private var gathered: GatheredRows?
    /// The rows of a batch of new resources, which wait for its end.
    private var bulk: BulkRows?
    private struct Key: Hashable {
        let type: Int
        let id: String
    }
    /// What was looked up before it is needed; nil inside for what is not there.
    private var ahead: [Key: Standing?] = [:]
    private static let current =
        "SELECT rid, version, updated, person, source, deleted, body, labels FROM resource WHERE type = $1 AND id = $2"
    private(set) var touchedPersons: Set<Int64> = []
    private var touchedTypes: Set<Int> = []
    /// Whether a resource can matter to what is derived, told from its text.
    private let concerns: (_ type: String, _ body: [UInt8]) -> Bool
    /// A consent changes what lists may hold of records of every type.
    private var touchesEveryType = false

    /// The types whose records changed, for what is derived from them; nil for all.
    var changedTypes: Set<String>? {
        touchesEveryType ? nil : Set(touchedTypes.map { types.names[$0] })
    }
    /// Of whom a consent, or a record that only a consent discloses, waits for the end of its batch.
    private var unsettled: Set<Int64> = []
    let consented: LabelMask
    private let consent: Int
    let binary: Int
    /// Labels that wait for the end of the batch to be put on files, and files that were stored, each with what it is to be
    /// treated as; see ``NamedFiles``.
    private var namedFiles: [String: LabelMask] = [:]
    private var storedFiles: [String: String?] = [:]

    init(
        connection: any Connection, types: TypeTable, labeller: Labeller, words: WordTable, counters: Counters,
        concerns: @escaping (_ type: String, _ body: [UInt8]) -> Bool
    ) throws {
        self.concerns = concerns
        self.connection = connection
        self.types = types
        self.labeller = labeller
        consented = labeller.library.consented
        consent = types.number(of: "Consent") ?? -1
        binary = types.number(of: "Binary") ?? -1
        self.words = words
        self.counters = counters
        audit = AuditLog(connection: connection, counters: counters)
        index = try IndexStore(words: words, connection: connection)
        places = try Places(connection: connection, types: types, counters: counters)
        find = try connection.prepare(Self.current)
        add = try connection.prepare(
            """
            INSERT INTO resource (type, id, person, version, updated, deleted, source, present, labels, body, rid)
            VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10)
            """)
        change = try connection.prepare(
            """
            UPDATE resource SET type = $1, id = $2, person = $3, version = $4, updated = $5, deleted = 0,
            source = $6, present = $7, labels = $8, body = $9 WHERE rid = $10
            """)
        tell = try connection.prepare(
            "INSERT INTO outbox (person, seq, rid, version, type) VALUES ($1, $2, $3, $4, $5)")
    }

    /// From here on index rows wait for ``insertGathered()``. Nothing may be searched for until then.
    func gather() {
        gathered = GatheredRows()
    }

    /// From here on new resources wait too, where that is quicker.
    func gatherAll() {
        gather()
        if connection.kind == .postgres {
            bulk = BulkRows()
            places.bulk = bulk
        }
    }

    func insertGathered(at now: Int64) throws {
        if let rows = bulk {
            bulk = nil
            places.bulk = nil
            try rows.insert(on: connection)
        }
        if let rows = gathered {
            gathered = nil
            try index.insert(gathered: rows)
        }
        try settleFiles()
        let persons = unsettled
        unsettled = []
        try settleDisclosure(of: persons, at: now)
    }

    func askForCurrent(type: Int, id: String) throws {
        let key = Key(type: type, id: id)
        guard ahead[key] == nil else {
            return
        }
        ahead[key] = .some(nil)
        try connection.ask(Self.current, [.integer(Int64(type)), .text(id)]) { row in
            let standing = Self.standing(row)
            self.ahead[key] = .some(standing)
            self.places.note(standing.rid, type: type, id: id)
        }
    }

    /// What stands under this id now; version 0 when it is only pointed to.
    func current(type: Int, id: String) throws -> Standing? {
        if let row = bulk?.find(type: Int64(type), id: id) {
            return Standing(
                rid: row.rid, version: row.version, updated: row.updated, person: row.person, source: row.source,
                isDeleted: false, body: row.body, labels: LabelMask(bits: row.labels))
        }
        // A place may have been made since, by a reference to it.
        if let known = ahead[Key(type: type, id: id)], known != nil || !places.knows(type: type, id: id) {
            return known
        }
        find.bind(1, Int64(type))
        find.bind(2, id)
        var standing: Standing?
        try find.rows { standing = Self.standing($0) }
        return standing
    }

    private static func standing(_ row: any SQLRow) -> Standing {
        Standing(
            rid: row.integer(0) ?? 0, version: row.integer(1) ?? 0, updated: row.integer(2) ?? 0,
            person: row.integer(3) ?? 0, source: row.integer(4) ?? 0, isDeleted: row.integer(5) == 1,
            body: row.bytes(6), labels: LabelMask(bits: row.integer(7) ?? 0))
    }

    /// Stores the next version of a resource with its index rows and keeps the version that stood.
    /// - Parameters:
    ///   - prepared: the text as it is to be kept, its index rows and its labels.
    ///   - standing: what stands under this id now, nil for nothing.
    ///   - source: where it comes from, nil for this server.
    ///   - now: milliseconds since 1970.
    ///   - mayRelabel: whether labels that stand may go; else they stay, for the versions before hold what they speak of.
    /// - Returns: the keys under which it is stored.
    /// - Throws: what the database reports.
    func write(
        _ prepared: Prepared, over standing: Standing?, source: Int64?, at now: Int64, mayRelabel: Bool = false
    ) throws -> Written {
        var prepared = prepared
        if let standing, !mayRelabel, case let kept = standing.labels.carried, !prepared.labels.contains(kept) {
            prepared = try labeller.adding(kept, to: prepared)
        }
        let (type, id, body, rows) = (prepared.number, prepared.id, prepared.body, prepared.rows)
        // Closed until the consents have been asked.
        let labels = prepared.labels.union(prepared.labels.intersection(consented).undisclosed).bits
        let rid: Int64
        let version: Int64
        if let standing {
            rid = standing.rid
            version = standing.version + 1
            if standing.version > 0 {
                try keep(standing, type: type)
            }
        } else {
            rid = try counters.nextRid(on: connection)
            version = 1
        }
        ahead[Key(type: type, id: id)] = nil
        // Before its references are placed: one of them may be to itself.
        places.note(rid, type: type, id: id)
        let person = try self.person(of: prepared, under: rid)
        let source = source ?? standing?.source ?? 0
        let waits = bulk?.change(rid) { row in
            row.person = person
            row.version = version
            row.updated = now
            row.source = source
            row.present = rows.present
            row.labels = labels
            row.body = body
        }
        if let bulk, standing == nil {
            bulk.add(
                .init(
                    rid: rid, type: Int64(type), id: id, person: person, version: version, updated: now,
                    source: source, present: rows.present, labels: labels, body: body))
        } else if waits != true {
            let update = standing == nil ? add : change
            update.bind(1, Int64(type))
            update.bind(2, id)
            update.bind(3, person)
            update.bind(4, version)
            update.bind(5, now)
            update.bind(6, source)
            update.bind(7, rows.present)
            update.bind(8, labels)
            update.bind(9, body)
            update.bind(10, rid)
            try update.send()
        }
        try place(rows, rid: rid)
        try tell(rid, version: version, person: person, type: type)
        touch(type, body, standing?.body)
        if person != 0 {
            touchedPersons.insert(person)
        }
        if let before = standing?.person, before != 0 {
            touchedPersons.insert(before)
        }
        if type == consent || !prepared.labels.intersection(consented).isEmpty {
            try settle([person, standing?.person ?? 0], at: now)
        }
        try noteFiles(of: prepared)
        return Written(rid: rid, version: version, person: person, body: body)
    }

    /// Most of what is stored, such as readings, matters to nothing that is derived.
    private func touch(_ type: Int, _ first: [UInt8]?, _ second: [UInt8]?) {
        touchesEveryType = touchesEveryType || type == consent
        guard !touchedTypes.contains(type) else {
            return
        }
        let name = types.names[type]
        if [first, second].contains(where: { $0.map { concerns(name, $0) } ?? false }) {
            touchedTypes.insert(type)
        }
    }

    private func noteFiles(of prepared: Prepared) throws {
        if prepared.number == binary {
            let root = try JSONDocument(prepared.body).root
            storedFiles.updateValue(root.text("securityContext", "reference"), forKey: prepared.id)
        } else if !prepared.labels.isEmpty {
            for id in NamedFiles.of(prepared.body) {
                namedFiles[id] = (namedFiles[id] ?? .none).union(prepared.labels)
            }
        }
        if gathered == nil {
            try settleFiles()
        }
    }

    private func settleFiles() throws {
        guard !namedFiles.isEmpty || !storedFiles.isEmpty else {
            return
        }
        let (named, stored) = (namedFiles, storedFiles)
        (namedFiles, storedFiles) = ([:], [:])
        try label(files: named)
        try labelStored(files: stored)
    }

    private func settle(_ persons: Set<Int64>, at now: Int64) throws {
        if gathered == nil {
            try settleDisclosure(of: persons, at: now)
        } else {
            unsettled.formUnion(persons)
        }
    }

    func prepared(_ document: JSONDocument) throws -> Prepared {
        let type = document.root["resourceType"]?.string ?? ""
        return try labeller.prepared(
            document, type, types.number(of: type) ?? -1, id: document.root["id"]?.string ?? "")
    }

    /// Keeps the version that stands and marks the resource as removed; its index rows go.
    func delete(_ standing: Standing, type: Int, at now: Int64) throws -> Written {
        try keep(standing, type: type)
        let version = standing.version + 1
        try connection.send(
            "UPDATE resource SET version = $1, updated = $2, deleted = 1, body = NULL WHERE rid = $3",
            [.integer(version), .integer(now), .integer(standing.rid)])
        try tell(standing.rid, version: version, person: standing.person, type: type)
        ahead = [:]
        touch(type, standing.body, nil)
        if standing.person != 0 {
            touchedPersons.insert(standing.person)
        }
        if type == consent {
            try settle([standing.person], at: now)
        }
        return Written(rid: standing.rid, version: version, person: standing.person, body: [])
    }

    /// Leaves a note for those who react.
    private func tell(_ rid: Int64, version: Int64, person: Int64, type: Int) throws {
        let sequence = try counters.nextChange(on: connection)
        if let bulk {
            bulk.tell(
                .init(sequence: sequence, rid: rid, version: version, person: person, type: Int64(type)))
            return
        }
        tell.bind(1, person)
        tell.bind(2, sequence)
        tell.bind(3, rid)
        tell.bind(4, version)
        tell.bind(5, Int64(type))
        try tell.send()
    }

    /// What was pointed to, and whether a resource stands there.
    func targets() throws -> [(rid: Int64, type: String, id: String, stands: Bool)] {
        var found: [(rid: Int64, type: String, id: String, stands: Bool)] = []
        let pointedTo = places.pointedTo.sorted()
        try connection.pipelined(
            "SELECT type, id, version, deleted FROM resource WHERE rid = $1", pointedTo.map { [.integer($0)] }
        ) { place, row in
            if let type = row.integer(0).flatMap(types.name), let id = row.text(1) {
                found.append((pointedTo[place], type, id, (row.integer(2) ?? 0) > 0 && row.integer(3) == 0))
            }
        }
        return found
    }

    /// Whom a resource would be about, found by the number under which it stands: a new Patient has none and is nobody yet.
    func person(of prepared: Prepared, under rid: Int64?) throws -> Int64 {
        guard prepared.number != binary else {
            return try person(ofFile: prepared.body)
        }
        return try person(of: prepared.number, rid: rid ?? 0, rows: prepared.rows)
    }

    /// A file is to be treated as what it names (FHIR R4 `Binary.securityContext`): it is part of the record of a person whom
    /// it names. No search parameter looks there.
    private func person(ofFile body: [UInt8]) throws -> Int64 {
        let parts = try JSONDocument(body).root.text("securityContext", "reference")?.split(separator: "/") ?? []
        guard parts.count == 2, parts.first == "Patient", let id = parts.last else {
            return 0
        }
        return try rid(type: "Patient", id: String(id))
    }

    /// Makes the index rows and the labels of a resource anew from its body.
    func insertIndex(of resource: Resource) throws {
        let made = try prepared(resource.document)
        try place(made.rows, rid: resource.rid)
        // Labels that stand stay: they may speak of earlier versions.
        let stand = LabelMask(bits: resource.labels).carried.union(made.labels)
        let labels = stand.union(stand.intersection(consented).undisclosed).bits
        try connection.send(
            "UPDATE resource SET present = $1, labels = $2 WHERE rid = $3",
            [.integer(made.rows.present), .integer(labels), .integer(resource.rid)])
        if made.body != resource.document.bytes {
            try connection.send(
                "UPDATE resource SET body = $1 WHERE rid = $2", [.blob(made.body), .integer(resource.rid)])
        }
        if !stand.intersection(consented).isEmpty {
            unsettled.insert(resource.person)
        }
    }

    private func place(_ rows: [IndexRow], rid: Int64) throws {
        if let gathered {
            try index.gather(rows, rid: rid, into: gathered, target: self.rid(type:id:))
        } else {
            try index.insert(rows, rid: rid, target: self.rid(type:id:))
        }
    }

    /// Moves what stands into the history and takes its index rows out.
    private func keep(_ standing: Standing, type: Int) throws {
        try connection.send(
            "INSERT INTO history (rid, version, updated, deleted, body) VALUES ($1, $2, $3, $4, $5)",
            [
                .integer(standing.rid), .integer(standing.version), .integer(standing.updated),
                .integer(standing.isDeleted ? 1 : 0), standing.body.map { .blob($0) } ?? .null,
            ])
        if let body = standing.body {
            var rows: [IndexRow] = []
            indexer.index(try JSONDocument(body).root, type: type, into: &rows)
            try index.remove(rows, rid: standing.rid, target: places.standing(type:id:))
        }
    }

    /// The patient whom a resource is about: itself, or where the most telling of its references points; 0 for none.
    private func person(of type: Int, rid: Int64, rows: [IndexRow]) throws -> Int64 {
        guard types.names[type] != "Patient" else {
            return rid
        }
        for parameter in types.personParameters[type] {
            for row in rows where row.parameter == parameter {
                if case .reference(let target, let id) = row.value, target == "Patient" {
                    return try self.rid(type: target, id: id)
                }
            }
        }
        return 0
    }

    /// The number of a place, made when it is first pointed to. Absolute addresses have no type.
    func rid(type: String, id: String) throws -> Int64 {
        try places.rid(type: type, id: id)
    }
}
