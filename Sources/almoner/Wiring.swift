import Access
import Care
import Content
import FHIR
import Foundation
import Records

/// Makes everything and ties it together; the only place that knows all rooms.
struct Wiring {
    /// The data folder.
    let folder: URL
    let content: Content
    let definitions: Definitions
    let care: CareContent
    let records: Records

    /// Loads the content and opens the records of the folder given as `--data`. Throws when a content file is broken or
    /// the records cannot be opened.
    init(folder: URL) async throws {
        try await self.init(folder: folder, place: .folder(folder), audit: .beside(folder))
    }

    /// The zone is that of the site, for rules that hold at some hours only.
    init(_ options: DataOptions, zone: TimeZone = .current) async throws {
        try await self.init(folder: options.folder, place: options.place, audit: options.audit, zone: zone)
    }

    private init(folder: URL, place: Records.Place, audit: AuditPlaces, zone: TimeZone = .current) async throws {
        self.folder = folder
        content = Content(folder: folder.appending(path: "content"))
        care = try CareContent(content: content)
        definitions = care.definitions
        let policy = try Policy(content: content, zone: zone)
        let problems = policy.problems(definitions: definitions)
        guard problems.isEmpty else {
            throw AccessContentFailure(file: "roles", problem: problems.joined(separator: " "))
        }
        records = try await Records(
            database: place, audit: audit, definitions: definitions, policy: policy,
            projections: Projections.all(care))
    }

    static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
