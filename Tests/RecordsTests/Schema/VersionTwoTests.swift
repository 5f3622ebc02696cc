import Access
import Foundation
import TestSupport
import Testing

@testable import Records

struct VersionTwoTests {
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
