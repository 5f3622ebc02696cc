import FHIR
import Testing

struct FHIRPathTests {
    static let patient: JSON = [
        "resourceType": "Patient", "id": "p1", "active": true, "birthDate": "1974-12",
        "_birthDate": ["extension": [["url": "u:time", "valueDateTime": "1974-12-25T14:35:45-05:00"]]],
        "contained": [["resourceType": "Organization", "id": "o", "name": "Clinic"]],
        "managingOrganization": ["reference": "#o"],
        "generalPractitioner": [["reference": "Practitioner/1"], ["reference": "Practitioner/2"]],
        "name": [
            ["use": "official", "given": ["Peter", "James"], "family": "Chalmers"],
            [
                "use": "usual", "given": ["Jim", .null],
                "_given": [.null, ["extension": [["url": "u:x", "valueCode": "y"]]]],
            ],
        ],
        "multipleBirthInteger": 2,
    ]

    private func evaluate(
        _ expression: String, on resource: JSON = patient, environment: FHIRPathEnvironment = FHIRPathEnvironment(),
        budget: FHIRPathBudget = FHIRPathBudget()
    ) throws -> [JSON] {
        try FHIRPath(expression, definitions: try R4.definitions())
            .evaluate(on: try resource.document().root, environment: environment, budget: budget).map(\.json)
    }

    private func refusal(_ expression: String) throws -> FHIRPathError? {
        do {
            _ = try evaluate(expression)
            return nil
        } catch let error as FHIRPathError {
            return error
        }
    }

