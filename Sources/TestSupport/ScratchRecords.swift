package import Access
import Content
package import FHIR
package import Foundation
package import Records

/// Records in a folder of their own that goes when the test ends.
package final class ScratchRecords: Sendable {
    /// The moment of most tests: 2026-11-20T16:00Z, milliseconds since 1970.
    package static let now: Int64 = 1_795_190_400_000
    package let records: Records
    package let folder: URL
    /// A care manager, `Practitioner/ruth`, who is on file.
    package let caller = Caller(
        account: "ruth", name: "Ruth Adeyemi, RN", roles: [.careManager], practitioner: "Practitioner/ruth")

    /// On PostgreSQL: the schema that the test has for itself.
    private let schema: String?
    package let place: Records.Place
    private let projections: [any Projection]

    private init(
        records: Records, folder: URL, schema: String?, place: Records.Place, projections: [any Projection]
    ) {
        self.records = records
        self.folder = folder
        self.schema = schema
        self.place = place
        self.projections = projections
    }

    deinit {
        try? records.close()
        if let schema {
            try? TestEngine.blocking("DROP SCHEMA \(schema) CASCADE")
        }
        try? FileManager.default.removeItem(at: folder)
        for place in [audit.key] + audit.heads {
            try? FileManager.default.removeItem(at: place)
        }
    }

    /// Where the key and the heads of the audit are.
    package var audit: AuditPlaces { .beside(folder) }

    /// Opens empty records in a new temporary folder, or in a new schema of the throw-away PostgreSQL.
    /// - Parameters:
    ///   - engine: the database.
    ///   - projections: the derived tables that the test reads.
    ///   - staffed: whether the care manager is on file from the start.
    ///   - policy: who may what; nil: as it ships.
    ///   - newID: mints the ids of resources.
    /// - Returns: the records; the folder goes with them.
    /// - Throws: what opening the records throws, for example when a table of FHIR is missing.
    package static func open(
        _ engine: TestEngine = .usual, projections: [any Projection] = [], staffed: Bool = true, policy: Policy? = nil,
        newID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() }
    ) async throws -> ScratchRecords {
        let folder = FileManager.default.temporaryDirectory.appending(path: "almoner-\(UUID().uuidString)")
        let (place, schema) = try await engine.place(folder)
        let records = try await Records(
            database: place, audit: .beside(folder), definitions: definitions(), policy: policy ?? Self.policy(),
            projections: projections, newID: newID)
        let scratch = ScratchRecords(
            records: records, folder: folder, schema: schema, place: place, projections: projections)
        if staffed {
            try await scratch.put(["resourceType": "Practitioner", "active": true], id: "ruth")
        }
        return scratch
    }

    /// The same records once more, as another server process has them; only on PostgreSQL. The caller closes them.
    package func again() async throws -> Records {
        try await Records(
            database: place, audit: audit, definitions: Self.definitions(), policy: Self.policy(),
            projections: projections)
    }

    /// The definitions that are built in.
    package static func definitions() throws -> Definitions { try readOnce.get() }

    /// The roles and labels that are built in.
    package static func policy() throws -> Policy { try policyOnce.get() }

    private static let policyOnce = Result { try Policy(content: Content(folder: nil)) }

    private static let readOnce = Result {
        let content = Content(folder: nil)
        func table(_ name: String) -> [UInt8] { content.file("fhir/\(name).tsv") ?? [] }
        return try Definitions(
            elements: table("elements"), codes: table("codes"), searchParameters: table("searchparameters"),
            compartment: table("compartment"), invariants: table("invariants"))
    }

    /// Stores a resource as the product itself would on import.
    @discardableResult
    package func put(_ resource: JSON, id: String, at now: Int64 = 0) async throws -> Resource {
        try await records.write(as: .system("test"), at: now) { change in
            var resource = resource
            resource["id"] = .string(id)
            return try change.update(resource, ifVersion: nil)
        }
    }

    /// Runs a test on records of its own.
    package static func with(
        _ engine: TestEngine = .usual, _ body: (Records) async throws -> Void
    ) async throws {
        let scratch = try await open(engine, staffed: false)
        try await body(scratch.records)
    }

    /// Runs a test on records of its own and a folder beside them for its files.
    package static func inFolder(
        _ engine: TestEngine = .usual, _ body: (Records, URL) async throws -> Void
    ) async throws {
        let scratch = try await open(engine, staffed: false)
        try FileManager.default.createDirectory(at: scratch.folder, withIntermediateDirectories: true)
        try await body(scratch.records, scratch.folder)
    }
}
