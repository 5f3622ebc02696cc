import Access
import FHIR
import TestSupport
import Testing

@testable import Records

/// What the codes of a record say of it, whoever stores it, and what that hides from whom.
struct LabelTests {
    private static let now = ScratchRecords.now
    private static let supervisor = Caller(
        account: "sam", name: "Sam", roles: [.supervisor], practitioner: "Practitioner/sam")
    private static let desk = Caller(account: "dee", name: "Dee", roles: [Role(rawValue: "front-desk")])
    private static let worker = Caller(
        account: "chi", name: "Chi", roles: [Role(rawValue: "community-health-worker")],
        practitioner: "Practitioner/chi")

    static func condition(_ code: String, system: String = "http://hl7.org/fhir/sid/icd-10-cm") -> JSON {
        [
            "resourceType": "Condition", "subject": ["reference": "Patient/p"],
            "code": ["coding": [["system": .string(system), "code": .string(code)]]],
        ]
    }

    private static func labels(_ resource: Resource) -> [String] {
        resource.root["meta"]?.list("security").compactMap { $0["code"]?.string } ?? []
    }

    /// A person in the care of the community health worker.
    static func open(_ engine: TestEngine, projections: [any Projection] = []) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine, projections: projections)
        try await scratch.put(["resourceType": "Patient"], id: "p")
        try await scratch.put(["resourceType": "Practitioner"], id: "chi")
        try await scratch.put(
            [
                "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p"],
                "careManager": ["reference": "Practitioner/chi"],
            ], id: "e")
        return scratch
    }

    @Test(arguments: Engines.all)
    func `a sensitive code puts its label on the record`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        try await scratch.put(Self.condition("F10.20"), id: "c1")
        try await scratch.put(Self.condition("I10"), id: "c2")
        let (one, two) = try await scratch.records.read(as: scratch.caller, at: Self.now, for: "test") {
            (try $0.get("Condition", "c1"), try $0.get("Condition", "c2"))
        }
        #expect(Self.labels(one) == ["SUD"])
        #expect(one.root["meta"]?.list("security").first?["userSelected"]?.bool == false)
        #expect(Self.labels(two) == [])
    }

    @Test(arguments: Engines.all)
    func `a code that no search parameter looks at counts too`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        try await scratch.put(
            [
                "resourceType": "Claim", "status": "active", "use": "claim", "patient": ["reference": "Patient/p"],
                "created": "2026-01-01", "provider": ["display": "Clinic"],
                "type": ["text": "Visit"], "priority": ["text": "normal"],
                "insurance": [["sequence": 1, "focal": true, "coverage": ["display": "None"]]],
                "diagnosis": [["sequence": 1, "diagnosisCodeableConcept": Self.condition("B20")["code"] ?? [:]]],
            ], id: "claim")
        let claim = try await scratch.records.read(as: scratch.caller, at: Self.now, for: "test") {
            try $0.get("Claim", "claim")
        }
        #expect(Self.labels(claim) == ["HIV"])
    }

    @Test(arguments: Engines.all)
    func `what is labelled is absent on every path for who may not see it`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        try await scratch.put(Self.condition("F10.20"), id: "c1")
        try await scratch.put(Self.condition("I10"), id: "c2")
        func seen(by caller: Caller) async throws -> [String: Int] {
            try await scratch.records.read(as: caller, at: Self.now, for: "test") { reader in
                var everything = EverythingAsk(person: "p", limit: 100)
                everything.types = ["Condition"]
                var each = 0
                try reader.each("Condition") { _ in each += 1 }
                return [
                    "find": try reader.find("Condition", "c1") == nil ? 0 : 1,
                    "version": try reader.text("Condition", "c1", version: 1) == nil ? 0 : 1,
                    "search": try reader.search(Query("Condition", [.reference("subject", "Patient/p")])).count,
                    "token": try reader.search(
                        Query("Condition", [.token("code", system: nil, code: "F10.20")])
                    ).count,
                    "person": try reader.person("p", ["Condition"]).all("Condition").count,
                    "where": try reader.person("p", ["Condition"]) { _, _ in true }.all("Condition").count,
                    "coded": try reader.person(
                        "p", "Condition", coded: ["F10.20", "I10"], of: "http://hl7.org/fhir/sid/icd-10-cm"
                    ).count,
                    "history": try reader.history(HistoryAsk(type: "Condition", limit: 100)).count,
                    "everything": try reader.everything(everything).filter { $0.type == "Condition" }.count,
                    "each": each,
                ]
            }
        }
        let all = try await seen(by: scratch.caller)
        let some = try await seen(by: Self.worker)
        #expect(all["find"] == 1 && all["version"] == 1 && all["token"] == 1)
        #expect(some["find"] == 0 && some["version"] == 0 && some["token"] == 0)
        for path in ["search", "person", "where", "coded", "history", "everything", "each"] {
            #expect(all[path] == 2, "\(path)")
            #expect(some[path] == 1, "\(path)")
        }
    }

    @Test(arguments: Engines.all)
    func `somebody may record what he may not read, and then it is absent`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        let made = try await scratch.records.write(as: Self.worker, at: Self.now) {
            try $0.create(Self.condition("F10.20"))
        }
        let found = try await scratch.records.read(as: Self.worker, at: Self.now, for: "test") {
            try $0.find("Condition", made.id)
        }
        #expect(found == nil)
        await #expect(throws: RecordsFailure.self) {
            try await scratch.records.write(as: Self.worker, at: Self.now) { change in
                var next = Self.condition("I10")
                next["id"] = .string(made.id)
                try change.update(next, ifVersion: nil)
            }
        }
    }

    @Test(arguments: Engines.all)
    func `a label stays when the code goes, for the versions before still hold it`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        try await scratch.put(Self.condition("F10.20"), id: "c1")
        var plain = Self.condition("I10")
        plain["id"] = "c1"
        let next = plain
        let kept = try await scratch.records.write(as: scratch.caller, at: Self.now) {
            try $0.update(next, ifVersion: nil)
            return try $0.reader.get("Condition", "c1")
        }
        #expect(Self.labels(kept) == ["SUD"])
        let hidden = try await scratch.records.read(as: Self.worker, at: Self.now, for: "test") {
            try $0.find("Condition", "c1")
        }
        #expect(hidden == nil)
        // Whoever has the right takes it away.
        let open = try await scratch.records.write(as: Self.supervisor, at: Self.now) {
            try $0.update(next, ifVersion: nil)
            return try $0.reader.get("Condition", "c1")
        }
        #expect(Self.labels(open) == [])
    }

    @Test(arguments: Engines.all)
    func `a label that a person has set stays as it was written`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        var marked = Self.condition("I10")
        marked["meta"] = [
            "security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSYTHPN"]]
        ]
        try await scratch.put(marked, id: "c1")
        let found = try await scratch.records.read(as: scratch.caller, at: Self.now, for: "test") {
            try $0.find("Condition", "c1")
        }
        #expect(found == nil, "a care manager sees no notes of therapy")
        let stored = try await scratch.records.read(as: .system("test"), at: Self.now, for: "test") {
            try $0.get("Condition", "c1")
        }
        #expect(Self.labels(stored) == ["PSYTHPN"])
        #expect(stored.root["meta"]?.list("security").first?["userSelected"] == nil)
    }

    @Test(arguments: Engines.all)
    func `the front desk reads addresses and nothing clinical`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine)
        try await scratch.put(Self.condition("I10"), id: "c2")
        let (patient, condition) = try await scratch.records.read(as: Self.desk, at: Self.now, for: "test") {
            (try $0.find("Patient", "p") != nil, try $0.find("Condition", "c2") != nil)
        }
        #expect(patient && !condition)
    }

    /// Counts the conditions of a person: a figure that must not tell what is hidden.
    private struct Conditions: Projection {
        let tables = [ProjectionTable("condition_count", columns: ["n": .integer])]
        let reads: Set<String> = ["Condition", "Patient"]

        func rows(of person: PersonRecord, asOf: Int64) -> [ProjectionRow] {
            [ProjectionRow("condition_count", [.integer(Int64(person.all("Condition").count))])]
        }
    }

    @Test(arguments: Engines.all)
    func `figures in lists are made without what is hidden`(engine: TestEngine) async throws {
        let scratch = try await Self.open(engine, projections: [Conditions()])
        func figures(_ caller: Caller) async throws -> [Int64] {
            try await scratch.records.read(as: caller, at: Self.now, for: "test") { reader in
                #expect(
                    try reader.count(RowQuery("condition_count"))
                        == (try reader.rows(RowQuery("condition_count"), ["n"])).count)
                return try reader.rows(RowQuery("condition_count"), ["n"]).compactMap { $0.integer("n") }
            }
        }
        try await scratch.put(Self.condition("I10"), id: "c2")
        #expect(try await figures(scratch.caller) == [1])
        #expect(try await figures(Self.worker) == [1])
        try await scratch.put(Self.condition("F10.20"), id: "c1")
        #expect(try await figures(scratch.caller) == [2])
        #expect(try await figures(Self.worker) == [1])
        let both = Caller(
            account: "bo", name: "Bo", roles: Self.worker.roles.union([.careManager]),
            practitioner: "Practitioner/chi")
        #expect(try await figures(both) == [2])
        let stranger = Caller(
            account: "x", name: "X", roles: Self.worker.roles, practitioner: "Practitioner/ruth")
        #expect(try await figures(stranger) == [])
        #expect(try await figures(Self.desk) == [])
        try await scratch.records.reindex(asOf: Self.now)
        #expect(try await figures(scratch.caller) == [2])
        #expect(try await figures(Self.worker) == [1])
    }
}
