import Access
package import FHIR

/// Moving all that is about one person to another, when two entries turn out to be one person. What is hidden from who
/// decides moves too: it stays as hidden as it was, for its labels go with it.
extension Change {
    /// What has been moved: how many records, and under which name the Provenances stand that keep each of them.
    package struct Moved: Sendable, Equatable {
        /// The Provenances are `ledger-0`, `ledger-1` and so on.
        package let ledger: String
        package let count: Int
    }

    /// The activity of a Provenance that keeps what a merge has moved.
    package static let mergeSystem = "urn:almoner:merge"
    /// So many records one Provenance keeps at most.
    private static let mostInLedger = 1_000

    /// Rewrites every reference to one person into a reference to another, in whatever refers to the first: records of
    /// the person and records of others. Patients, and what keeps an earlier merge, stay as they are.
    /// - Parameters:
    ///   - other: the id of the Patient whose records move.
    ///   - kept: the id of the Patient to whom they move.
    ///   - stays: told each record; true for one that speaks of the pair itself and stays.
    /// - Returns: what was moved; the Provenances that keep it are of the person who is kept and carry the labels of what
    ///   they name.
    /// - Throws: ``RecordsFailure/forbidden(type:)`` without the office `merge-people`,
    ///   ``RecordsFailure/notFound(type:id:)``, or what the database reports.
    package func moveRecords(
        of other: String, to kept: String, staying stays: (JSONNode) -> Bool
    ) throws -> Moved {
        guard permits(.mergePeople) else {
            throw RecordsFailure.forbidden(type: "Patient")
        }
        let from = try reader.get("Patient", other)
        let into = try reader.get("Patient", kept)
        var ledger: [Int64: [String]] = [:]
        var count = 0
        var files: Set<String> = []
        let wanted = try referringRows(to: from.rid, or: into.rid)
        storage.gather()
        for (type, id) in wanted {
            guard let standing = try current(type, id), let body = standing.body else {
                continue
            }
            let document = try JSONDocument(body)
            guard !isLedger(document.root), !stays(document.root) else {
                continue
            }
            files.formUnion(NamedFiles.of(body))
            guard try rewrite(document, type, id, from: other, to: kept, over: standing) else {
                continue
            }
            ledger[standing.labels.carried.bits, default: []].append("\(type)/\(id)/_history/\(standing.version)")
            count += 1
        }
        // A file says whose it is by what it is to be treated as, and no search parameter looks there.
        for id in files.sorted() {
            if let standing = try current("Binary", id), let body = standing.body,
                try rewrite(JSONDocument(body), "Binary", id, from: other, to: kept, over: standing)
            {
                ledger[standing.labels.carried.bits, default: []].append("Binary/\(id)/_history/\(standing.version)")
                count += 1
            }
        }
        try storage.insertGathered(at: now)
        let name = "merge-\(mintID())"
        try keep(ledger, under: name, of: kept)
        return Moved(ledger: name, count: count)
    }

    /// What refers to a person by a search parameter or is kept as that of one of the two, as it stands, Patients apart.
    /// Records of the one who is kept may name the other where no search parameter looks.
    private func referringRows(to person: Int64, or kept: Int64) throws -> [(type: String, id: String)] {
        var found: [Int64: (String, String)] = [:]
        func add(_ row: any SQLRow) {
            if let rid = row.integer(0), let type = row.integer(1).flatMap(storage.types.name), type != "Patient",
                let id = row.text(2)
            {
                found[rid] = (type, id)
            }
        }
        let connection = reader.connection
        for person in [person, kept] {
            try connection.rows(
                """
                SELECT rid, type, id FROM resource WHERE person = $1 AND person <> 0 AND deleted = 0 AND version > 0
                """, [.integer(person)], add)
        }
        for parameter in reader.definitions.referenceParameters {
            try connection.each(
                """
                SELECT r.rid, r.type, r.id FROM index_reference i JOIN resource r ON r.rid = i.rid
                WHERE i.parameter = \(parameter) AND i.target = \(person) AND r.deleted = 0 AND r.version > 0
                """, add)
        }
        return found.sorted { $0.key < $1.key }.map { (type: $0.value.0, id: $0.value.1) }
    }

    /// - Returns: false when nothing in it refers to the person.
    func rewrite(
        _ document: JSONDocument, _ type: String, _ id: String, from: String, to: String,
        over standing: Storage.Standing
    ) throws -> Bool {
        let (old, new) = ("Patient/\(from)", "Patient/\(to)")
        var isChanged = false
        let rewritten = try KeptForm.document(of: document.root, id: id) { member, text in
            guard member.elementsEqual("reference".utf8), text.string == old else {
                return nil
            }
            isChanged = true
            return new
        }
        guard isChanged else {
            return false
        }
        try store(rewritten, over: standing)
        return true
    }

    func store(_ document: JSONDocument, over standing: Storage.Standing?) throws {
        let prepared = try storage.prepared(document)
        let written = try storage.write(prepared, over: standing, source: nil, at: now)
        try storage.audit.write(
            standing == nil ? .create : .update, by: caller, at: now, person: written.person, rid: written.rid,
            version: written.version, detail: prepared.type)
    }

    func current(_ type: String, _ id: String) throws -> Storage.Standing? {
        guard let number = storage.types.number(of: type),
            let standing = try storage.current(type: number, id: id), standing.version > 0, !standing.isDeleted
        else {
            return nil
        }
        return standing
    }

    private func isLedger(_ root: JSONNode) -> Bool {
        root["resourceType"]?.string == "Provenance"
            && root["activity"]?.list("coding").contains { $0.text("system") == Self.mergeSystem } ?? false
    }

    /// One Provenance, or several, for each set of labels: whoever may not see a record does not learn of it here.
    private func keep(_ ledger: [Int64: [String]], under name: String, of person: String) throws {
        var place = 0
        for (bits, records) in ledger.sorted(by: { $0.key < $1.key }) {
            let labels = reader.policy.labels.labels(of: LabelMask(bits: bits))
            for start in stride(from: 0, to: records.count, by: Self.mostInLedger) {
                let part = records[start..<min(start + Self.mostInLedger, records.count)]
                let json = JSON.compact([
                    "resourceType": "Provenance",
                    "id": .string("\(name)-\(place)"),
                    "meta": labels.isEmpty
                        ? nil
                        : [
                            "security": .array(
                                labels.map { ["system": .string($0.system), "code": .string($0.code)] })
                        ],
                    "target": [["reference": .string("Patient/\(person)")]],
                    "recorded": .string(FHIRDate.instant(now)),
                    "activity": ["coding": [["system": .string(Self.mergeSystem), "code": "moved"]]],
                    "agent": [
                        [
                            "who": caller.practitioner.map { ["reference": .string($0)] }
                                ?? ["display": .string(caller.name)]
                        ]
                    ],
                    "entity": .array(part.map { ["role": "revision", "what": ["reference": .string($0)]] }),
                ])
                try store(Incoming.document(json, id: "\(name)-\(place)"), over: nil)
                place += 1
            }
        }
    }
}
