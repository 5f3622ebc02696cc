import Content
import FHIR
import Testing

@testable import Access

struct MinorRulesTests {
    /// Somebody who was born on 20 November; all moments are on days around that.
    private static func patient(_ birth: JSON?, died: Bool = false) throws -> JSONNode {
        try JSON.compact([
            "resourceType": "Patient", "birthDate": birth, "deceasedBoolean": died ? true : nil,
        ]).document().root
    }

    private static func moment(_ text: String) throws -> Int64 { try #require(FHIRDate(text)).low }

    private let rules: MinorRules

    init() throws { rules = try MinorRules(content: Content(folder: nil)) }

    @Test func `the shipped ages are those that the documents tell`() {
        #expect(rules.majority == 18 && rules.wholeRecordBelow == 12 && rules.ownAccountFrom == 13)
        #expect(!rules.mayNameOthers)
        #expect(Set(rules.keptFromParents).isSuperset(of: ["ADOL", "SEX", "SUD", "PSY", "HIV", "SDV"]))
    }

    /// What closes does so where on earth the day begins first (UTC+14), what opens where it begins last (UTC−12).
    @Test(arguments: [
        ("2014-11-19T23:59:00+14:00", MinorRules.Minor.child), ("2014-11-20T00:00:00+14:00", .adolescent),
        ("2020-11-19T23:59:00+14:00", .adolescent), ("2020-11-20T00:00:00+14:00", nil),
        ("2002-11-20T00:00:00+14:00", .child),
        ("2002-11-19T23:59:00+14:00", nil), ("2050-01-01T00:00:00Z", nil),
    ])
    func `a child is a child until twelve, and nobody's from eighteen`(at: String, minor: MinorRules.Minor?) throws {
        #expect(rules.minor(try Self.patient("2002-11-20"), at: try Self.moment(at)) == minor)
    }

    @Test func `an own account is open from thirteen where the day begins last`() throws {
        let patient = try Self.patient("2002-11-20")
        #expect(!rules.mayHaveAccount(patient, at: try Self.moment("2015-11-19T23:59:00-12:00")))
        #expect(rules.mayHaveAccount(patient, at: try Self.moment("2015-11-20T00:00:00-12:00")))
        #expect(!rules.mayNameOthers(patient, at: try Self.moment("2020-11-19T23:59:00-12:00")))
        #expect(rules.mayNameOthers(patient, at: try Self.moment("2020-11-20T00:00:00-12:00")))
        #expect(!rules.decidesAlone(patient, at: try Self.moment("2020-11-19T23:59:00-12:00")))
        #expect(rules.decidesAlone(patient, at: try Self.moment("2020-11-20T00:00:00-12:00")))
    }

    @Test func `a birthday on 29 February closes on the 28th and opens on 1 March`() throws {
        let patient = try Self.patient("2004-02-29")
        #expect(rules.minor(patient, at: try Self.moment("2022-02-27T12:00:00+14:00")) == .adolescent)
        #expect(rules.minor(patient, at: try Self.moment("2022-02-28T00:00:00+14:00")) == nil)
        #expect(!rules.decidesAlone(patient, at: try Self.moment("2022-02-28T23:00:00-12:00")))
        #expect(rules.decidesAlone(patient, at: try Self.moment("2022-03-01T00:00:00-12:00")))
    }

    @Test func `who has died, or was born on an unknown day, is of no age`() throws {
        let now = try Self.moment("2010-06-01T12:00:00Z")
        for patient in [
            try Self.patient("2002-11-20", died: true), try Self.patient(nil), try Self.patient("2002"),
            try Self.patient("2002-11"), try Self.patient("yesterday"),
        ] {
            #expect(rules.minor(patient, at: now) == nil)
            #expect(!rules.mayHaveAccount(patient, at: now) && !rules.decidesAlone(patient, at: now))
        }
    }

    private static let sound = """
        kind: minors
        source: Test
        version: 1.0.0
        licence: Apache-2.0
        effectiveFrom: 2026-01-01
        effectiveTo:
        majority: 18
        wholeRecordBelow: 12
        ownAccountFrom: 13
        mayNameOthers: yes
        keptFromParents:
          labels: [ADOL]
          words: [Talks]
        proofs:
          - code: seen
            title: Seen
        endings:
          - code: over
            title: Over
            warns: yes
        """

    private func read(_ text: String) throws -> MinorRules {
        try MinorRules(root: ContentField(root: YAML.parse(Array(text.utf8))))
    }

    @Test func `a site that lets young people name others opens that from their own account on`() throws {
        let rules = try read(Self.sound)
        let patient = try Self.patient("2002-11-20")
        #expect(!rules.mayNameOthers(patient, at: try Self.moment("2015-11-19T12:00:00-12:00")))
        #expect(rules.mayNameOthers(patient, at: try Self.moment("2015-11-20T12:00:00-12:00")))
    }

    @Test(arguments: [
        ("majority: 18", "majority: 26"), ("wholeRecordBelow: 12", "wholeRecordBelow: 19"),
        ("ownAccountFrom: 13", "ownAccountFrom: 19"), ("ownAccountFrom: 13\n", ""),
        ("mayNameOthers: yes", "mayNameOthers: maybe"), ("  words: [Talks]", "  words: []"),
        ("endings:", "endnigs:"), ("warns: yes", "warns: perhaps"), ("  - code: seen\n    title: Seen\n", ""),
    ])
    func `what is wrong in the file is told`(right: String, wrong: String) {
        #expect(throws: ContentProblem.self) { try read(Self.sound.replacing(right, with: wrong)) }
    }

    @Test func `a label that the site does not have stops the start`() throws {
        let labels = try LabelLibrary(content: Content(folder: nil))
        let rules = try read(Self.sound.replacing("[ADOL]", with: "[ADOLX]"))
        #expect(throws: AccessContentFailure.self) {
            try RoleLibrary(content: Content(folder: nil), labels: labels, minors: rules)
        }
    }

