import Access
import FHIR
import Foundation
import TestSupport
import Testing

@testable import Records

struct VersionTwoTests {
    /// Takes away what version 3 added, as far as access is concerned.
    private static let back = """
        ALTER TABLE resource DROP COLUMN labels;
        ALTER TABLE token DROP COLUMN hidden;
        DROP TABLE disclosure;
        DROP TABLE glass;
        UPDATE schema_version SET version = 2;
        """

    @Test(arguments: Engines.all)
    func `records of version 2 get their labels when they are brought up to this one`(engine: TestEngine) async throws {
        let scratch = try await LabelTests.open(engine)
        try await scratch.put(LabelTests.condition("I10"), id: "c")
        // As an older version would have stored it: no label was looked for.
        try await scratch.records.engine.write { connection in
            try connection.run(
                "UPDATE resource SET body = $1 WHERE id = 'c'",
                [
                    .blob(
                        Array(
                            #"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"F10.20"}]}}"#
                                .utf8))
                ])
            try connection.run(script: Self.back)
            try connection.run(
                script: "DELETE FROM index_token; DELETE FROM index_reference; DELETE FROM index_string;")
            #expect(try Schema.prepare(connection, projections: []))
            #expect(!(try Schema.prepare(connection, projections: [])))
        }
        try await scratch.records.reindex(asOf: ScratchRecords.now)
        let found = try await scratch.records.read(as: scratch.caller, at: ScratchRecords.now, for: "test") {
            try $0.get("Condition", "c")
        }
        #expect(found.root["meta"]?.list("security").first?["code"]?.string == "SUD")
        #expect(found.labels != 0)
    }

    @Test func `accounts and tokens of version 2 go on, and everybody signs in anew`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "almoner-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let definitions = try ScratchRecords.definitions()
        try await Records(folder: folder, definitions: definitions).close()
        let hash = await Password.hash("walks to the church")
        let old = try SQLiteEngine(path: folder.appending(path: "almoner.sqlite").path)
        try await old.write { connection in
            // The tables as version 2 had them.
            try connection.run(
                script: """
                    DROP TABLE account;
                    DROP TABLE session;
                    DROP TABLE token;
                    CREATE TABLE account (
                        id TEXT PRIMARY KEY, name TEXT NOT NULL, roles TEXT NOT NULL, practitioner TEXT,
                        password TEXT NOT NULL, must_change BIGINT NOT NULL, failures BIGINT NOT NULL,
                        locked_until BIGINT NOT NULL, ended BIGINT NOT NULL);
                    CREATE TABLE session (
                        token BLOB PRIMARY KEY, account TEXT NOT NULL, csrf TEXT NOT NULL, created BIGINT NOT NULL,
                        seen BIGINT NOT NULL);
                    CREATE TABLE token (
                        hash BLOB PRIMARY KEY, client TEXT NOT NULL, scopes TEXT NOT NULL, panel TEXT,
                        created BIGINT NOT NULL, ended BIGINT NOT NULL);
                    UPDATE schema_version SET version = 2;
                    """)
            try connection.run(
                "INSERT INTO account VALUES ('ruth', 'Ruth', 'care-manager', 'Practitioner/ruth', $1, 0, 3, 99, 0)",
                [.text(hash)])
            try connection.run(
                "INSERT INTO token VALUES ($1, 'lab', 'system/Patient.rs', NULL, 1, 0)", [.blob(SecretText.hash("t"))])
        }
        try old.close()

        let records = try await Records(folder: folder, definitions: definitions)
        let account = try await Accounts(records: records).signIn("ruth", password: "walks to the church", at: 5)
        let token = try await Sessions(records: records).open(for: account, at: 5)
        #expect(try await Sessions(records: records).find(token, at: 6)?.account.id == "ruth")
        #expect(try await Tokens(records: records).caller(bearer: "t", at: 5)?.account == "client/lab")
        try records.close()
    }
}
