package import Access
package import FHIR
package import Foundation
import Synchronization

/// The door: nothing else touches the database. Every call names its caller; policy, validation, versions, index, audit,
/// outbox and projections are done here, in one transaction.
package final class Records: Sendable {
    package let definitions: Definitions
    package let policy: Policy
    let engine: any Engine
    let writer: GroupCommit
    let types: TypeTable
    let labeller: Labeller
    let counters = Counters()
    let words: WordTable
    let told = News()
    let listener: PostgresListener?
    let refresh: ProjectionRefresh
    let validator: Validator
    let journal: AuditJournal?
    let sealer: AuditSealer
    let waitingLanes = WaitingLanes()
    private let readAudit: any ReadAudit
    let newID: @Sendable () -> String
    private let folderLock: FolderLock?

    /// Where records are kept.
    package enum Place: Sendable {
        /// A folder, which holds `almoner.sqlite` and the lock of the one process that has it.
        case folder(URL)
        /// A PostgreSQL database, which several processes may share.
        case postgres(PostgresAddress)
    }

    /// Opens the records of a folder, making them when there are none; see ``init(database:audit:definitions:policy:projections:newID:)``.
    package convenience init(
        folder: URL, definitions: Definitions, policy: Policy = Policy(), projections: [any Projection] = [],
        newID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) async throws {
        try await self.init(
            database: .folder(folder), audit: .beside(folder), definitions: definitions, policy: policy,
            projections: projections, newID: newID)
    }

    /// Opens records, making them when there are none and bringing those of an older version up to this one.
    /// - Parameters:
    ///   - database: where they are.
    ///   - audit: where the key and the heads of the audit are.
    ///   - definitions: the types, elements and search parameters of FHIR.
    ///   - policy: which role reaches what.
    ///   - projections: the derived tables that pages read.
    ///   - newID: mints ids of resources.
    /// - Throws: ``RecordsFailure/locked(_:)`` when another process has the folder,
    ///   ``RecordsFailure/schema(found:expected:)`` for a database of a later version, or what the database reports.
    package init(
        database: Place, audit: AuditPlaces, definitions: Definitions, policy: Policy = Policy(),
        projections: [any Projection] = [],
        newID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) async throws {
        let sealer = try AuditSealer(audit)
        self.sealer = sealer
        let counters = counters
        switch database {
        case .folder(let folder):
            // Whoever else has an account on the machine has no business in it.
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            folderLock = try FolderLock(folder)
            engine = try SQLiteEngine(path: folder.appending(path: "almoner.sqlite").path)
            let journal = try AuditJournal(folder: folder, counters: counters, wake: { sealer.wake() })
            self.journal = journal
            readAudit = journal
            listener = nil
        case .postgres(let address):
            folderLock = nil
            engine = PostgresEngine(address)
            journal = nil
            readAudit = DatabaseReadAudit(counters: counters, wake: { sealer.wake() })
            listener = PostgresListener(address) { [told] in told.signal() }
        }
        self.definitions = definitions
        self.policy = policy
        self.newID = newID
        let words = WordTable(counters: counters)
        self.words = words
        types = TypeTable(definitions: definitions)
        labeller = Labeller(
            library: policy.labels, indexer: Indexer(definitions: definitions),
            location: types.number(of: "DocumentReference").flatMap {
                definitions.searchParameter($0, "location")?.number
            })
        validator = Validator(definitions: definitions)
        refresh = ProjectionRefresh(projections: projections, types: types, policy: policy)
        writer = GroupCommit(
            engine: engine,
            frame: .init(
                opening: { connection in
                    words.open()
                    try counters.open(on: connection)
                },
                closing: { try counters.close(on: $0) },
                committed: { [told] in
                    if counters.takeTold() {
                        told.signal()
                    }
                    if counters.takeAudited() {
                        sealer.wake()
                    }
                },
                undone: { words.forget() }))
        do {
            try await prepare(projections)
        } catch {
            throw RecordsFailure.from(error)
        }
        // What an earlier process left without a seal has it before anything is added.
        try await sealAudit()
        if journal != nil {
            // It may have left two files: one is taken aside at a time.
            try await sealAudit()
        }
        try await keepHead()
        sealer.whenDue { [weak self] in try await self?.sealAudit() }
    }

    /// The tables, and what is kept in memory of them. One process does it at a time.
    private func prepare(_ projections: [any Projection]) async throws {
        try await GroupCommit(engine: engine).run { [self] connection in
            let mustIndex = try Schema.prepare(connection, projections: projections)
            // What an earlier process left is the audit's first, so that numbers are not given twice.
            for row in try journal?.left() ?? [] {
                try AuditLog.insert(row, on: connection)
            }
            try words.load(from: connection)
            try counters.load(from: connection)
            if mustIndex {
                let storage = try storage(on: connection)
                // Consents are asked as of the beginning: what they open comes with the next tick of the clock.
                for person in try indexAnew(by: storage, on: connection, at: 0, progress: { _ in }) {
                    try connection.send(
                        "INSERT INTO stale_person VALUES ($1) ON CONFLICT DO NOTHING", [.integer(person)])
                }
            }
        }
    }

    package func close() throws {
        listener?.stop()
        try engine.close()
        // Work that is on its way may hold these records for a moment longer.
        folderLock?.release()
    }

    /// Runs a body, and all tasks that it begins, on the threads that read: what a server does between two looks is then
    /// not handed to and fro.
    package func nearby<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        try await withTaskExecutorPreference(engine.threads) { try await body() }
    }

    /// Looks at records inside one stable view. The audit row is durable before the answer is given.
    /// - Parameters:
    ///   - caller: who looks.
    ///   - now: milliseconds since 1970.
    ///   - purpose: what for: the name of a page or a command, never clinical content.
    ///   - query: what was searched for, as it stands in an address.
    ///   - body: looks, through a reader that knows what the caller may see.
    /// - Returns: what the body gave.
    /// - Throws: what the body threw, or why the audit row could not be written. A look that was refused or found nothing
    ///   is in the audit too.
    package func read<T: Sendable>(
        as caller: Caller, at now: Int64, for purpose: String, asking query: String = "",
        _ body: @escaping @Sendable (Reader) throws -> T
    ) async throws -> T {
        // What the body threw is given back, not thrown on: the rows are kept with the view.
        do {
            let result: Result<T, any Error> = try await engine.read { connection in
                let looked = Reader.Looked()
                let result = Result { try body(self.reader(connection, caller, looked, at: now)) }
                // The product's own readers show nothing to anybody.
                if !caller.roles.contains(.system) {
                    let rows = self.rows(of: result, looked, caller, now, purpose, query)
                    try self.readAudit.keep(rows, on: connection)
                }
                return result
            }
            return try result.get()
        } catch {
            throw RecordsFailure.from(error)
        }
    }

    private func rows<T>(
        of result: Result<T, any Error>, _ looked: Reader.Looked, _ caller: Caller, _ now: Int64, _ purpose: String,
        _ query: String
    ) -> [AuditRow] {
        switch result {
        case .success: looked.rows(by: caller, at: now, for: purpose, asking: query)
        case .failure(RecordsFailure.forbidden): [refusal(of: caller, now, purpose, query)]
        case .failure: looked.rows(by: caller, at: now, for: purpose, asking: query, succeeded: false)
        }
    }

    /// Keeps in the audit that a caller was refused before anything was looked at.
    /// - Parameters:
    ///   - caller: who was refused.
    ///   - now: milliseconds since 1970.
    ///   - purpose: what for, never clinical content.
    ///   - query: what was searched for, as it stands in an address.
    /// - Throws: why the row could not be written.
    package func noteRefusal(
        of caller: Caller, at now: Int64, for purpose: String, asking query: String = ""
    ) async throws {
        guard !caller.roles.contains(.system) else {
            return
        }
        try await note([refusal(of: caller, now, purpose, query)])
    }

    /// Keeps in the audit that records leave the house: an export, a download.
    /// - Parameters:
    ///   - caller: who takes them, the product's own work included.
    ///   - now: milliseconds since 1970.
    ///   - purpose: what is taken, never clinical content.
    ///   - query: what was chosen, as it stands in an address.
    ///   - person: the id of the Patient whose record it is; nil for those of many.
    /// - Throws: why the row could not be written.
    package func noteExport(
        by caller: Caller, at now: Int64, for purpose: String, asking query: String = "", of person: String? = nil
    ) async throws {
        try await engine.read { connection in
            let rid = try person.flatMap { person in
                try self.reader(connection, caller, Reader.Looked(), at: now).find("Patient", person)?.rid
            }
            let row = AuditLog.row(
                .exporting, by: caller, at: now, person: rid ?? 0, detail: purpose, query: query)
            try self.readAudit.keep([row], on: connection)
        }
    }

    private func note(_ rows: [AuditRow]) async throws {
        try await engine.read { try self.readAudit.keep(rows, on: $0) }
    }

    private func refusal(of caller: Caller, _ now: Int64, _ purpose: String, _ query: String) -> AuditRow {
        AuditLog.row(.refusal, by: caller, at: now, succeeded: false, detail: purpose, query: query)
    }

    /// Changes records in one durable transaction; throwing undoes everything.
    /// - Parameters:
    ///   - caller: who changes.
    ///   - now: milliseconds since 1970.
    ///   - body: reads and changes.
    /// - Returns: what the body gave, after the commit is durable.
    /// - Throws: what the body threw, or why the commit did not happen. That a caller was refused is in the audit.
    package func write<T: Sendable>(
        as caller: Caller, at now: Int64, _ body: @escaping @Sendable (Change) throws -> T
    ) async throws -> T {
        do {
            return try await change(as: caller, at: now, body)
        } catch {
            // What the transaction had noted went with it.
            switch error {
            case RecordsFailure.unavailable, RecordsFailure.outcomeUnknown: break
            case RecordsFailure.forbidden(let type):
                try await noteRefusal(of: caller, at: now, for: "change \(type)")
            default: try await noteRefusal(of: caller, at: now, for: "change")
            }
            throw error
        }
    }

    private func change<T: Sendable>(
        as caller: Caller, at now: Int64, _ body: @escaping @Sendable (Change) throws -> T
    ) async throws -> T {
        try await transaction { connection, storage in
            let change = Change(
                reader: self.reader(connection, caller, Reader.Looked(), at: now), now: now, storage: storage,
                validator: self.validator, newID: self.newID)
            let answer = try body(change)
            try self.refresh.run(
                storage.touchedPersons, changed: storage.changedTypes, asOf: now,
                on: connection)
            return answer
        }
    }

    @discardableResult
    func transaction<T: Sendable>(
        _ body: @escaping @Sendable (any Connection, Storage) throws -> T
    ) async throws -> T {
        do {
            return try await writer.run { connection in
                let mark = self.words.mark
                do {
                    return try body(connection, try self.storage(on: connection))
                } catch {
                    self.words.forget(from: mark)
                    throw error
                }
            }
        } catch {
            throw RecordsFailure.from(error)
        }
    }

    private func storage(on connection: any Connection) throws -> Storage {
        try Storage(
            connection: connection, types: types, labeller: labeller, words: words, counters: counters,
            concerns: refresh.concerns)
    }

    /// A reader of what the caller sees by the rules that are in force at a moment.
    func reader(_ connection: any Connection, _ caller: Caller, _ looked: Reader.Looked, at now: Int64) -> Reader {
        Reader(
            connection: connection, caller: caller, policy: policy.inForce(at: now), types: types,
            definitions: definitions,
            words: words, looked: looked)
    }
}
