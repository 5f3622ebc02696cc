import Access
import FHIR
import TestSupport
import Testing

@testable import Records

/// A file is kept from whom the record that speaks of it is kept, whichever was stored first.
struct NamedFilesTests {
    private static let now = ScratchRecords.now
    private static let manager = Caller(
        account: "ruth", name: "Ruth", roles: [Role(rawValue: "care-manager")], practitioner: "Practitioner/ruth")

    private static func letter(_ address: String, label: String?) -> JSON {
        .compact([
            "resourceType": "DocumentReference", "status": "current", "subject": ["reference": "Patient/p"],
            "meta": label.map { label in
                [
                    "security": [
                        ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(label)]
                    ]
                ]
            },
            "content": [["attachment": ["contentType": "text/plain", "url": .string(address)]]],
        ])
    }

    private static func file(treatedAs context: String? = nil) -> JSON {
        .compact([
            "resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8=",
            "securityContext": context.map { ["reference": .string($0)] },
        ])
    }

    /// Answers that name a file, with what they are labelled.
    private static func answers(naming file: String, label: String?) -> JSON {
        .compact([
            "resourceType": "QuestionnaireResponse", "status": "completed", "subject": ["reference": "Patient/p"],
            "meta": label.map { label in
                [
                    "security": [
                        ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(label)]
                    ]
                ]
            },
            "item": [["linkId": "a", "answer": [["valueAttachment": ["url": .string("Binary/\(file)")]]]]],
        ])
    }

    @Test(arguments: Engines.all)
    func `a file that is treated as a person is part of that record: the person's, as far as the answers are`(
        engine: TestEngine
    ) async throws {
        let scratch = try await ScratchRecords.open(engine)
        for id in ["p", "q"] { try await scratch.put(["resourceType": "Patient"], id: id) }
        for id in ["a", "b", "c"] { try await scratch.put(Self.file(treatedAs: "Patient/p"), id: id) }
        try await scratch.put(Self.file(), id: "d")
        try await scratch.put(Self.answers(naming: "b", label: nil), id: "rb")
        try await scratch.put(Self.answers(naming: "c", label: "SDV"), id: "rc")
        func person(_ id: String) -> Caller {
            Caller(account: id, name: id, roles: [Role(rawValue: "patient")], practitioner: "Patient/\(id)")
        }
        #expect(try await seen(scratch, person("p")) == ["a", "b"])
        #expect(try await seen(scratch, person("q")) == [])
        #expect(try await seen(scratch) == ["a", "b", "c", "d"])
        let record = try await scratch.records.read(as: person("p"), at: Self.now, for: "test") { reader in
            try reader.person("p", ["Binary"]).all("Binary").map(\.id)
        }
        #expect(record.sorted() == ["a", "b"])
    }

    private func seen(_ scratch: ScratchRecords, _ caller: Caller = manager) async throws -> Set<String> {
        try await scratch.records.read(as: caller, at: Self.now, for: "test") { reader in
            var found: Set<String> = []
            try reader.each("Binary") { found.insert($0.id) }
            for id in ["a", "b", "c", "d", "e", "f"] {
                let isThere = try reader.find("Binary", id) != nil
                #expect(isThere == found.contains(id), "\(id)")
                let isInHistory = try reader.text("Binary", id, version: 1) != nil
                #expect(isInHistory == found.contains(id), "\(id)")
            }
            return found
        }
    }

    @Test(arguments: Engines.all)
    func `who may not read the letter may not read its file`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        // The file first, the file last, and by the address of a server.
        try await scratch.put(Self.file(), id: "a")
        try await scratch.put(Self.letter("Binary/a", label: "PSYTHPN"), id: "la")
        try await scratch.put(Self.letter("Binary/b", label: "PSYTHPN"), id: "lb")
        try await scratch.put(Self.file(), id: "b")
        try await scratch.put(Self.file(), id: "c")
        try await scratch.put(Self.letter("https://care.example/fhir/Binary/c", label: "PSYTHPN"), id: "lc")
        // As something that it is to be treated as.
        try await scratch.put(Self.file(treatedAs: "DocumentReference/lb"), id: "d")
        // Nobody's consent opens a file that only a consent opens.
        try await scratch.put(Self.file(), id: "e")
        try await scratch.put(Self.letter("Binary/e", label: "42CFRPart2"), id: "le")
        try await scratch.put(Self.letter("Binary/f", label: nil), id: "lf")
        try await scratch.put(Self.file(), id: "f")
        #expect(try await seen(scratch) == ["f"])
        #expect(try await seen(scratch, .system("test")) == ["a", "b", "c", "d", "e", "f"])
    }

    @Test(arguments: Engines.all)
    func `a file keeps it when it changes and when everything is derived anew`(engine: TestEngine) async throws {
        let scratch = try await ScratchRecords.open(engine)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        try await scratch.put(Self.file(), id: "a")
        try await scratch.put(Self.letter("Binary/a", label: "PSYTHPN"), id: "la")
        try await scratch.put(Self.file(), id: "a")
        #expect(try await seen(scratch).isEmpty)
        try await scratch.records.reindex(asOf: Self.now)
        #expect(try await seen(scratch).isEmpty)
    }

    @Test func `names are found wherever they stand, and nothing else`() {
        let text = #"{"url":"Binary/a-1","x":"http://h/Binary/b.2/_history/1","y":"Binary/","z":"Binarya"}"#
        #expect(NamedFiles.of(Array(text.utf8)) == ["a-1", "b.2"])
    }
}
