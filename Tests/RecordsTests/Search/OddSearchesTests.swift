import Access
import FHIR
import Records
import TestSupport
import Testing

struct OddSearchesTests {
    @Test(arguments: Engines.all)
    func `what a client sends is a value in every parameter of every kind, never SQL or a pattern`(
        engine: TestEngine
    ) async throws {
        let probe = try await SearchProbe.open(engine)
        try await probe.put("Patient", "p", ["name": [["family": "Plain"]], "gender": "male"])
        try await probe.put("Observation", "o", ["status": "final", "code": ["text": "x"]])
        let odd = [
            "'", "'; DROP TABLE resource; --", "\" OR 1=1", "%", "_", "\\", "\\,", "$1", "@.rid", "\u{1}", "a\u{1}b",
            "😀",
            "ﬀ", String(repeating: "x", count: 20_000), "NaN", "inf", "1e400", "-0", "9223372036854775808",
            "\u{10FFFF}",
        ]
        for type in ["Patient", "Observation", "Location", "ValueSet"] {
            let number = try #require(probe.scratch.records.definitions.number(ofType: type))
            for parameter in probe.scratch.records.definitions.searchParameters(number) {
                for modifier in ["", ":contains", ":exact", ":text", ":not", ":below", ":missing"] {
                    for value in odd where value.utf8.count < 100 || modifier.isEmpty {
                        let search = SearchPairs.written([SearchPair(parameter.code + modifier, value)])
                        // Refused with a reason or answered; either way the records stand and nothing else happens.
                        let page = try? await probe.page("\(type)?\(search)")
                        if let page, modifier != ":not", modifier != ":contains" {
                            #expect(page.matches.isEmpty, "\(search.prefix(100))")
                        }
                    }
                }
            }
        }
        #expect(try await probe.ids("Patient") == ["p"])
    }

    @Test(arguments: Engines.all)
    func `places are found near a point`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        for (id, latitude, longitude) in [
            ("bonn", "50.7374", "7.0982"), ("cologne", "50.9375", "6.9603"), ("fiji", "-17.7", "179.9"),
        ] {
            try await probe.put(
                "Location", id,
                ["name": "x", "position": ["latitude": .decimal(latitude), "longitude": .decimal(longitude)]])
        }
        #expect(try await probe.found("Location?near=50.74%7C7.1%7C5%7Ckm") == "bonn")
        #expect(try await probe.found("Location?near=50.74%7C7.1%7C30") == "bonn cologne")
        #expect(try await probe.found("Location?near=-17.7%7C-179.9%7C30%7C[mi_us]") == "fiji")
        #expect(try await probe.found("Location?near=0%7C0") == "")
    }

    @Test(arguments: Engines.all)
    func `composites of references, numbers and truths`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        try await probe.put(
            "DocumentReference", "d",
            [
                "status": "current", "content": [["attachment": ["url": "urn:x"]]],
                "relatesTo": [
                    ["code": "replaces", "target": ["reference": "DocumentReference/a"]],
                    ["code": "appends", "target": ["reference": "DocumentReference/b"]],
                ],
            ])
        try await probe.put(
            "Group", "g",
            [
                "type": "person", "actual": false,
                "characteristic": [
                    ["code": ["coding": [["code": "smoker"]]], "valueBoolean": true, "exclude": false],
                    ["code": ["coding": [["code": "diabetic"]]], "valueBoolean": false, "exclude": false],
                ],
            ])
        for (search, found) in [
            ("DocumentReference?relationship=DocumentReference/a$replaces", "d"),
            ("DocumentReference?relationship=DocumentReference/a$appends", ""),
            ("Group?characteristic-value=smoker$true", "g"), ("Group?characteristic-value=smoker$false", ""),
        ] {
            #expect(try await probe.found(search) == found, "\(search)")
        }
    }

    @Test(arguments: Engines.all)
    func `more than a page can hold is said, not given`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        try await probe.put("Patient", "p", ["gender": "male"])
        _ = try await probe.scratch.records.write(as: .system("test"), at: 1) { change in
            for number in 0..<1_100 {
                try change.create(
                    ["resourceType": "Basic", "code": ["text": "x"], "subject": ["reference": "Patient/p"]],
                    id: "b\(number)")
            }
        }
        let page = try await probe.page("Patient?_revinclude=Basic:patient")
        #expect(page.includes.count == 1_000 && page.issues.map(\.code) == [.incomplete])
        #expect(try await probe.ids("Basic?_count=1000").count == 1_100)
    }
}
