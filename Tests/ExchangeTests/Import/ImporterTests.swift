import Access
import Exchange
import FHIR
import Foundation
import Records
import TestSupport
import Testing

struct ImporterTests {
    private static let caller = Caller.system("import")

    private func imported(
        _ files: [String: String], into records: Records, at folder: URL, now: Int64, source: String = "test"
    ) async throws -> Importer.Report {
        let place = folder.appending(path: "in-\(now)-\(source)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        for (name, text) in files {
            try Data(text.utf8).write(to: place.appending(path: name))
        }
        return try await Importer(records: records, caller: Self.caller, source: source).run(
            ImportSource.files(at: [place]), quarantine: folder.appending(path: "q-\(now)-\(source).ndjson"), at: now
        ) { _, _ in }
    }

    private static let bundle = """
        {"resourceType":"Bundle","type":"transaction","entry":[
        {"fullUrl":"urn:uuid:829bb06a-42b9-433d-a8f6-560727c63da9","request":{"method":"POST","url":"Patient"},
         "resource":{"resourceType":"Patient","id":"829bb06a-42b9-433d-a8f6-560727c63da9","meta":{"versionId":"3"},"gender":"female"}},
        {"fullUrl":"urn:uuid:11111111-42b9-433d-a8f6-560727c63da9","request":{"method":"POST","url":"Observation"},
         "resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.50},
          "subject":{"reference":"urn:uuid:829bb06a-42b9-433d-a8f6-560727c63da9"}}}]}
        """

    @Test(arguments: Engines.all) func `a bundle keeps its ids, references follow, digits stay`(engine: TestEngine)
        async throws
    {
        try await ScratchRecords.inFolder(engine) { records, folder in
            let report = try await imported(["a.json": Self.bundle], into: records, at: folder, now: 1)
            #expect(report.created == 2)
            #expect(report.quarantined == 0)
            let observation = try await records.read(as: Self.caller, at: 2, for: "test") {
                try $0.get("Observation", "11111111-42b9-433d-a8f6-560727c63da9")
            }
            #expect(observation.root.text("subject", "reference") == "Patient/829bb06a-42b9-433d-a8f6-560727c63da9")
            #expect(observation.root["valueQuantity"]?["value"]?.digits == "1.50")
        }
    }

    @Test(arguments: Engines.all) func `importing again changes nothing`(engine: TestEngine) async throws {
        try await ScratchRecords.inFolder(engine) { records, folder in
            _ = try await imported(["a.json": Self.bundle], into: records, at: folder, now: 1)
            let again = try await imported(["a.json": Self.bundle], into: records, at: folder, now: 2)
            #expect(again.created == 0 && again.updated == 0 && again.unchanged == 2 && again.quarantined == 0)
        }
    }

    @Test(arguments: Engines.all) func `other content under the same id is a new version from the same source only`(
        engine: TestEngine
    ) async throws {
        let first = #"{"resourceType":"Patient","id":"p1","gender":"female"}"#
        let second = #"{"resourceType":"Patient","id":"p1","gender":"male"}"#
        try await ScratchRecords.inFolder(engine) { records, folder in
            _ = try await imported(["a.ndjson": first], into: records, at: folder, now: 1)
            #expect(try await imported(["a.ndjson": second], into: records, at: folder, now: 2).updated == 1)
            let other = try await imported(["a.ndjson": first], into: records, at: folder, now: 3, source: "elsewhere")
            #expect(other.quarantined == 1)
            let twice = try await imported(
                ["a.ndjson": first + "\n" + second.replacing("male", with: "other")], into: records, at: folder, now: 4)
            #expect(twice.updated == 1 && twice.quarantined == 1)
            #expect(twice.firstQuarantined.first?.line == 2)
        }
    }

