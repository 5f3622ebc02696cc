import Access
import FHIR
import Foundation
import TestSupport
import Testing

@testable import Records

/// A front desk is shown a part of each Patient and Encounter; a ward worker sees those of the own panel whole.
struct FieldsTests {
    private static let desk = """
        - id: part
          why: Because
          verbs: [read, search]
          types: [Patient, Encounter, Condition]
          whose: everyone
          labels: none
          fields:
            Patient: {without: [telecom, contact.telecom, deceased]}
            Encounter: {only: [subject, period]}
            Condition: {without: [encounter]}
        """
    private static let ward = """
        - id: whole
          why: Because
          verbs: [read, search, update]
          types: [Patient, Encounter, Condition, EpisodeOfCare]
          whose: panel
          labels: none
        """

    private static func caller(_ roles: String...) -> Caller {
        Caller(
            account: "vera", name: "Vera", roles: Set(roles.map(Role.init(rawValue:))),
            practitioner: "Practitioner/vera")
    }

    private static func patient(_ id: String, _ phone: String) -> JSON {
        [
            "resourceType": "Patient", "id": .string(id), "text": ["status": "generated", "div": "<div>All</div>"],
            "name": [["family": "Moss"]], "telecom": [["system": "phone", "value": .string(phone)]],
            "contact": [
                ["telecom": [["system": "phone", "value": "9"]]],
                ["name": ["family": "Near"], "telecom": [["system": "phone", "value": "8"]]],
            ],
            "deceasedBoolean": false, "birthDate": "1950-01-02",
        ]
    }

