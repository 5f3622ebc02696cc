import Content
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// Who is taken for whom: by weights that stand in a file.
struct MatchTests {
    private static let rules = Result { try MatchRules(content: Content(folder: nil)) }

    private func facts(
        _ given: String, _ family: String, _ birth: String?, phone: String? = nil, line: String? = nil,
        sex: String? = nil, number: (String, String)? = nil
    ) throws -> MatchFacts {
        let json = JSON.compact([
            "resourceType": "Patient", "name": [["family": .string(family), "given": [.string(given)]]],
            "birthDate": birth.map { .string($0) }, "gender": sex.map { .string($0) },
            "telecom": phone.map { [["system": "phone", "value": .string($0)]] },
            "address": line.map { [["line": [.string($0)]]] },
            "identifier": number.map { [["system": .string($0.0), "value": .string($0.1)]] },
        ])
        return MatchFacts(try json.document().root)
    }

    private func verdict(_ one: MatchFacts, _ other: MatchFacts) throws -> MatchEvidence.Verdict {
        let rules = try Self.rules.get()
        let (there, back) = (MatchEvidence(one, other, rules: rules), MatchEvidence(other, one, rules: rules))
        #expect(there.verdict == back.verdict)
        return there.verdict
    }

    @Test(arguments: [
        // Winkler WE. Overview of record linkage and current research directions. US Census 2006, table 6.
        ("martha", "marhta", 0.961), ("dwayne", "duane", 0.840), ("dixon", "dicksonx", 0.813),
        ("shackleford", "shackelford", 0.982), ("massey", "massie", 0.933), ("itman", "smith", 0.467), ("", "a", 0),
    ])
    func `names are as alike as published`(one: String, other: String, likeness: Double) {
        #expect(abs(NameLikeness.of(one, other) - likeness) < 0.001)
    }

    @Test func `weights come of the shares as Fellegi and Sunter write them`() throws {
        let weight = try #require(Self.rules.get().weights[.sex])
        // m 0.98, ln(m/u) 0.7510: u 0.4624, ln(0.02/0.5376) -3.291.
        #expect(abs(weight.same - 0.7510) < 0.0001)
        #expect(abs(weight.different + 3.2914) < 0.001)
    }

    @Test func `the same person is found however the name was written`() throws {
        let one = try facts("José", "Núñez", "1948-03-14", sex: "male")
        #expect(try verdict(one, facts("Jose", "Nunez", "1948-03-14")) == .sure)
        #expect(try verdict(one, facts("Núñez", "José", "1948-03-14")) == .sure)
        #expect(try verdict(facts("Elizabeth", "Stone", "1950-01-02"), facts("Betty", "Stone", "1950-01-02")) == .sure)
        #expect(try verdict(facts("Ana", "Garcia Lopez", "1950-01-02"), facts("Ana", "García", "1950-01-02")) == .sure)
    }

    @Test func `a birth date that is nearly right asks somebody to look`() throws {
        let one = try facts("Delores", "Whitfield", "1948-03-04")
        for birth in ["1948-04-03", "1948-03-05", "1984-03-04"] {
            #expect(try verdict(one, facts("Delores", "Whitfield", birth)) == .review, "\(birth)")
        }
        #expect(try verdict(one, facts("Delores", "Whitfield", "1971-11-22")) == .new)
    }

    @Test func `twins and two of one name are never surely the same`() throws {
        let one = try facts("Anna", "Berg", "1990-05-05", phone: "612 555 0134", line: "12 Oak St", sex: "female")
        let twin = try facts("Klara", "Berg", "1990-05-05", phone: "612 555 0134", line: "12 Oak St", sex: "female")
        #expect(try verdict(one, twin) == .review)
        let father = try facts("John", "Berg", "1950-05-05", phone: "612 555 0134", line: "12 Oak St")
        #expect(
            try verdict(father, facts("John", "Berg", "1975-08-11", phone: "612 555 0134", line: "12 Oak St"))
                == .review)
        #expect(try verdict(facts("Maria", "Garcia", nil), facts("Maria", "Garcia", nil)) == .review)
    }

    @Test func `a number of the same office goes first, and another name with it is looked at`() throws {
        let number = ("http://hospital.example", "00-411827")
        let one = try facts("Delores", "Whitfield", "1948-03-14", number: number)
        #expect(
            try verdict(one, facts("D", "Whitfield", "1948-03-15", number: ("http://hospital.example", "00411827")))
                == .sure)
        #expect(try verdict(one, facts("Ruth", "Adeyemi", "1971-01-01", number: number)) == .review)
        #expect(
            try verdict(one, facts("Ruth", "Adeyemi", "1971-01-01", number: ("http://other.example", "00-411827")))
                == .new)
    }

    @Test(arguments: Engines.all)
    func `whoever may be meant is found among those on file, and one merged away leads to who took the place`(
        engine: TestEngine
    ) async throws {
        let scratch = try await ScratchRecords.open(engine, projections: [SearchKeys()])
        func put(_ id: String, _ given: String, _ family: String, _ birth: String, _ more: JSON? = nil) async throws {
            try await scratch.put(
                .compact([
                    "resourceType": "Patient", "active": more == nil ? true : false,
                    "name": [["family": .string(family), "given": [.string(given)]]], "birthDate": .string(birth),
                    "link": more,
                ]), id: id)
        }
        try await put("dee", "Delores", "Whitfield", "1948-03-14")
        try await put("near", "Deloris", "Whitfield", "1948-03-15")
        try await put("sam", "Sam", "Stone", "1948-03-14")
        try await put(
            "old", "Ella", "Moss", "1960-06-06", [["other": ["reference": "Patient/new"], "type": "replaced-by"]])
        try await put("new", "Ella", "Fern", "1960-06-06")
        let rules = try Self.rules.get()
        let (first, second) = (try facts("Delores", "Whitfield", "1948-03-14"), try facts("Ella", "Moss", "1960-06-06"))
        let found = try await scratch.records.read(as: scratch.caller, at: 0, for: "test") { reader in
            (
                try FindMatches.read(first, rules: rules, by: reader).map { "\($0.id) \($0.evidence.verdict)" },
                try FindMatches.read(second, rules: rules, by: reader).map { "\($0.id) \($0.by ?? "")" }
            )
        }
        #expect(found.0 == ["dee sure", "near review"])
        #expect(found.1 == ["new old"])
    }
}