    @Test(
        arguments: [
            (#"{"resourceType":"Patient","id":"p1","#, "cut off"),
            (#"{"resourceType":"Nonsense","id":"p1"}"#, "Nonsense"),
            (#"{"hello":"world"}"#, "resourceType"),
            (#"{"resourceType":"Patient","id":"p1","gender":"man"}"#, "Patient.gender"),
            (#"{"resourceType":"Patient","id":"p1","birthDate":"2023-02-30"}"#, "Patient.birthDate"),
            (#"{"resourceType":"Patient","id":"p1","colour":"red"}"#, "Patient.colour"),
            (#"{"resourceType":"Observation","id":"o1","status":"final"}"#, "Observation.code"),
            ("not json at all", "JSON"),
        ], Engines.all)
    func `a bad line is quarantined with file, line and reason`(
        bad: (text: String, reason: String), engine: TestEngine
    ) async throws {
        let (text, reason) = bad
        let good = #"{"resourceType":"Patient","id":"good","gender":"female"}"#
        try await ScratchRecords.inFolder(engine) { records, folder in
            let report = try await imported(["a.ndjson": good + "\n" + text + "\n"], into: records, at: folder, now: 1)
            #expect(report.created == 1)
            #expect(report.quarantined == 1)
            let entry = try #require(report.firstQuarantined.first)
            #expect(entry.file == "a.ndjson")
            #expect(entry.line == 2)
            #expect(entry.reason.contains(reason), "\(entry.reason)")
            let kept = try JSONDocument(Array(Data(contentsOf: try #require(report.quarantine))).dropLast())
            #expect(kept.root["text"]?.string == text)
        }
    }

    /// Fifty of its items lack the linkId that R4 asks of every item.
    @Test(.enabled(if: SharedData.isThere), arguments: Engines.all)
    func `an example that is not sound is quarantined as a whole, with what is the matter`(engine: TestEngine)
        async throws
    {
        let file = try #require(
            SharedData.files(in: "data/examples-r4", ending: ".json").first {
                $0.lastPathComponent == "bundle-questionnaire.json"
            })
        let text = try String(contentsOf: file, encoding: .utf8)
        try await ScratchRecords.inFolder(engine) { records, folder in
            let report = try await imported(["questions.json": text], into: records, at: folder, now: 1)
            #expect(report.created == 0 && report.quarantined == 1)
            let entry = try #require(report.firstQuarantined.first)
            #expect(entry.file == "questions.json" && entry.reason.contains("linkId"), "\(entry.reason)")
            let kept = try JSONDocument(Array(Data(contentsOf: try #require(report.quarantine))).dropLast())
            #expect(try JSONDocument(text: kept.root["text"]?.string ?? "").root["id"]?.string == "qs1")
        }
    }

    @Test(arguments: Engines.all) func `invalid UTF-8 and a line of fifty megabytes are quarantined, the rest comes in`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.inFolder(engine) { records, folder in
            let place = folder.appending(path: "bad.ndjson")
            var bytes = Array(#"{"resourceType":"Patient","id":"a","name":[{"family":""#.utf8) + [0xFF, 0xFE]
            bytes += Array("\"}]}\n".utf8)
            bytes += Array(#"{"resourceType":"Patient","id":"b","name":[{"family":""#.utf8)
            bytes += [UInt8](repeating: UInt8(ascii: "x"), count: 50 << 20)
            bytes += Array("\n{\"resourceType\":\"Patient\",\"id\":\"c\"}\n".utf8)
            try Data(bytes).write(to: place)
            let report = try await Importer(records: records, caller: Self.caller, source: "test").run(
                ImportSource.files(at: [place]), quarantine: folder.appending(path: "q.ndjson"), at: 1
            ) { _, _ in }
            #expect(report.created == 1)
            #expect(report.firstQuarantined.map(\.line) == [1, 2])
        }
    }

    @Test(arguments: Engines.all) func `a conditional reference is resolved, also to what comes in a later file`(
        engine: TestEngine
    ) async throws {
        let encounter = """
            {"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},
            "participant":[{"individual":{"reference":"Practitioner?identifier=urn:npi|77"}}]}
            """.replacing("\n", with: "")
        let practitioner =
            #"{"resourceType":"Practitioner","id":"d1","identifier":[{"system":"urn:npi","value":"77"}]}"#
        try await ScratchRecords.inFolder(engine) { records, folder in
            let report = try await imported(
                ["a.ndjson": encounter, "b.ndjson": practitioner], into: records, at: folder, now: 1)
            #expect(report.quarantined == 0)
            let stored = try await records.read(as: Self.caller, at: 2, for: "test") { try $0.get("Encounter", "e1") }
            #expect(stored.root.text("participant", "individual", "reference") == "Practitioner/d1")
        }
    }

    @Test(arguments: Engines.all) func `a conditional reference that finds nothing is quarantined`(engine: TestEngine)
        async throws
    {
        let encounter = """
            {"resourceType":"Encounter","id":"e1","status":"finished","class":{"code":"AMB"},\
            "serviceProvider":{"reference":"Organization?identifier=urn:x|1"}}
            """
        try await ScratchRecords.inFolder(engine) { records, folder in
            let report = try await imported(["a.ndjson": encounter], into: records, at: folder, now: 1)
            #expect(report.created == 0 && report.quarantined == 1)
        }
    }

    @Test(.enabled(if: SharedData.isThere), arguments: Engines.all)
    func `sixty real people come in whole and leave equal in every element and digit`(
        engine: TestEngine
    ) async throws {
        let files = SharedData.files(in: "data/synthea", ending: ".json")
        try await ScratchRecords.inFolder(engine) { records, folder in
            let report = try await Importer(records: records, caller: Self.caller, source: "synthea").run(
                ImportSource.files(at: files), quarantine: folder.appending(path: "q.ndjson"), at: 1
            ) { _, _ in }
            #expect(report.quarantined == 0)
            #expect(report.created == 18_345)
            #expect(report.unchanged == 68)

            var expected: [String: [UInt8]] = [:]
            var counts: [String: Int] = [:]
            for file in files {
                let bundle = try JSONDocument(Array(Data(contentsOf: file))).root
                var places: [String: String] = [:]
                for entry in bundle.list("entry") {
                    places[entry.text("fullUrl") ?? ""] =
                        (entry.text("resource", "resourceType") ?? "") + "/" + (entry.text("resource", "id") ?? "")
                }
                for entry in bundle.list("entry") {
                    guard let resource = entry["resource"], let key = places[entry.text("fullUrl") ?? ""] else {
                        continue
                    }
                    var writer = JSONWriter()
                    writer.copy(resource) { member, node in
                        String(decoding: member, as: UTF8.self) == "reference"
                            ? node.string.flatMap { places[$0] } : nil
                    }
                    // Only the order of the members may be another: id and meta come first.
                    let kept = try KeptForm.document(
                        of: JSONDocument(writer.bytes).root, id: String(key.drop { $0 != "/" }.dropFirst()))
                    if expected.updateValue(kept.bytes, forKey: key) == nil {
                        counts[String(key.prefix { $0 != "/" }), default: 0] += 1
                    }
                }
            }
            let out = folder.appending(path: "out")
            let exported = try await Exporter(records: records, caller: Self.caller).run(to: out, at: 2)
            #expect(exported == counts)
            var seen = 0
            for type in exported.keys {
                for line in try Data(contentsOf: out.appending(path: "\(type).ndjson")).split(separator: 10) {
                    let node = try JSONDocument(Array(line)).root
                    #expect(expected["\(type)/\(node.text("id") ?? "")"] == Array(line))
                    seen += 1
                }
            }
            #expect(seen == expected.count)
        }
    }
}
