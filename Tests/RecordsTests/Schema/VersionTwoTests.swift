import FHIR
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
}