    private func open(_ engine: TestEngine) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(
            engine, policy: TestPolicy.with(["desk": Self.desk, "ward": Self.ward]))
        for (id, phone) in [("mine", "1"), ("other", "2")] {
            try await scratch.put(Self.patient(id, phone), id: id)
            try await scratch.put(
                [
                    "resourceType": "Encounter", "status": "finished", "class": ["code": "AMB"],
                    "subject": ["reference": .string("Patient/\(id)")], "reasonCode": [["text": "Cough"]],
                    "period": ["start": "2026-11-01"],
                    "serviceProvider": ["reference": "Organization/o"],
                ], id: "visit-\(id)")
            try await scratch.put(
                [
                    "resourceType": "Condition", "subject": ["reference": .string("Patient/\(id)")],
                    "code": ["text": "Cough"], "encounter": ["reference": .string("Encounter/visit-\(id)")],
                ], id: "cough-\(id)")
        }
        try await scratch.put(["resourceType": "Practitioner"], id: "vera")
        try await scratch.put(["resourceType": "Organization", "name": "O"], id: "o")
        try await scratch.put(
            [
                "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/mine"],
                "careManager": ["reference": "Practitioner/vera"],
            ], id: "e")
        return scratch
    }

    private func search(
        _ scratch: ScratchRecords, _ caller: Caller, _ type: String, _ query: String
    ) async throws -> SearchPage {
        let definitions = scratch.records.definitions
        let asked = try SearchParser(definitions: definitions).parse(
            SearchPairs.read(query.utf8), in: .type(type), now: ScratchRecords.now)
        return try await scratch.records.read(as: caller, at: ScratchRecords.now, for: "test") { try $0.search(asked) }
    }

    @Test(arguments: Engines.all)
    func `what is left out is in no answer, and the answer says that it is not whole`(engine: TestEngine) async throws {
        let scratch = try await open(engine)
        try await scratch.put(Self.patient("mine", "3"), id: "mine", at: 5)
        let texts = try await scratch.records.read(
            as: Self.caller("desk"), at: ScratchRecords.now, for: "test"
        ) { reader -> [JSON] in
            var seen = [try reader.get("Patient", "mine").value]
            let (now, before) = (try reader.text("Patient", "mine"), try reader.text("Patient", "mine", version: 1))
            seen += try [now, before].compactMap { $0 }.map { try $0.value() }
            seen += try reader.history("Patient", "mine").map(\.value)
            seen += try reader.history(HistoryAsk(type: "Patient", limit: 10)).map { try $0.value() }
            seen += try reader.history(HistoryAsk(type: "Patient", id: "mine", limit: 10)).map { try $0.value() }
            seen += try reader.search(Query("Patient", [.string("family", prefix: "moss")])).map(\.value)
            seen += try reader.person("mine", ["Patient"]).all("Patient").map(\.value)
            seen += try reader.everything(EverythingAsk(person: "mine", limit: 1)).map { try $0.value() }
            try reader.each("Patient") { seen.append(try $0.value()) }
            return seen
        }
        let page = try await search(scratch, Self.caller("desk"), "Encounter", "_include=Encounter:patient")
        #expect(texts.count == 16)
        let patients = texts + (try page.includes.map { try $0.value() })
        #expect(page.includes.count == 2)
        for text in patients {
            #expect(text["telecom"] == nil && text["deceasedBoolean"] == nil && text["text"] == nil, "\(text)")
            // Nothing is left of the first.
            #expect(text["contact"]?.array == [["name": ["family": "Near"]]])
            #expect(text["birthDate"] == "1950-01-02")
            #expect(text["meta"]?["tag"]?.array.first?["code"] == "SUBSETTED")
        }
        for visit in page.matches {
            let names = try visit.document().root.members.map { $0.0 }
            #expect(Set(names) == ["resourceType", "id", "meta", "status", "class", "subject", "period"])
        }
    }

    @Test(arguments: Engines.all)
    func `what is left out is no way to find or to sort`(engine: TestEngine) async throws {
        let scratch = try await open(engine)
        let desk = Self.caller("desk")
        for (type, query) in [
            ("Patient", "phone=1"), ("Patient", "telecom:missing=true"), ("Patient", "deceased=false"),
            ("Patient", "_sort=death-date"), ("Encounter", "service-provider=Organization/o"),
            ("Encounter", "patient.phone=1"), ("Patient", "_has:Condition:patient:encounter=Encounter/visit-mine"),
            ("Encounter", "_has:Condition:encounter:code:text=cough"), ("Encounter", "reason-code:text=cough"),
            ("Condition", "encounter.date=2026-11-01"),
        ] {
            await #expect(throws: SearchRefusal.self, "\(type)?\(query)") {
                try await search(scratch, desk, type, query)
            }
        }
        #expect(try await search(scratch, desk, "Patient", "family=moss&birthdate=1950-01-02").matches.count == 2)
        #expect(
            try await search(scratch, desk, "Encounter", "date=ge2026-11-01&patient.family=moss").matches.count == 2)
        // A reference that is left out leads nowhere, from either end.
        #expect(try await search(scratch, desk, "Condition", "_include=Condition:encounter").includes.isEmpty)
        #expect(try await search(scratch, desk, "Encounter", "_revinclude=Condition:encounter").includes.isEmpty)
        #expect(try await search(scratch, desk, "Encounter", "_revinclude=Condition:patient").includes.isEmpty)
        #expect(try await search(scratch, desk, "Patient", "_revinclude=Condition:patient").includes.count == 2)
        let coded = try await scratch.records.read(as: desk, at: ScratchRecords.now, for: "test") { reader in
            try reader.search(Query("Encounter", [.reference("service-provider", "Organization/o")]))
        }
        #expect(coded.isEmpty)
    }

    @Test(arguments: Engines.all)
    func `of two roles each record shows what one of them opens`(engine: TestEngine) async throws {
        let scratch = try await open(engine)
        let both = Self.caller("desk", "ward")
        let phones = try await scratch.records.read(as: both, at: ScratchRecords.now, for: "test") { reader in
            try ["mine", "other"].map { try reader.get("Patient", $0).value["telecom"] != nil }
        }
        #expect(phones == [true, false])
        // The part that leaves the telephone out is not there for a search by it.
        #expect(try await search(scratch, both, "Patient", "phone=1").matches.map(\.id) == ["mine"])
        #expect(try await search(scratch, both, "Patient", "phone=2").matches.isEmpty)
        #expect(try await search(scratch, both, "Patient", "phone:missing=false").matches.map(\.id) == ["mine"])
        #expect(try await search(scratch, both, "Encounter", "patient.phone=2").matches.isEmpty)
        #expect(try await search(scratch, both, "Encounter", "patient.phone=1").matches.map(\.id) == ["visit-mine"])
        #expect(
            Set(try await search(scratch, both, "Condition", "_include=Condition:encounter").includes.map(\.id))
                == ["visit-mine"])
        #expect(
            Set(try await search(scratch, both, "Encounter", "_revinclude=Condition:encounter").includes.map(\.id))
                == ["cough-mine"])
    }

    @Test(arguments: Engines.all)
    func `what somebody sees in part cannot be changed by them, the rest can`(engine: TestEngine) async throws {
        let policy = try TestPolicy.with([
            "desk": Self.desk, "ward": Self.ward,
            "writer": "- {id: w, why: Because, verbs: [update], types: [Patient], whose: everyone, labels: all}",
        ])
        let scratch = try await ScratchRecords.open(engine, policy: policy)
        try await scratch.put(Self.patient("mine", "1"), id: "mine")
        await #expect(throws: RecordsFailure.self) {
            try await scratch.records.write(as: Self.caller("desk", "writer"), at: ScratchRecords.now) { change in
                try change.update(change.reader.get("Patient", "mine").value, ifVersion: nil)
            }
        }
        let stored = try await scratch.records.write(as: Self.caller("writer"), at: ScratchRecords.now) { change in
            try change.update(Self.patient("mine", "4"), ifVersion: nil)
        }
        #expect(stored.value["telecom"] != nil)
    }

    @Test(arguments: Engines.all)
    func `a rule opens nothing out of its hours`(engine: TestEngine) async throws {
        let newYork = try #require(TimeZone(identifier: "America/New_York"))
        let policy = try TestPolicy.with(
            [
                "night": """
                - id: night
                  why: Because
                  verbs: [read, search, create]
                  types: [Patient]
                  whose: everyone
                  labels: none
                  when: {hours: "22:00-06:00"}
                """
            ], zone: newYork)
        let scratch = try await ScratchRecords.open(engine, policy: policy)
        try await scratch.put(Self.patient("mine", "1"), id: "mine")
        // 2026-11-20T16:00Z is eleven in the morning.
        let (day, night) = (ScratchRecords.now, ScratchRecords.now + 12 * 3_600_000)
        let caller = Self.caller("night")
        for (now, isOpen) in [(day, false), (night, true), (night + 7 * 3_600_000, false), (night + 86_400_000, true)] {
            let found = try await scratch.records.read(as: caller, at: now, for: "test") { reader in
                (try reader.find("Patient", "mine") != nil, try reader.search(Query("Patient")).count)
            }
            #expect(found.0 == isOpen)
            #expect(found.1 == (isOpen ? 1 : 0))
            let made = try? await scratch.records.write(as: caller, at: now) { change in
                try change.create(["resourceType": "Patient"])
            }
            #expect((made != nil) == isOpen)
            if let made {
                _ = try await scratch.records.write(as: .system("test"), at: now) { try $0.delete("Patient", made.id) }
            }
        }
    }
}
