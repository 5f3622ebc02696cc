import Access
import CareTestSupport
import Content
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// One person of two entries, and two again.
struct MergePeopleTests {
    private static let now = ScratchRecords.now
    private static let sam = Caller(
        account: "sam", name: "Sam Ortiz", roles: [.supervisor], practitioner: "Practitioner/ruth")

    private func open(_ engine: TestEngine) async throws -> ScratchRecords {
        let scratch = try await ScratchRecords.open(engine, projections: Projections.all(try CareContent.shipped()))
        for (id, given) in [("kept", "Delores"), ("other", "Dolores")] {
            try await scratch.put(
                [
                    "resourceType": "Patient", "name": [["family": "Whitfield", "given": [.string(given)]]],
                    "birthDate": "1948-03-14", "extension": [["url": "urn:test:1", "valueDecimal": .decimal("1.50")]],
                ], id: id)
        }
        return scratch
    }

    private func pair(_ scratch: ScratchRecords) async throws -> String {
        let rules = try MatchRules(content: Content(folder: nil))
        return try await scratch.records.write(as: .system("test"), at: Self.now) { change in
            try FindDuplicates(person: "other", rules: rules).perform(in: change)
            try FindDuplicates(person: "kept", rules: rules).perform(in: change)
            let tasks = try change.reader.search(Query("Task", []))
                .compactMap(DuplicatePair.init)
            #expect(tasks.count == 1)
            return try #require(tasks.first).id
        }
    }

    /// The text of every current resource but tasks and Provenances, by reference.
    private func texts(_ scratch: ScratchRecords) async throws -> [String: String] {
        let types = scratch.records.definitions.resourceTypes.filter { $0 != "Task" && $0 != "Provenance" }
        return try await scratch.records.read(as: .system("test"), at: Self.now, for: "test") { reader in
            var texts: [String: String] = [:]
            for type in types {
                try reader.each(type) { texts[$0.reference] = String(decoding: $0.body, as: UTF8.self) }
            }
            return texts
        }
    }

    private func merge(_ scratch: ScratchRecords, _ pair: String, at now: Int64 = now) async throws {
        try await scratch.records.write(as: Self.sam, at: now) { change in
            _ = try MergePeople(pair: pair, version: nil, keep: "kept", reason: "Same card").perform(in: change)
        }
    }

    private func unmerge(_ scratch: ScratchRecords, _ pair: String) async throws -> Change.MovedBack {
        try await scratch.records.write(as: Self.sam, at: Self.now + 60_000) { change in
            try UnmergePeople(pair: pair, version: nil, reason: "Two cards").perform(in: change)
        }
    }