    @Test
    func `a path follows lists, choices and what stands beside simple values`() throws {
        #expect(
            try evaluate("Patient.name.given")
                == ["Peter", "James", "Jim", .null].map {
                    $0 == .null ? ["extension": [["url": "u:x", "valueCode": "y"]]] : $0
                })
        #expect(try evaluate("name.given.count()") == [4])
        #expect(try evaluate("name.given.where(hasValue()).count()") == [3])
        #expect(try evaluate("name.given.extension('u:x').value") == ["y"])
        #expect(try evaluate("multipleBirth") == [2])
        #expect(try evaluate("multipleBirth is integer and multipleBirth is Element") == [true])
        #expect(try evaluate("multipleBirthInteger") == [])
        #expect(try evaluate("birthDate.extension('u:time').value.toDate()") == ["1974-12-25"])
        #expect(try evaluate("Observation.value") == [])
        #expect(try evaluate("DomainResource.id | Resource.id") == ["p1"])
    }

    @Test
    func `references lead to contained resources and to what the caller knows`() throws {
        let other = try (["resourceType": "Practitioner", "id": "1", "gender": "female"] as JSON).document().root
        let environment = FHIRPathEnvironment(resolve: { $0 == "Practitioner/1" ? other : nil })
        #expect(try evaluate("managingOrganization.resolve().name") == ["Clinic"])
        #expect(try evaluate("generalPractitioner.resolve().gender", environment: environment) == ["female"])
        #expect(
            try evaluate("generalPractitioner.where(resolve() is Practitioner).count()", environment: environment) == [
                1
            ])
        #expect(try evaluate("generalPractitioner.resolve()") == [])
    }

    @Test
    func `what a date leaves open is left open`() throws {
        #expect(try evaluate("birthDate = @1974-12-25") == [])
        #expect(try evaluate("birthDate < @1975") == [true])
        #expect(try evaluate("birthDate <= @1974-12") == [true])
        #expect(try evaluate("birthDate ~ @1974-12-25") == [false])
        #expect(try evaluate("@2024-01-31 + 1 month") == ["2024-02-29"])
        #expect(try evaluate("@2024-02-29 - 1 year") == ["2023-02-28"])
        #expect(try evaluate("@2016 + 365 days") == ["2017"])
        #expect(try evaluate("@T23:30 + 45 minutes") == ["00:15"])
        #expect(try evaluate("@9999-12-31 + 1 day") == [])
    }

    @Test
    func `decimals are exact and keep their digits`() throws {
        #expect(try evaluate("0.1 + 0.2 = 0.3") == [true])
        #expect(try evaluate("1.50 + 1.5") == [.number("3.00")])
        #expect(try evaluate("0.00000001 * 0.00000001") == [.number("0.0000000000000001")])
        #expect(
            try evaluate("12345678901234567890.12345678 - 0.00000001") == [.number("12345678901234567890.12345677")])
        #expect(try evaluate("1 / 3") == [.number("0.3333333333333333")])
        #expect(try evaluate("2147483647 + 1") == [])
        #expect(try evaluate("(-5) mod 3") == [-2])
        #expect(try evaluate("2.power(10) = 1024 and 2.5.power(2) = 6.25") == [true])
        #expect(try evaluate("1 'g' = 1000 'mg' and 2 'mmol/L' > 1999 'umol/L' and 1 'h' = 60 minutes") == [true])
        #expect(try evaluate("98.6 '[degF]' = 37 'Cel'") == [])
        #expect(try evaluate("1 'kg'.toQuantity('g')") == ["1000 'g'"])
        #expect(
            try evaluate("4 'g' ~ 4040 'mg' and 4.1 'g' !~ 4240 'mg' and 2.0 'cm' * 2.0 'm' = 0.040 'm2'") == [true])
        #expect(try evaluate("(-2147483648).convertsToInteger()") == [true])
        #expect(try evaluate("81.sqrt() = 9.0 and (-1).sqrt().empty() and (-1).power(0.5).empty()") == [true])
    }

    @Test
    func `patterns are matched in linear time`() throws {
        let long = String(repeating: "a", count: 5_000)
        #expect(try evaluate("'\(long)!'.matches('^(a+)+$')") == [false])
        #expect(try evaluate("'\(long)'.matchesFull('(a|aa)*b?')") == [true])
        #expect(
            try evaluate(
                "'11/30/1972'.replaceMatches('\\\\b(?<month>\\\\d{1,2})/(?<day>\\\\d{1,2})/(?<year>\\\\d{2,4})\\\\b', '${day}-${month}-${year}')"
            ) == ["30-11-1972"])
        #expect(try evaluate("'ab12c'.replaceMatches('[0-9]+?', '-')") == ["ab--c"])
        #expect(try evaluate("'abc'.replaceMatches('', 'x') = 'abc' and 'abc'.replace('', 'x') = 'xaxbxcx'") == [true])
        #expect(try evaluate("'a.b'.replaceMatches('\\\\..*', '')") == ["a"])
        for refused in ["(?=a)", "(a)\\\\1", "(?i)a", "a++", "\\\\p{L}"] {
            guard case .unsupported? = try refusal("'a'.matches('\(refused)')") else {
                Issue.record("\(refused) was not refused as left out")
                continue
            }
        }
        for wrong in ["(", "[a", "*a", "a{2,1}", "a)", "[b-a]"] {
            guard case .execution? = try refusal("'a'.matches('\(wrong)')") else {
                Issue.record("\(wrong) was not refused")
                continue
            }
        }
    }

    @Test
    func `what is wrong with an expression is told with its place`() throws {
        #expect(try refusal("name.where(use = 'x'") == .syntax(position: 20, reason: ") is missing."))
        #expect(try refusal("name.") == .syntax(position: 5, reason: "A name is missing."))
        #expect(try refusal("name..given") == .syntax(position: 5, reason: "A name is missing."))
        #expect(try refusal("1 +") == .syntax(position: 3, reason: "The expression ends too early."))
        #expect(try refusal("'abc") == .syntax(position: 4, reason: "A text is not closed."))
        #expect(try refusal("#") != nil)
        #expect(try refusal("") != nil)
        #expect(try refusal("@2015-02-30") != nil)
        #expect(try refusal("99999999999") != nil)
        #expect(try refusal("name.nothing()") == .semantic("There is no function nothing()."))
        #expect(try refusal("name.substring()") == .syntax(position: 5, reason: "substring() takes 1 to 2 arguments."))
        #expect(try refusal("%nothing") == .semantic("There is no variable %nothing."))
        #expect(try refusal("name is Nothing") == .semantic("There is no type Nothing."))
        guard case .unsupported? = try refusal("gender.memberOf('http://x')") else {
            Issue.record("memberOf was not refused as left out")
            return
        }
    }

    @Test
    func `names that a type does not have are found before evaluating`() throws {
        let definitions = try R4.definitions()
        func check(_ expression: String, _ type: String) throws {
            try FHIRPath(expression, definitions: definitions).check(on: type)
        }
        #expect(throws: FHIRPathError.semantic("There is no element givn in HumanName.")) {
            try check("name.givn", "Patient")
        }
        #expect(throws: FHIRPathError.self) { try check("name.where(givn = 'x')", "Patient") }
        #expect(throws: FHIRPathError.self) { try check("valueQuantity", "Observation") }
        #expect(throws: Never.self) { try check("value.unit", "Observation") }
        #expect(throws: Never.self) { try check("Patient.name | Practitioner.nothing", "Patient") }
        #expect(throws: FHIRPathError.self) { try check("Encounter.status", "Patient") }
        #expect(throws: FHIRPathError.self) { try check("children().skip(1)", "Patient") }
        #expect(throws: Never.self) { try check("contained.descendants().reference", "Patient") }
        #expect(throws: Never.self) { try check("extension('x').value.code", "Patient") }
        #expect(throws: Never.self) { try check("entry.resource.name.given", "Bundle") }
    }

    @Test
    func `conditions, variables, clock and trace come from the caller`() throws {
        var environment = FHIRPathEnvironment(variables: ["limit": [FHIRPathValue(3)], "word": [FHIRPathValue("Jim")]])
        environment.now = 1_795_190_400_000
        environment.zone = -300
        #expect(try evaluate("%limit > 2 and name.given contains %word", environment: environment) == [true])
        #expect(try evaluate("now()", environment: environment) == ["2026-11-20T11:00:00.000-05:00"])
        #expect(try evaluate("today()", environment: environment) == ["2026-11-20"])
        #expect(try refusal("today()") != nil)
        let path = try FHIRPath("name.exists(use = 'official')", definitions: try R4.definitions())
        #expect(try path.isTrue(on: try Self.patient.document().root))
        let nothing = try FHIRPath("{}", definitions: try R4.definitions())
        #expect(try nothing.condition(on: try Self.patient.document().root) == nil)
        let name = try FHIRPath("given.first() & ' ' & family & %resource.id", definitions: try R4.definitions())
        let root = try Self.patient.document().root
        let first = try #require(root.list("name").first)
        #expect(try name.evaluate(on: first, type: "HumanName", resource: root).map(\.string) == ["Peter Chalmersp1"])
    }

    @Test
    func `a resource that R4 does not know is read by its names`() throws {
        #expect(
            try evaluate(
                "part.where(number > 1.5).name",
                on: ["part": [["number": 1, "name": "a"], ["number": 2, "name": "b"]]]) == ["b"])
    }

    @Test(arguments: [
        String(repeating: "(", count: 100_000), String(repeating: "(", count: 5_000),
        String(repeating: "-", count: 15_000) + "1 & 'x'",
        "name" + String(repeating: "[0", count: 3_000),
        "1" + String(repeating: ".select(1", count: 200) + String(repeating: ")", count: 200),
        "(1|2|3|4|5|6|7|8|9).repeat($this + 1)",
        "(1|2|3|4|5|6|7|8|9).repeat($this & 'x')",
        "'a'.repeat($this & 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa')",
        "descendants().repeat(descendants().combine(descendants())).repeat($this & 'x' & $index.toString())",
        "(1|2|3|4|5|6|7|8|9|10).aggregate($total & $total & $total & $total & $total & $total & $total & $total, 'abcdefgh')",
        "(1|2|3|4|5|6|7|8|9|10).aggregate($total.combine($total).combine($total).combine($total).combine($total), 1|2|3)",
        "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.replace('', 'aaaaaaaaaaaaaaaaaaaaaaaaa')"
            + String(repeating: ".replace('', 'aaaaaaaaaaaaaaaaaaaaaaaaa')", count: 8),
        "'a'.matches('((((((a{1,100}){1,100}){1,100}){1,100}){1,100}){1,100})')",
        "'a'.matches('" + String(repeating: "(", count: 1_000) + "')",
    ])
    func `a hostile expression ends in a clear refusal`(expression: String) throws {
        let error = try #require(try refusal(expression))
        switch error {
        case .tooCostly, .execution: #expect(!error.description.isEmpty)
        default: Issue.record("\(error)")
        }
    }

    @Test
    func `a long chain of operators or steps does not nest`() throws {
        #expect(try evaluate("1" + String(repeating: " + 1", count: 4_000)) == [4_001])
        #expect(try evaluate("true" + String(repeating: " and true", count: 2_000)) == [true])
        #expect(try evaluate("name" + String(repeating: ".first()", count: 2_000) + ".use") == ["official"])
    }

    @Test
    func `the budget is the caller's`() throws {
        let budget = FHIRPathBudget(steps: 50)
        #expect(throws: FHIRPathError.tooCostly("Evaluating the expression took more than 50 steps.")) {
            try evaluate("descendants().descendants()", budget: budget)
        }
        #expect(throws: FHIRPathError.self) { try evaluate("'abc' & 'def'", budget: FHIRPathBudget(text: 5)) }
        #expect(throws: FHIRPathError.self) { try evaluate("name.given", budget: FHIRPathBudget(items: 2)) }
    }

    @Test
    func `values come with the type that FHIR gives them`() throws {
        func types(_ expression: String) throws -> [String] {
            try FHIRPath(expression, definitions: try R4.definitions())
                .evaluate(on: try Self.patient.document().root).map(\.type)
        }
        #expect(
            try types("name.use.first() | id | birthDate | name.first() | 1 | 1.0 | 'x' | @2015 | @T12 | 1 'mg' | true")
                == ["code", "id", "date", "HumanName", "integer", "string", "date", "time", "Quantity", "boolean"])
        #expect(try types("contact | $this") == ["Patient"])
        #expect(try evaluate("name.first().type().name") == ["HumanName"])
    }
}
