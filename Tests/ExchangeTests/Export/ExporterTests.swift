import Access
import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Exchange

struct ExporterTests {
    private static func condition(_ id: String, _ code: String, labels: [JSON] = []) -> JSON {
        .compact([
            "resourceType": "Condition", "id": .string(id),
            "meta": labels.isEmpty ? nil : ["security": .array(labels)],
            "subject": ["reference": "Patient/p"],
            "code": ["coding": [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": .string(code)]]],
        ])
    }

    private static let part2: JSON = [
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2",
    ]

    private func export(_ records: Records, to folder: URL, keepsLabels: Bool = false) async throws -> String {
        _ = try await Exporter(records: records, caller: .system("export"), keepsLabels: keepsLabels)
            .run(to: folder, at: 2)
        return try String(contentsOf: folder.appending(path: "Condition.ndjson"), encoding: .utf8)
    }

    private func store(_ resources: [JSON], in records: Records) async throws {
        try await records.write(as: .system("test"), at: 1) { change in
            for resource in resources {
                try change.update(resource, ifVersion: nil)
            }
        }
    }

    @Test(arguments: Engines.all)
    func `what was imported comes out as it came, without the labels that codes have set`(
        engine: TestEngine
    ) async throws {
        try await ScratchRecords.inFolder(engine) { records, folder in
            let plain = Self.condition("c", "F10.20")
            try await store([["resourceType": "Patient", "id": "p"], plain], in: records)
            let text = try await export(records, to: folder.appending(path: "out"))
            #expect(text == String(decoding: plain.serialized(), as: UTF8.self) + "\n")
            let labelled = try await export(records, to: folder.appending(path: "labelled"), keepsLabels: true)
            #expect(labelled.contains(#""code":"SUD""#))
            let notice = folder.appending(path: "out/NOTICE.txt")
            #expect(!FileManager.default.fileExists(atPath: notice.path))
        }
    }

    @Test(arguments: Engines.all)
    func `a label that somebody has set goes along, and the notice with it`(engine: TestEngine) async throws {
        try await ScratchRecords.inFolder(engine) { records, folder in
            let marked = Self.condition("c", "F11.20", labels: [Self.part2])
            try await store([["resourceType": "Patient", "id": "p"], marked], in: records)
            let text = try await export(records, to: folder.appending(path: "out"))
            #expect(text == String(decoding: marked.serialized(), as: UTF8.self) + "\n")
            let notice = try String(contentsOf: folder.appending(path: "out/NOTICE.txt"), encoding: .utf8)
            #expect(notice.contains("42 CFR part 2"))
        }
    }
}