    /// Records of many kinds, some labelled, some that name both, some of others.
    private func fill(_ scratch: ScratchRecords) async throws {
        var seed: UInt64 = 7
        func random(_ most: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1
            return Int(seed >> 33) % most
        }
        for place in 0..<40 {
            let (person, theOther) = random(2) == 0 ? ("kept", "other") : ("other", "kept")
            let who: JSON = ["reference": .string("Patient/\(person)"), "display": "D. Whitfield"]
            let label: JSON? =
                random(4) == 0
                ? ["security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSYTHPN"]]]
                : nil
            let kinds: [JSON] = [
                .compact([
                    "resourceType": "Observation", "meta": label, "status": "final", "code": ["text": "Weight"],
                    "subject": who, "valueQuantity": ["value": .decimal("7.\(place)0"), "unit": "kg"],
                ]),
                .compact(["resourceType": "Condition", "meta": label, "subject": who, "code": ["text": "Pain"]]),
                ["resourceType": "RelatedPerson", "patient": who, "name": [["text": "Sister"]]],
                [
                    "resourceType": "Communication", "status": "completed", "subject": who,
                    "about": [["reference": .string("Patient/\(random(2) == 0 ? person : theOther)")]],
                ],
                [
                    "resourceType": "Group", "type": "person", "actual": true,
                    "member": [["entity": who], ["entity": ["reference": "Patient/third"]]],
                ],
            ]
            try await scratch.put(kinds[random(kinds.count)], id: "r\(place)")
        }
        try await scratch.put(
            [
                "resourceType": "Binary", "contentType": "text/plain",
                "securityContext": ["reference": "Patient/other"],
                "data": "aGk=",
            ], id: "letter")
        try await scratch.put(
            [
                "resourceType": "DocumentReference", "status": "current", "subject": ["reference": "Patient/other"],
                "content": [["attachment": ["url": "Binary/letter"]]],
            ], id: "doc")
    }

    @Test(arguments: Engines.all)
    func `merged and unmerged, every record is as it was, byte for byte`(engine: TestEngine) async throws {
        let scratch = try await open(engine)
        try await fill(scratch)
        let before = try await texts(scratch)
        let pair = try await pair(scratch)
        try await merge(scratch, pair)
        let merged = try await texts(scratch)
        #expect(merged.keys == before.keys)
        for (reference, text) in merged where !reference.hasPrefix("Patient/") {
            #expect(!text.contains("\"Patient/other\""), "\(reference)")
        }
        #expect(merged["Binary/letter"]?.contains("Patient/kept") == true)
        let back = try await unmerge(scratch, pair)
        #expect(back.changed == 0 && back.stayed == 0 && back.restored > 5)
        let after = try await texts(scratch)
        for (reference, text) in before {
            #expect(after[reference] == text, "\(reference)")
        }
    }

    @Test(arguments: Engines.all)
    func `the entry that goes answers with a link, and lists and searches know the other alone`(
        engine: TestEngine
    ) async throws {
        let scratch = try await open(engine)
        try await scratch.put(
            [
                "resourceType": "Observation", "status": "final", "code": ["text": "Weight"],
                "subject": ["reference": "Patient/other"],
            ], id: "weight")
        let pair = try await pair(scratch)
        try await merge(scratch, pair)
        try await scratch.records.read(as: Self.sam, at: Self.now, for: "test") { reader in
            let gone = try reader.get("Patient", "other")
            #expect(MergedAway.successor(gone.root) == "kept")
            #expect(gone.root["active"]?.bool == false)
            #expect(try reader.person("other", ["Observation"]).all("Observation").isEmpty)
            #expect(try reader.person("kept", ["Observation"]).all("Observation").map(\.id) == ["weight"])
            #expect(try reader.search(Query("Observation", [.reference("subject", "Patient/kept")])).count == 1)
            #expect(try FindPeople.read("Whitfield", by: reader).people.map(\.isListed) == [true, false])
        }
        let rows = try await scratch.records.read(as: Self.sam, at: Self.now, for: "test") { reader in
            try FindMatches.read(
                MatchFacts(try reader.get("Patient", "other").root),
                rules: try MatchRules(content: Content(folder: nil)), by: reader
            ).map(\.id)
        }
        #expect(rows == ["kept"])
    }

    @Test(arguments: Engines.all)
    func `what was changed or recorded since the merge is not lost`(engine: TestEngine) async throws {
        let scratch = try await open(engine)
        for id in ["first", "second"] {
            try await scratch.put(
                ["resourceType": "Condition", "subject": ["reference": "Patient/other"], "code": ["text": "Pain"]],
                id: id)
        }
        let pair = try await pair(scratch)
        try await merge(scratch, pair)
        try await scratch.put(
            ["resourceType": "Condition", "subject": ["reference": "Patient/kept"], "code": ["text": "Less pain"]],
            id: "first", at: Self.now + 1)
        try await scratch.put(
            ["resourceType": "Condition", "subject": ["reference": "Patient/kept"], "code": ["text": "New"]],
            id: "since", at: Self.now + 1)
        let since = try await scratch.records.read(as: Self.sam, at: Self.now, for: "test") {
            try $0.recorded(of: "kept", after: Self.now).map(\.id)
        }
        #expect(since == ["since"])
        let back = try await unmerge(scratch, pair)
        #expect(back == Change.MovedBack(restored: 1, changed: 1, stayed: 0))
        try await scratch.records.read(as: Self.sam, at: Self.now, for: "test") { reader in
            let others = try reader.person("other", ["Condition"]).all("Condition")
            #expect(Set(others.compactMap { $0.root["code"]?.text("text") }) == ["Less pain", "Pain"])
            #expect(try reader.person("kept", ["Condition"]).all("Condition").map(\.id) == ["since"])
        }
    }

    @Test(arguments: Engines.all)
    func `notes that the one who merges may not read move hidden, and nothing tells of them`(
        engine: TestEngine
    ) async throws {
        let scratch = try await open(engine)
        try await scratch.put(
            [
                "resourceType": "DocumentReference", "status": "current", "subject": ["reference": "Patient/other"],
                "meta": [
                    "security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSYTHPN"]]
                ], "content": [["attachment": ["title": "Note"]]],
            ], id: "secret-note")
        let pair = try await pair(scratch)
        try await merge(scratch, pair)
        try await scratch.records.read(as: Self.sam, at: Self.now, for: "test") { reader in
            #expect(try reader.find("DocumentReference", "secret-note") == nil)
            for provenance in try reader.person("kept", ["Provenance"]).all("Provenance") {
                #expect(!String(decoding: provenance.document.bytes, as: UTF8.self).contains("secret-note"))
            }
        }
        let moved = try await scratch.records.read(as: .system("test"), at: Self.now, for: "test") {
            try $0.person("kept", ["DocumentReference"]).all("DocumentReference").map(\.id)
        }
        #expect(moved == ["secret-note"])
    }

    private func blocks(_ scratch: ScratchRecords) async throws -> [String] {
        try await scratch.records.read(as: Self.sam, at: Self.now, for: "test") {
            try MergeBlocks.read(keeping: "kept", over: "other", by: $0, at: Self.now)
        }
    }

    @Test(arguments: Engines.all)
    func `two enrolments in one programme, a shared record and a death stand in the way`(
        engine: TestEngine
    ) async throws {
        let scratch = try await open(engine)
        #expect(try await blocks(scratch).isEmpty)
        for person in ["kept", "other"] {
            try await scratch.put(
                [
                    "resourceType": "EpisodeOfCare", "status": "active",
                    "type": [CareCode.concept(CareCode.program, "complex-care")],
                    "patient": .reference("Patient/\(person)"),
                ], id: "episode-\(person)")
        }
        #expect(try await blocks(scratch).count == 1)
        try await scratch.put(
            [
                "resourceType": "Consent", "status": "active", "scope": ["text": "Portal"],
                "category": [CareCode.concept(CareCode.consent, "proxy")], "patient": ["reference": "Patient/kept"],
                "policyRule": ["text": "own"],
            ], id: "share")
        #expect(try await blocks(scratch).count == 2)
        try await scratch.put(
            [
                "resourceType": "Patient", "name": [["family": "Whitfield", "given": ["Dolores"]]],
                "birthDate": "1948-03-14", "deceasedBoolean": true,
            ], id: "other")
        #expect(try await blocks(scratch).count == 3)
        let pair = try await pair(scratch)
        await #expect(throws: NotNow.self) { try await merge(scratch, pair) }
    }

    @Test(arguments: Engines.all)
    func `a consent of one never opens what is closed for the other`(engine: TestEngine) async throws {
        let scratch = try await open(engine)
        try await scratch.put(
            [
                "resourceType": "Condition", "subject": ["reference": "Patient/other"], "code": ["text": "Use"],
                "meta": [
                    "security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"]]
                ],
            ], id: "use")
        #expect(try await blocks(scratch).isEmpty)
        try await scratch.put(
            [
                "resourceType": "Consent", "status": "active", "dateTime": "2026-01-01", "scope": ["text": "Privacy"],
                "category": [CareCode.concept(CareCode.consent, "part-2")], "patient": ["reference": "Patient/kept"],
                "policyRule": ["text": "own"], "provision": ["type": "permit"],
            ], id: "yes")
        #expect(try await blocks(scratch).count == 1)
    }

    @Test func `only who has the office merges, and what was decided is not asked again`() async throws {
        let scratch = try await open(.usual)
        let pair = try await pair(scratch)
        await #expect(throws: RecordsFailure.self) {
            try await scratch.records.write(as: scratch.caller, at: Self.now) { change in
                _ = try MergePeople(pair: pair, version: nil, keep: "kept", reason: "x").perform(in: change)
            }
        }
        try await scratch.records.write(as: Self.sam, at: Self.now) { change in
            _ = try DecideDuplicate(pair: pair, version: nil, answer: .different, reason: "Sisters").perform(in: change)
        }
        await #expect(throws: NotNow.self) { try await merge(scratch, pair) }
        let rules = try MatchRules(content: Content(folder: nil))
        let (fresh, waiting) = try await scratch.records.write(as: Self.sam, at: Self.now) { change in
            (
                try FindDuplicates(person: "kept", rules: rules).perform(in: change),
                try DuplicateList.read(rules, by: change.reader).rows.count
            )
        }
        #expect(fresh == 0 && waiting == 0)
    }
}
