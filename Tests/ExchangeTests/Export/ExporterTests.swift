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

    @Test func `what is exported as somebody holds what their role opens, and no more`() async throws {
        let scratch = try await ScratchRecords.open()
        try await scratch.put(["resourceType": "Patient", "birthDate": "1950-01-01"], id: "p")
        let labels = try RoleFile.labels()
        for (place, label) in labels.enumerated() {
            let security: JSON = ["system": .string(label.system), "code": .string(label.code)]
            try await scratch.put(Self.condition("c\(place)", "Z99.9", labels: [security]), id: "c\(place)")
        }
        for role in try RoleFile.all() where role.given == "staff" {
            let folder = scratch.folder.appending(path: "export-\(role.name)")
            let caller = Caller(
                account: role.name, name: role.name, roles: [Role(rawValue: role.name)],
                practitioner: "Practitioner/\(role.name)")
            try await scratch.put(
                [
                    "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p"],
                    "careManager": ["reference": .string("Practitioner/\(role.name)")],
                ], id: "e-\(role.name)")
            _ = try await Exporter(records: scratch.records, caller: caller).run(to: folder, at: 2)
            let text = (try? String(contentsOf: folder.appending(path: "Condition.ndjson"), encoding: .utf8)) ?? ""
            let found = Set(labels.map(\.code).filter { text.contains("\"code\":\"\($0)\"") })
            let open = labels.map(\.code).filter { role.opens("search", "Condition", label: $0, of: ["panel"]) }
            #expect(found == Set(open), "\(role.name)")
        }
    }
}
