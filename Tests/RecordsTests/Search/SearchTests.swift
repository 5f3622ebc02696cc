import Access
import FHIR
import Records
import TestSupport
import Testing

struct SearchTests {
    @Test(arguments: Engines.all)
    func `tokens match by code, by system, by both, and by neither`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        try await probe.put(
            "Condition", "a",
            [
                "subject": ["reference": "Patient/1"],
                "code": ["coding": [["system": "urn:a", "code": "x"]], "text": "Bad  Knee"],
            ])
        try await probe.put(
            "Condition", "b",
            [
                "subject": ["reference": "Patient/1"],
                "code": ["coding": [["system": "urn:b", "code": "x", "display": "Good knee"]]],
            ])
        try await probe.put(
            "Condition", "c",
            [
                "subject": ["reference": "Patient/2"],
                "code": ["coding": [["code": "x"], ["system": "urn:a", "code": "y"]]],
            ])
        try await probe.put("Condition", "d", ["subject": ["reference": "Patient/2"], "code": ["text": "Bad back"]])
        for (search, found) in [
            ("code=x", "a b c"), ("code=urn:a%7Cx", "a"), ("code=%7Cx", "c"), ("code=urn:a%7C", "a c"),
            ("code=x,y", "a b c"), ("code=X", ""), ("code:not=urn:a%7Cx", "b c d"), ("code:not=x", "d"),
            ("code:text=bad", "a d"), ("code:text=good+knee", "b"), ("code:missing=true", ""),
            ("code:missing=false", "a b c d"), ("subject=Patient/1", "a b"), ("subject=1", "a b"),
            ("patient=2&code=y", "c"), ("subject:Patient=2", "c d"),
            ("subject=https://here.example/fhir/Patient/2", "c d"), ("patient=nobody", ""),
            ("code=x&patient=1&code:not=urn:b%7Cx", "a"), ("code=a'%20OR%201=1", ""),
        ] {
            #expect(try await probe.found("Condition?" + search) == found, "\(search)")
        }
    }

    @Test(arguments: Engines.all)
    func `texts match from their beginning, anywhere, or exactly`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        try await probe.put("Patient", "a", ["name": [["family": "Éve", "given": ["Ann%a"]]]])
        try await probe.put("Patient", "b", ["name": [["family": "Severin", "given": ["Eve"]]]])
        try await probe.put("Patient", "c", ["name": [["family": "Evelyn_\\"]], "gender": "male"])
        for (search, found) in [
            ("name=eve", "a b c"), ("family=eve", "a c"), ("family:contains=eve", "a b c"), ("name:exact=Eve", "b"),
            ("family:exact=%C3%89ve", "a"), ("name:contains=%25", "a"), ("name:contains=_", "c"), ("name=%25", ""),
            ("name:contains=%5C%5C", "c"), ("family=sev,evelyn", "b c"), ("gender:missing=true", "a b"),
            ("gender=male", "c"), ("gender=http://hl7.org/fhir/administrative-gender%7Cmale", "c"),
            ("name=eve&gender=male", "c"),
        ] {
            #expect(try await probe.found("Patient?" + search) == found, "\(search)")
        }
    }

    @Test(arguments: Engines.all)
    func `dates match by the stretch that they cover`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        func encounter(_ id: String, _ period: JSON) async throws {
            try await probe.put(
                "Encounter", id, ["status": "finished", "class": ["code": "AMB"], "period": period])
        }
        try await encounter("day", ["start": "2013-01-14T10:00:00Z", "end": "2013-01-14T11:00:00Z"])
        try await encounter("long", ["start": "2013-01-01", "end": "2013-02-01"])
        try await encounter("open", ["start": "2013-01-20"])
        try await encounter("until", ["end": "2012-12-31"])
        for (search, found) in [
            ("2013-01-14", "day"), ("2013", "day long"), ("ne2013-01-14", "long open until"),
            ("gt2013-01-14", "long open"),
            ("lt2013-01-14", "long until"), ("ge2013-01-14", "day long open"), ("le2013-01-14", "day long until"),
            ("sa2013-01-14", "open"), ("eb2013-01-14", "until"), ("ap2013-01-14", "day long open until"),
            ("2013-01-14T10:00:00+00:00", ""), ("gt2012,lt1900", "day long open until"),
        ] {
            #expect(try await probe.found("Encounter?date=" + search) == found, "\(search)")
        }
        #expect(try await probe.found("Encounter?date=ge2013-01-10&date=lt2013-01-15") == "day long")
        #expect(try await probe.ids("Encounter?_sort=date") == ["until", "long", "day", "open"])
        #expect(try await probe.ids("Encounter?_sort=-date&_count=1") == ["open", "day", "long", "until"])
    }

    @Test(arguments: Engines.all)
    func `numbers match by the digits that were written`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        for (id, value) in [("a", "99.5"), ("b", "100"), ("c", "100.4"), ("d", "100.5"), ("e", "94.9")] {
            try await probe.put(
                "Observation", id,
                [
                    "status": "final", "code": ["text": "x"],
                    "valueQuantity": ["value": .decimal(value), "system": "urn:u", "code": "mg", "unit": "milligram"],
                ])
        }
        try await probe.put(
            "Observation", "f",
            [
                "status": "final", "code": ["text": "x"],
                "valueQuantity": ["value": 50, "comparator": ">", "system": "urn:u", "code": "g"],
            ])
        for (search, found) in [
            ("100", "a b c"), ("100.0", "b"), ("1e2", "a b c d"), ("ne100", "d e f"), ("gt100", "c d f"),
            ("lt100", "a e f"), ("ge100.5", "d f"), ("le94.9", "e f"), ("ap100", "a b c d e f"), ("sa100", "c d"),
            ("eb100", "a e"), ("100%7Curn:u%7Cmg", "a b c"), ("100%7C%7Cmilligram", "a b c"),
            ("100%7Curn:u%7Cg", ""), ("gt100%7Curn:u%7Cg", "f"), ("lt95,gt100.4", "d e f"),
        ] {
            #expect(try await probe.found("Observation?value-quantity=" + search) == found, "\(search)")
        }
    }

    @Test(arguments: Engines.all)
    func `chains and reverse chains follow references as far as they go`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        try await probe.put("Organization", "o", ["name": "House of Care"])
        try await probe.put(
            "Patient", "p", ["name": [["family": "Miller"]], "managingOrganization": ["reference": "Organization/o"]])
        try await probe.put("Patient", "q", ["name": [["family": "Stone"]]])
        for (id, person) in [("x", "p"), ("y", "q")] {
            try await probe.put(
                "Observation", id,
                [
                    "status": "final", "code": ["coding": [["code": .string("c-" + id)]]],
                    "subject": ["reference": .string("Patient/" + person)],
                ])
        }
        try await probe.put(
            "Group", "g", ["type": "person", "actual": true, "member": [["entity": ["reference": "Patient/p"]]]])
        for (search, found) in [
            ("Observation?patient.family=miller", "x"), ("Observation?subject:Patient.name=stone", "y"),
            ("Observation?subject.name=miller", "x"), ("Observation?patient.organization.name=house", "x"),
            ("Observation?patient._has:Group:member:_id=g", "x"), ("Patient?_has:Observation:patient:code=c-y", "q"),
            ("Organization?_has:Patient:organization:_has:Observation:patient:code=c-x", "o"),
            ("Patient?_has:Observation:patient:code=c-y&family=miller", ""), ("Observation?patient._id=q", "y"),
            ("Observation?patient.organization:missing=true", "y"), ("Observation?patient.gender:not=male", "x y"),
        ] {
            #expect(try await probe.found(search) == found, "\(search)")
        }
    }

    @Test(arguments: Engines.all)
    func `parts of a composite have to stand in one element`(engine: TestEngine) async throws {
        let probe = try await SearchProbe.open(engine)
        func quantity(_ value: Int) -> JSON { ["value": .int(value), "system": "urn:u", "code": "mm"] }
        func code(_ code: String) -> JSON { ["coding": [["system": "urn:l", "code": .string(code)]]] }
        try await probe.put(
            "Observation", "bp",
            [
                "status": "final", "code": code("bp"),
                "component": [
                    ["code": code("sys"), "valueQuantity": quantity(120)],
                    ["code": code("dia"), "valueQuantity": quantity(80)],
                ],
            ])
        try await probe.put(
            "Observation", "w", ["status": "final", "code": code("sys"), "valueQuantity": quantity(90)])
        for (search, found) in [
            ("component-code-value-quantity=sys$120", "bp"), ("component-code-value-quantity=sys$80", ""),
            ("component-code-value-quantity=urn:l%7Cdia$80%7Curn:u%7Cmm", "bp"), ("code-value-quantity=sys$90", "w"),
            ("code-value-quantity=sys$gt100", ""), ("combo-code-value-quantity=sys$gt100", "bp"),
            ("combo-code-value-quantity=sys$ge90", "bp w"), ("combo-code-value-quantity=bp$120", ""),
        ] {
            #expect(try await probe.found("Observation?" + search) == found, "\(search)")
        }
    }
}
