import FHIR
import Testing

struct ValidatorTests {
    private func issues(_ resource: JSON, expecting type: String? = nil) throws -> [String] {
        let validator = Validator(definitions: try R4.definitions())
        return validator.validate(try resource.document().root, expecting: type).compactMap { issue in
            #expect(!issue.diagnostics.isEmpty)
            guard issue.severity == .error else { return nil }
            return (issue.expression ?? "-") + " " + issue.code.rawValue
        }
    }

    private func patient(_ name: String, _ value: JSON) -> JSON {
        .object([
            .init(name: "resourceType", value: "Patient"), .init(name: name, value: value),
        ])
    }

    private func extended(_ name: String, _ value: JSON) -> JSON {
        patient(
            "extension", [.object([.init(name: "url", value: "http://e.example"), .init(name: name, value: value)])])
    }

    @Test
    func `a sound resource has no issues`() throws {
        #expect(
            try issues([
                "resourceType": "Patient", "id": "p1",
                "meta": ["versionId": "1", "lastUpdated": "2024-01-01T00:00:00.000Z"],
                "text": ["status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"],
                "contained": [["resourceType": "Organization", "id": "o", "name": "Clinic"]],
                "managingOrganization": ["reference": "#o"], "gender": "male", "birthDate": "1970-02",
                "_birthDate": ["extension": [["url": "http://e.example", "valueDateTime": "1970-02-01T10:00:00Z"]]],
                "multipleBirthInteger": 2,
                "name": [
                    [
                        "given": ["A", .null, "B"],
                        "_given": [.null, ["extension": [["url": "u:x", "valueString": "x"]]], .null], "family": "C",
                        "period": ["start": "2001"],
                    ]
                ],
                "contact": [["name": ["text": "Mother"], "gender": "female"]], "deceasedBoolean": false,
                "generalPractitioner": [
                    ["reference": "Practitioner/1"], ["reference": "urn:uuid:0a"],
                    ["type": "Organization", "display": "x"],
                    ["reference": "Practitioner?identifier=a|b"],
                    ["reference": "https://x.example/fhir/Practitioner/1"],
                ],
            ]) == [])
    }

    @Test
    func `an unknown element is named`() throws {
        #expect(try issues(patient("nickname", "x")) == ["Patient.nickname structure"])
        #expect(
            try issues(patient("contact", [["gendr": "male", "name": ["text": "x"]]])) == [
                "Patient.contact[0].gendr structure"
            ])
        #expect(try issues(patient("_nickname", ["id": "a"])) == ["Patient._nickname structure"])
        #expect(
            try issues(patient("name", [["resourceType": "HumanName"]])) == ["Patient.name[0].resourceType structure"])
        #expect(try issues(patient("deceased", true)) == ["Patient.deceased structure"])
        #expect(try issues(patient("deceasedString", "x")) == ["Patient.deceasedString structure"])
    }

    @Test
    func `a value of the wrong JSON type is refused`() throws {
        #expect(try issues(patient("gender", ["male"])) == ["Patient.gender structure"])
        #expect(try issues(patient("name", ["family": "A"])) == ["Patient.name structure"])
        #expect(try issues(patient("birthDate", 1970)) == ["Patient.birthDate structure"])
        #expect(try issues(patient("active", "true")) == ["Patient.active structure"])
        #expect(try issues(patient("maritalStatus", "M")) == ["Patient.maritalStatus structure"])
        #expect(try issues(patient("multipleBirthInteger", "2")) == ["Patient.multipleBirth.ofType(integer) structure"])
        #expect(try issues(patient("birthDate", .null)) == ["Patient.birthDate structure"])
        #expect(try issues(patient("identifier", [5])) == ["Patient.identifier[0] structure"])
    }

    @Test
    func `too few and too many are told`() throws {
        #expect(
            try issues(["resourceType": "Observation"]) == ["Observation.status required", "Observation.code required"])
        #expect(
            try issues(["resourceType": "Patient", "link": [["type": "refer"]]]) == ["Patient.link[0].other required"])
        #expect(
            try issues([
                "resourceType": "Observation", "_status": ["extension": [["url": "u:x", "valueString": "x"]]],
                "code": ["text": "x"],
            ]) == [])
        #expect(try issues(["resourceType": "Composition"]).contains("Composition.title required"))
    }

    @Test
    func `only one type of a choice can be given`() throws {
        let observation: JSON = [
            "resourceType": "Observation", "status": "final", "code": ["text": "x"], "valueString": "a",
            "valueInteger": 1,
        ]
        #expect(try issues(observation) == ["Observation.value structure"])
        #expect(
            try issues([
                "resourceType": "Patient", "deceasedBoolean": true, "_deceasedBoolean": ["id": "a"],
            ]) == [])
        #expect(
            try issues([
                "resourceType": "Patient", "deceasedBoolean": true,
                "_deceasedDateTime": ["extension": [["url": "u:x", "valueString": "x"]]],
            ]) == ["Patient.deceased structure"])
    }

    @Test
    func `a code outside a required value set is told`() throws {
        #expect(try issues(patient("gender", "mail")) == ["Patient.gender code-invalid"])
        #expect(try issues(patient("telecom", [["system": "pigeon"]])) == ["Patient.telecom[0].system code-invalid"])
        #expect(
            try issues(["resourceType": "Observation", "status": "done", "code": ["text": "x"]]) == [
                "Observation.status code-invalid"
            ])
        // Not bound, or bound to a set too large to list.
        #expect(try issues(patient("photo", [["contentType": "image/png", "language": "xx"]])) == [])
    }

    @Test(arguments: [
        ("Date", "2023-02-30"), ("DateTime", "2023-01-01T10:00:00"), ("Instant", "2023-01-01"), ("Time", "25:00:00"),
        ("Id", "a b"), ("Id", "a_b"), ("Oid", "urn:oid:3.1"), ("Oid", "urn:oid:1.02"), ("Oid", "1.2.3"),
        ("Uuid", "urn:uuid:1"),
        ("Uri", "a b"), ("Url", ""), ("Canonical", " x"), ("Code", " a"), ("Code", "a  b"), ("Code", "a\tb"),
        ("Base64Binary", "abc"), ("Base64Binary", "ab*="), ("Base64Binary", "a=bc"), ("String", ""), ("Markdown", ""),
    ])
    func `a malformed simple value is refused`(type: String, text: String) throws {
        let found = try issues(extended("value" + type, .string(text)))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("Patient.extension[0].value.ofType(") == true)
        #expect(found.first?.hasSuffix("value") == true)
    }

    @Test(arguments: [
        ("Date", "2024-02-29"), ("DateTime", "2023"), ("Instant", "2023-01-01T10:00:00.5Z"), ("Time", "23:00:00"),
        ("Id", "A-1.b"), ("Oid", "urn:oid:1.2.840"), ("Uuid", "urn:uuid:0a0b0c0d-0000-4000-8000-00000000abcd"),
        ("Uri", "a:b"),
        ("Code", "a b"), ("Base64Binary", "QUI= \n"), ("String", "a\n\u{e9}"),
    ])
    func `a well-formed simple value is taken`(type: String, text: String) throws {
        #expect(try issues(extended("value" + type, .string(text))) == [])
    }

    @Test(arguments: [
        ("Integer", "1.0"), ("Integer", "2147483648"), ("Integer", "1e2"), ("PositiveInt", "0"), ("UnsignedInt", "-1"),
    ])
    func `a number outside its type is refused`(type: String, digits: String) throws {
        #expect(try issues(extended("value" + type, .number(digits))).first?.hasSuffix("value") == true)
        #expect(try issues(extended("valueDecimal", .number(digits))) == [])
    }

    @Test
    func `a reference that leads nowhere is told`() throws {
        func found(_ reference: JSON) throws -> [String] { try issues(patient("managingOrganization", reference)) }
        #expect(try found(["reference": "Organisation/1"]) == ["Patient.managingOrganization.reference value"])
        #expect(try found(["reference": "just text"]) == ["Patient.managingOrganization.reference value"])
        #expect(try found(["reference": "#none"]) == ["Patient.managingOrganization.reference value"])
        #expect(
            try issues([
                "resourceType": "Task", "status": "draft", "intent": "order", "focus": ["reference": "Basic/1"],
            ])
                == [])
        #expect(
            try issues([
                "resourceType": "Task", "status": "draft", "intent": "order",
                "focus": ["reference": "Basic/1", "type": "Patient"],
            ]) == ["Task.focus.type value"])
    }

    @Test
    func `contained resources are checked and do not contain others`() throws {
        #expect(
            try issues(patient("contained", [["resourceType": "Organization", "name": "x", "active": "no"]])) == [
                "Patient.contained[0].active structure"
            ])
        #expect(try issues(patient("contained", [["id": "x"]])) == ["Patient.contained[0] structure"])
        #expect(
            try issues(
                patient(
                    "contained",
                    [["resourceType": "Organization", "name": "x", "contained": [["resourceType": "Patient"]]]])) == [
                    "Patient.contained[0].contained invariant"
                ])
    }

    @Test
    func `an extension has an address and either a value or parts`() throws {
        #expect(try issues(patient("extension", [["valueString": "x"]])) == ["Patient.extension[0].url required"])
        #expect(try issues(patient("extension", [["url": "u:x"]])) == ["Patient.extension[0] invariant"])
        #expect(
            try issues(
                patient(
                    "extension",
                    [["url": "u:x", "valueString": "x", "extension": [["url": "y", "valueString": "z"]]]])) == [
                    "Patient.extension[0] invariant"
                ])
    }

    @Test
    func `what stands beside a simple value has to fit it`() throws {
        #expect(try issues(patient("_gender", ["value": "x"])) == ["Patient.gender.value structure"])
        #expect(try issues(patient("_gender", [])) == ["Patient.gender structure"])
        #expect(try issues(patient("_name", [["id": "x"]])) == ["Patient._name structure"])
        #expect(
            try issues(
                patient(
                    "name",
                    [["given": ["A"], "_given": [.null, ["extension": [["url": "u:x", "valueString": "x"]]]]]])) == [
                    "Patient.name[0].given structure"
                ])
        #expect(try issues(patient("name", [["given": [.null]]])) == ["Patient.name[0].given[0] structure"])
        #expect(try issues(patient("name", [["_given": [["extension": [["url": "u:x", "valueString": "x"]]]]]])) == [])
        #expect(try issues(patient("name", [["_given": [["id": "x"]]]])) == ["Patient.name[0].given[0] invariant"])
        #expect(try issues(patient("name", [["given": ["A"], "_given": [["id": "x"]]]])) == [])
    }

    @Test
    func `nothing is empty`() throws {
        #expect(try issues(patient("name", [])) == ["Patient.name structure"])
        #expect(try issues(patient("name", [[:]])) == ["Patient.name[0] structure"])
        #expect(try issues(patient("maritalStatus", [:])) == ["Patient.maritalStatus structure"])
        #expect(try issues(patient("name", [["family": ""]])) == ["Patient.name[0].family value"])
    }

    @Test
    func `the resource has to be of a type that R4 has and that was expected`() throws {
        #expect(try issues(["resourceType": "Patient"], expecting: "Observation") == ["Patient invalid"])
        #expect(try issues(["resourceType": "Pateint"]) == ["- structure"])
        #expect(try issues(["resourceType": "DomainResource"]) == ["- structure"])
        #expect(try issues(["id": "x"]) == ["- structure"])
        #expect(try issues([["resourceType": "Patient"]]) == ["- structure"])
    }

    @Test
    func `entries of a bundle are checked in their place`() throws {
        #expect(
            try issues([
                "resourceType": "Bundle", "type": "collection",
                "entry": [
                    ["resource": ["resourceType": "Patient"]],
                    ["resource": ["resourceType": "Patient", "gender": "x"]],
                    ["resource": ["resourceType": "Nothing"]],
                ],
            ]) == ["Bundle.entry[1].resource.gender code-invalid", "Bundle.entry[2].resource structure"])
    }

    @Test
    func `a flood of faults is cut off and no message repeats what the record says`() throws {
        let many = JSON.array((0..<500).map { _ in ["family": 5, "secret name": "Anna"] })
        let validator = Validator(definitions: try R4.definitions())
        let document = try patient("name", many).document()
        let found = validator.validate(document.root)
        #expect(found.count == Validator.mostIssues)
        #expect(!found.contains { $0.diagnostics.contains("Anna") })
        let long = validator.validate(try patient(String(repeating: "x\u{1}", count: 100), 1).document().root)
        #expect(long.first.map { $0.diagnostics.count < 200 && !$0.diagnostics.contains("\u{1}") } == true)
    }
}
