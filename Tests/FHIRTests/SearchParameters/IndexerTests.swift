import FHIR
import Testing

struct IndexerTests {
    /// Rows as `code: value`, sorted, so that a test reads like a table.
    private func rows(_ resource: JSON) throws -> [String] {
        let definitions = try R4.definitions()
        let document = try resource.document()
        let type = try #require(document.root.text("resourceType").flatMap(definitions.number(ofType:)))
        var rows: [IndexRow] = []
        try R4.indexer().index(document.root, type: type, into: &rows)
        return try rows.map { row in
            let isSecond = row.parameter % SearchParameter.perType >= SearchParameter.second
            let number = row.parameter - (isSecond ? SearchParameter.second : 0)
            let parameter = try #require(definitions.searchParameter(number: number))
            #expect(parameter.type == type)
            var mark = isSecond ? " second" : ""
            if parameter.kind == .token, case .string = row.value { mark = " text" }
            return parameter.code + mark + ": " + text(row.value)
        }.sorted()
    }

    private func text(_ value: IndexValue) -> String {
        switch value {
        case .token(let system, let code): (system ?? "") + "|" + code
        case .date(let low, let high): FHIRDate.instant(low) + " " + FHIRDate.instant(high)
        case .reference(let type, let id): type + "/" + id
        case .url(let url), .uri(let url): url
        case .string(let text, _): text
        case .quantity(let low, let high, let system, let code, let unit):
            "\(low == high ? "\(low)" : "\(low)..\(high)") \(system ?? "") \(code ?? "")"
                + (unit.map { " as \($0)" } ?? "")
        case .together(let row):
            "\(row.system ?? "")|\(row.code) \(row.low)..\(row.high) \(row.text) \(row.link)"
        case .number(let low, let high): "\(low)..\(high)"
        }
    }