    @Test func `the role of parents hides what the file keeps from them`() throws {
        let policy = try Policy(content: Content(folder: nil))
        var parent = Caller(account: "maria", name: "Maria", roles: [.caregiver], practitioner: "RelatedPerson/maria")
        parent.represents = [ProxyDecision.who: ["mia"], RepresentativeDecision.adolescent: ["mia"]]
        let parts = policy.reach(of: parent, for: .read, on: "Condition").parts
        #expect(parts.map(\.whose) == [.person("mia")])
        for code in policy.ages.keptFromParents + ["PSYTHPN", "42CFRPart2", "sud-counselling-note"] {
            let mask = try #require(policy.labels.label(code)).mask
            #expect(parts.allSatisfy { $0.hidden.contains(mask) }, "\(code)")
        }
        for type in ["Consent", "RelatedPerson", "Task", "Communication", "DocumentReference", "QuestionnaireResponse"]
        {
            #expect(policy.reach(of: parent, for: .read, on: type) == .nobody, "\(type)")
        }
        parent.represents = [ProxyDecision.who: ["mia"], RepresentativeDecision.child: ["mia"]]
        let whole = policy.reach(of: parent, for: .read, on: "Condition").parts
        for code in ["SEX", "PSY", "HIV", "SUD", "ADOL", "R"] {
            let mask = try #require(policy.labels.label(code)).mask
            #expect(whole.allSatisfy { $0.hidden.intersection(mask).isEmpty }, "\(code)")
        }
        for code in ["PSYTHPN", "42CFRPart2", "SDV", "V"] {
            let mask = try #require(policy.labels.label(code)).mask
            #expect(whole.allSatisfy { $0.hidden.contains(mask) }, "\(code)")
        }
        #expect(policy.reach(of: parent, for: .update, on: "Condition") == .nobody)
        #expect(parent.purposeOfUse == .familyRequest)
        parent.represents = [:]
        #expect(policy.reach(of: parent, for: .read, on: "Condition") == .nobody)
        #expect(parent.purposeOfUse == .patientRequest)
    }
}
