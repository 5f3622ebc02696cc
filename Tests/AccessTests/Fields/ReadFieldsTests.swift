import Content
import FHIR
import Testing

@testable import Access

struct ReadFieldsTests {
    private static func rule(_ fields: String, verbs: String = "[read, search]") -> String {
        """
        - id: one
          why: Because
          verbs: \(verbs)
          types: [Patient, Encounter, Observation, AuditEvent]
          whose: everyone
          labels: none
          fields: \(fields)
        """
    }

    private static func read(_ rules: String, offices: String = "[]") throws -> RolePolicy {
        let content = Content(folder: nil)
        let head = """
            kind: role
            source: Test
            version: 1.0.0
            licence: Apache-2.0
            effectiveFrom: 2026-01-01
            effectiveTo:
            role: tester
            title: Tester
            given: staff
            offices: \(offices)
            rules:

            """
        return try RolePolicy(
            root: ContentField(root: YAML.parse(Array((head + rules).utf8))), labels: LabelLibrary(content: content),
            minors: MinorRules(content: content), fields: ReadFields(names: ElementNames(content: content)))
    }

    private static func closed(_ fields: String, _ type: String) throws -> Set<String> {
        try #require(try read(rule(fields)).rules.first).closed[type]?.paths ?? []
    }

    @Test func `what is named is left out, with all that may repeat it`() throws {
        #expect(
            try Self.closed("{Patient: {without: [telecom, contact.name, deceased]}}", "Patient")
                == ["telecom", "contact.name", "contact.extension", "deceased[x]", "text", "contained", "extension"])
    }

    @Test func `all but what is named is left out, and what FHIR asks for stays`() throws {
        let closed = try Self.closed("{Encounter: {only: [subject, participant.individual]}}", "Encounter")
        #expect(
            closed.isSuperset(of: ["reasonCode", "diagnosis", "text", "extension", "contained", "participant.type"]))
        #expect(
            closed.isDisjoint(with: [
                "status", "class", "subject", "participant", "participant.individual", "id", "meta", "language",
                "implicitRules", "modifierExtension",
            ]))
    }

    @Test(arguments: [
        "{Patient: {without: [telephone]}}", "{Patient: {without: [name.family.extension]}}",
        "{Patient: {without: [deceased.low]}}", "{Patient: {without: [deceasedBoolean]}}",
        "{Patient: {without: [deceased.code]}}", "{Patient: {without: []}}", "{Patient: {hide: [name]}}",
        "{Patient: {only: [name], without: [telecom]}}", "{Patient: {}}", "{Condition: {without: [code]}}",
        "{Patients: {without: [name]}}", "{Encounter: {without: [status]}}", "{Patient: {without: [meta]}}",
        "{Patient: {without: [id]}}", "{Patient: {without: [communication.language]}}", "{Patient: {only: [text]}}",
        "{AuditEvent: {without: [outcome]}}", "[Patient]", "Patient",
    ])
    func `what is no element, or must not be left out, stops the start`(fields: String) {
        #expect(throws: ContentProblem.self) { try Self.read(Self.rule(fields)) }
    }

    @Test func `who is shown a part may not change it`() {
        let fields = "{Patient: {without: [telecom]}}"
        #expect(throws: ContentProblem.self) { try Self.read(Self.rule(fields, verbs: "[read, update]")) }
        let other = """
            - id: two
              why: Because
              verbs: [update]
              types: all
              except: [Encounter]
              whose: panel
              labels: none
            """
        #expect(throws: ContentProblem.self) { try Self.read(Self.rule(fields) + "\n" + other) }
        #expect(throws: Never.self) {
            try Self.read(Self.rule("{Encounter: {without: [reasonCode]}}") + "\n" + other)
        }
    }

    @Test func `lists are made of whole records, so a rule that leaves something out opens none`() throws {
        let all = """
            - id: all
              why: Because
              verbs: [read, search]
              types: all
              whose: everyone
              labels: all
            """
        #expect(throws: Never.self) { try Self.read(all, offices: "[see-people]") }
        let part = all + "\n  fields: {Patient: {without: [telecom]}}"
        #expect(throws: ContentProblem.self) { try Self.read(part, offices: "[see-people]") }
        let timed = all + "\n  when: {hours: \"08:00-18:00\"}"
        #expect(throws: ContentProblem.self) { try Self.read(timed, offices: "[see-people]") }
    }

    @Test func `whose record it is cannot be left out`() throws {
        let content = Content(folder: nil)
        func table(_ name: String) -> [UInt8] { content.file("fhir/\(name).tsv") ?? [] }
        let definitions = try Definitions(
            elements: table("elements"), codes: table("codes"), searchParameters: table("searchparameters"),
            compartment: table("compartment"), invariants: table("invariants"))
        func problems(_ fields: String) throws -> [String] {
            let policy = Policy(roles: RoleLibrary([try Self.read(Self.rule(fields))]), labels: .none)
            return policy.problems(definitions: definitions).filter { $0.contains("leaves out whose") }
        }
        #expect(try problems("{Observation: {without: [subject]}}").count == 1)
        #expect(try problems("{Encounter: {only: [period]}}").count == 1)
        #expect(try problems("{Observation: {without: [\"value[x]\"]}}").isEmpty)
        #expect(try Policy(content: content).problems(definitions: definitions).isEmpty)
    }
}