    @Test
    func `a patient is found by name, birth, address, contact and identifier`() throws {
        let patient: JSON = [
            "resourceType": "Patient", "id": "p1",
            "meta": [
                "tag": [["system": "urn:t", "code": "demo"]], "profile": ["http://example.org/p"], "source": "urn:s",
            ],
            "identifier": [["system": "urn:mrn", "value": "0042"], ["value": "bare"]],
            "active": true, "gender": "female", "birthDate": "1950-03",
            "name": [
                ["family": "Müller  Ødegård", "given": ["Zoë", "A."], "use": "official"], ["family": "MÜLLER ØDEGÅRD"],
            ],
            "telecom": [["system": "phone", "value": "+1 555"], ["system": "email", "value": "Z@example.org"]],
            "address": [["line": ["1 High St"], "city": "Bonn", "use": "home", "period": ["start": "2001"]]],
            "communication": [
                ["language": ["coding": [["system": "urn:ietf:bcp:47", "code": "de"]], "text": "German"]]
            ],
            "managingOrganization": ["reference": "Organization/o1/_history/3"],
            "generalPractitioner": [["reference": "#gp"], ["reference": "urn:uuid:0a", "type": "Practitioner"]],
        ]
        #expect(
            try rows(patient) == [
                "_profile: http://example.org/p", "_source: urn:s", "_tag: urn:t|demo", "active: |true",
                "address-city: bonn",
                "address-use: |home", "address: 1 high st", "address: bonn",
                "birthdate: 1950-03-01T00:00:00.000Z 1950-04-01T00:00:00.000Z", "deceased: |false",
                "email: |Z@example.org", "family: muller odegard", "family: muller odegard", "gender: |female",
                "general-practitioner: urn:uuid:0a",
                "given: a.", "given: zoe", "identifier: urn:mrn|0042", "identifier: |bare",
                "language text: german", "language: urn:ietf:bcp:47|de", "name: a.", "name: muller odegard",
                "name: muller odegard", "name: zoe",
                "organization: Organization/o1", "phone: |+1 555", "telecom: |+1 555", "telecom: |Z@example.org",
            ])
    }

    @Test
    func `an observation is found by code, person, time and value`() throws {
        let observation: JSON = [
            "resourceType": "Observation", "status": "final",
            "code": ["coding": [["system": "http://loinc.org", "code": "85354-9"], ["code": "bp"]]],
            "subject": ["reference": "Patient/p1"],
            "encounter": ["reference": "https://other.example/fhir/Encounter/e1"],
            "effectiveDateTime": "2024-05-01T10:00:00+02:00",
            "component": [
                [
                    "code": ["coding": [["system": "http://loinc.org", "code": "8480-6"]]],
                    "valueQuantity": [
                        "value": .decimal("120.50"), "unit": "mmHg", "system": "http://unitsofmeasure.org",
                        "code": "mm[Hg]",
                    ],
                ]
            ],
        ]
        #expect(
            try rows(observation) == [
                "code: http://loinc.org|85354-9", "code: |bp",
                "combo-code-value-quantity: http://loinc.org|8480-6 120.5..120.5 mmHg none",
                "combo-code-value-quantity: http://loinc.org|8480-6 120.5..120.5 mm[Hg] "
                    + "word(\"http://unitsofmeasure.org\")",
                "component-code: http://loinc.org|8480-6",
                "component-value-quantity: 120.5 http://unitsofmeasure.org mm[Hg] as mmHg",
                "date: 2024-05-01T08:00:00.000Z 2024-05-01T08:00:01.000Z",
                "encounter: https://other.example/fhir/Encounter/e1", "patient: Patient/p1", "status: |final",
                "subject: Patient/p1",
            ])
    }

    @Test
    func `an encounter is found by class, period and who took part`() throws {
        let encounter: JSON = [
            "resourceType": "Encounter", "status": "finished", "class": ["system": "urn:c", "code": "IMP"],
            "subject": ["reference": "Group/g1"], "period": ["start": "2024-01-01"],
            "participant": [
                ["individual": ["reference": "Practitioner/d1"]], ["individual": ["reference": "RelatedPerson/r1"]],
                ["individual": ["reference": "Practitioner/d1"]],
            ],
            "length": ["value": 3, "unit": "d"],
            "location": [["location": ["reference": "Location/l1"], "period": ["end": "2024-01-05"]]],
        ]
        #expect(
            try rows(encounter) == [
                "class: urn:c|IMP", "date: 2024-01-01T00:00:00.000Z 9999-12-31T23:59:59.999Z", "length: 3.0  d",
                "location-period: 0001-01-01T00:00:00.000Z 2024-01-06T00:00:00.000Z", "location: Location/l1",
                "participant: Practitioner/d1", "participant: RelatedPerson/r1", "practitioner: Practitioner/d1",
                "status: |finished", "subject: Group/g1",
            ])
    }

    @Test
    func `death is found whether it is told by a date or by yes`() throws {
        #expect(try rows(["resourceType": "Patient", "deceasedBoolean": true]) == ["deceased: |true"])
        #expect(try rows(["resourceType": "Patient", "deceasedBoolean": false]) == ["deceased: |false"])
        #expect(
            try rows(["resourceType": "Patient", "deceasedDateTime": "2020"]) == [
                "death-date: 2020-01-01T00:00:00.000Z 2021-01-01T00:00:00.000Z", "deceased: |true",
            ])
    }

    @Test
    func `canonical addresses, ranges, timings and the first entry have rows`() throws {
        #expect(
            try rows(["resourceType": "QuestionnaireResponse", "questionnaire": "http://q.example/phq|2.0"]) == [
                "questionnaire: http://q.example/phq", "questionnaire: http://q.example/phq|2.0",
            ])
        #expect(
            try rows([
                "resourceType": "RiskAssessment",
                "prediction": [["probabilityRange": ["high": ["value": .decimal("0.5")]]]],
            ]) == ["probability: -inf..0.5"])
        #expect(
            try rows([
                "resourceType": "Observation",
                "effectiveTiming": [
                    "event": ["2024-01-01", "2024-03-01"],
                    "repeat": ["boundsPeriod": ["start": "2023-12-01", "end": "2024-01"]],
                ],
            ]) == ["date: 2023-12-01T00:00:00.000Z 2024-03-02T00:00:00.000Z"])
        #expect(
            try rows([
                "resourceType": "Bundle", "type": "document",
                "entry": [
                    ["resource": ["resourceType": "Composition", "id": "c"]],
                    ["resource": ["resourceType": "MessageHeader", "id": "m"]],
                ],
            ]) == ["composition: Composition/c", "type: |document"])
        #expect(
            try rows([
                "resourceType": "PlanDefinition",
                "relatedArtifact": [
                    ["type": "depends-on", "resource": "http://a.example/l"],
                    ["type": "citation", "resource": "http://b.example"],
                ],
            ]) == ["depends-on: http://a.example/l"])
        #expect(
            try rows(["resourceType": "Invoice", "totalNet": ["value": 5, "currency": "EUR"]]) == [
                "totalnet: 5.0 urn:iso:std:iso:4217 EUR"
            ])
    }

    @Test
    func `what has the wrong shape gives no row and harms nothing`() throws {
        #expect(
            try rows([
                "resourceType": "Observation", "code": "text", "status": ["a": 1], "subject": ["reference": 5],
                "effectiveDateTime": "2024-02-30", "valueQuantity": ["value": "x"], "category": [5, .null, [[]]],
                "component": ["code": ["coding": "x"]], "encounter": ["reference": "Encounter?identifier=x"],
                "performer": [["reference": ""], ["reference": "Practitioner/"], ["reference": "a b"]],
            ]) == [])
        #expect(
            try rows(["resourceType": "RiskAssessment", "prediction": [["probabilityDecimal": .decimal("1e999")]]])
                == [])
    }

    @Test
    func `a comparator and a range are the stretch in which the value lies`() throws {
        func value(_ quantity: JSON) throws -> [String] {
            try rows(["resourceType": "Observation", "valueQuantity": quantity]).filter { $0.hasPrefix("value-q") }
        }
        #expect(try value(["value": 5, "comparator": "<="]) == ["value-quantity: -inf..5.0  "])
        #expect(try value(["value": 5, "comparator": ">"]) == ["value-quantity: \(5.0.nextUp)..inf  "])
        #expect(
            try rows([
                "resourceType": "ChargeItemDefinition",
                "useContext": [
                    [
                        "code": ["system": "urn:c", "code": "age", "display": "Age"],
                        "valueRange": ["low": ["value": 1, "code": "a"], "high": ["value": 5, "code": "a"]],
                    ]
                ],
            ]) == [
                "context-quantity: 1.0..5.0  a", "context-type text: age",
                "context-type-quantity: urn:c|age 1.0..5.0 a none", "context-type: urn:c|age",
            ])
    }

    @Test
    func `identifiers are found by their type, and references by an identifier that they state`() throws {
        let type: JSON = ["coding": [["system": "urn:v2", "code": "MR"]], "text": "Record number"]
        #expect(
            try rows(["resourceType": "Patient", "identifier": [["type": type, "system": "urn:m", "value": "7"]]]) == [
                "deceased: |false", "identifier second: urn:v2|MR|7", "identifier text: record number",
                "identifier: urn:m|7",
            ])
        #expect(
            try rows(["resourceType": "Encounter", "subject": ["identifier": ["system": "urn:m", "value": "7"]]])
                == ["patient second: urn:m|7", "subject second: urn:m|7"])
    }

    @Test
    func `many rows are each kept once, and rows of others stay`() throws {
        let group = try JSON.object([
            .init(name: "resourceType", value: "Group"),
            .init(
                name: "member",
                value: .array((0..<500).map { ["entity": ["reference": .string("Patient/\($0 % 100)")]] })),
        ]).document()
        let type = try #require(R4.definitions().number(ofType: "Group"))
        let other = IndexRow(parameter: type * 128 + 16, value: .uri("x"))
        var rows = [other, other]
        try R4.indexer().index(group.root, type: type, into: &rows)
        #expect(rows.count == 102 && rows[0] == other && rows[1] == other)
        try R4.indexer().index(group.root, type: 999, into: &rows)
        #expect(rows.count == 102)
    }

    @Test
    func `every path of every parameter can be read`() throws {
        let definitions = try R4.definitions()
        for type in definitions.resourceTypes.indices {
            for parameter in definitions.searchParameters(type)
            where !["composite", "special"].contains(parameter.kind.rawValue) {
                #expect(!parameter.paths.isEmpty || ["_text", "_content", "_query"].contains(parameter.code))
                for path in parameter.paths {
                    let names = path.split(separator: ":").first?.split(separator: ".") ?? []
                    let plain = names.map { String($0.prefix { $0 != "[" }) }.joined(separator: ".")
                    #expect(
                        path.hasSuffix(":exists")
                            || definitions.element(definitions.resourceTypes[type] + "." + plain) != nil)
                }
            }
        }
    }
}
