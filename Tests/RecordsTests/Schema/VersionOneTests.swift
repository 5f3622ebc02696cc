import Access
import FHIR
import Foundation
import TestSupport
import Testing

@testable import Records

struct VersionOneTests {
    /// The tables as version 1 made them, as far as the step to version 2 touches them.
    private static let tables = """
        CREATE TABLE schema_version (version BIGINT NOT NULL);
        INSERT INTO schema_version VALUES (1);
        CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
        CREATE TABLE word (id BIGINT PRIMARY KEY, text TEXT NOT NULL UNIQUE);
        CREATE TABLE resource (
            rid INTEGER PRIMARY KEY, type BIGINT NOT NULL, id TEXT NOT NULL, person BIGINT NOT NULL,
            version BIGINT NOT NULL, updated BIGINT NOT NULL, deleted BIGINT NOT NULL, source BIGINT NOT NULL,
            body BLOB, UNIQUE (type, id));
        CREATE INDEX resource_person ON resource (person, type) WHERE person <> 0;
        CREATE TABLE history (
            rid BIGINT NOT NULL, version BIGINT NOT NULL, updated BIGINT NOT NULL, deleted BIGINT NOT NULL,
            body BLOB, PRIMARY KEY (rid, version));
        CREATE TABLE index_token (parameter BIGINT NOT NULL, code TEXT NOT NULL, system BIGINT NOT NULL,
            rid BIGINT NOT NULL, PRIMARY KEY (parameter, code, system, rid)) WITHOUT ROWID;
        CREATE TABLE index_string (parameter BIGINT NOT NULL, value TEXT NOT NULL, rid BIGINT NOT NULL,
            PRIMARY KEY (parameter, value, rid)) WITHOUT ROWID;
        CREATE TABLE index_uri (parameter BIGINT NOT NULL, value BIGINT NOT NULL, rid BIGINT NOT NULL,
            PRIMARY KEY (parameter, value, rid)) WITHOUT ROWID;
        CREATE TABLE index_date (parameter BIGINT NOT NULL, low BIGINT NOT NULL, high BIGINT NOT NULL,
            rid BIGINT NOT NULL, PRIMARY KEY (parameter, low, high, rid)) WITHOUT ROWID;
        CREATE TABLE index_reference (parameter BIGINT NOT NULL, target BIGINT NOT NULL, rid BIGINT NOT NULL,
            PRIMARY KEY (parameter, target, rid)) WITHOUT ROWID;
        CREATE TABLE index_quantity (parameter BIGINT NOT NULL, value DOUBLE PRECISION NOT NULL, unit TEXT NOT NULL,
            system BIGINT NOT NULL, rid BIGINT NOT NULL, PRIMARY KEY (parameter, value, unit, system, rid))
            WITHOUT ROWID;
        CREATE TABLE index_number (parameter BIGINT NOT NULL, low DOUBLE PRECISION NOT NULL,
            high DOUBLE PRECISION NOT NULL, rid BIGINT NOT NULL, PRIMARY KEY (parameter, low, high, rid))
            WITHOUT ROWID;
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY, rid BIGINT NOT NULL, version BIGINT NOT NULL, person BIGINT NOT NULL);
        CREATE TABLE reader (name TEXT PRIMARY KEY, seq BIGINT NOT NULL);
        CREATE TABLE stale_person (person BIGINT PRIMARY KEY);
        CREATE TABLE audit (
            lane BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, account TEXT NOT NULL, action TEXT NOT NULL,
            person BIGINT NOT NULL, rid BIGINT NOT NULL, version BIGINT NOT NULL, outcome TEXT NOT NULL,
            detail TEXT NOT NULL, PRIMARY KEY (lane, seq)) WITHOUT ROWID;
        INSERT INTO reader VALUES ('reactions', 1);
        INSERT INTO outbox VALUES (1, 1, 1, 1), (2, 2, 1, 1);
        """

    @Test func `records of version 1 are brought up to this one and are found again`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "almoner-\(UUID().uuidString)/data")
        defer { try? FileManager.default.removeItem(at: folder.deletingLastPathComponent()) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let definitions = try ScratchRecords.definitions()
        let types = TypeTable(definitions: definitions)
        let patient = Int64(try #require(types.number(of: "Patient")))
        let observation = Int64(try #require(types.number(of: "Observation")))
        let old = try SQLiteEngine(path: folder.appending(path: "almoner.sqlite").path)
        try await old.write { connection in
            try connection.run(script: Self.tables)
            let bodies: [(Int64, Int64, String, String)] = [
                (1, patient, "p", #"{"resourceType":"Patient","id":"p","name":[{"family":"Okafor"}]}"#),
                (
                    2, observation, "o",
                    """
                    {"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"urn:l","code":"c"}]},\
                    "subject":{"reference":"Patient/p"},"valueQuantity":{"value":7.1,"unit":"%"}}
                    """
                ),
            ]
            for (rid, type, id, body) in bodies {
                try connection.run(
                    "INSERT INTO resource VALUES ($1, $2, $3, 1, 1, 5, 0, 0, $4)",
                    [.integer(rid), .integer(type), .text(id), .blob(Array(body.utf8))])
            }
        }
        try old.close()

        try await look(folder, definitions)
        // The second start finds this version.
        try await Records(folder: folder, definitions: definitions).close()
    }

    private func look(_ folder: URL, _ definitions: Definitions) async throws {
        let records = try await Records(folder: folder, definitions: definitions)
        let found = try await records.read(as: .system("test"), at: 1, for: "test") { reader in
            try reader.search(
                Query("Observation", [.token("code", system: "urn:l", code: "c"), .reference("subject", "Patient/p")])
            ).map(\.id)
        }
        #expect(found == ["o"])
        // What had been reacted to is gone, what had not is still there.
        let left = try await records.engine.read { connection in
            try connection.first("SELECT count(*), min(seq) FROM outbox") { [$0.integer(0), $0.integer(1)] }
        }
        #expect(left == [1, 2])
        try await records.write(as: .system("test"), at: 9) { change in
            _ = try change.update(["resourceType": "Patient", "id": "p", "active": true], ifVersion: 1)
        }
        try records.close()
    }
}
