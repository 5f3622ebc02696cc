import FHIR
import Foundation
import Testing

@testable import Exchange

/// A content file as it stands in the repository, whether or not it is embedded yet.
private func repositoryFile(_ path: String) -> [UInt8]? {
    var root = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { root.deleteLastPathComponent() }
    return (try? Data(contentsOf: root.appendingPathComponent("Content/" + path))).map { [UInt8]($0) }
}

func syntheticContent() throws -> SyntheticContent { try SyntheticContent(repositoryFile) }

struct SyntheticPopulationTests {
    let content: SyntheticContent
    let asOf = CalendarDay(daysSinceEpoch: 20_777)

    init() throws { content = try syntheticContent() }

    private func population(_ patients: Int, seed: UInt64 = 7, rich: Bool = false) -> SyntheticPopulation {
        SyntheticPopulation(seed: seed, patients: patients, rich: rich, asOf: asOf, content: content)
    }

    private func documents(_ resources: [SyntheticResource]) throws -> [JSONNode] {
        try resources.map { try JSONDocument($0.bytes).root }
    }

    @Test func `the same seed and day give the same bytes`() throws {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("generate-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let once = scratch.appendingPathComponent("once").path
        let again = scratch.appendingPathComponent("again").path
        let written = try population(40).write(to: once)
        try population(40).write(to: again)
        var lines = 0
        for kind in SyntheticKind.allCases {
            let left = try Data(contentsOf: URL(fileURLWithPath: "\(once)/\(kind.type).ndjson"))
            let right = try Data(contentsOf: URL(fileURLWithPath: "\(again)/\(kind.type).ndjson"))
            #expect(left == right)
            lines += left.filter { $0 == UInt8(ascii: "\n") }.count
        }
        #expect(lines == written)
        #expect(population(3).person(2) != population(3, seed: 8).person(2))
    }

    @Test func `how many people there are does not change a person`() {
        #expect(population(5).person(4) == population(50_000).person(4))
    }

    @Test(arguments: [(false, 35.0...45.0), (true, 250.0...350.0)])
    func `a person has as many records as promised`(rich: Bool, promised: ClosedRange<Double>) {
        let few = population(400, rich: rich)
        let people = rich ? 60 : 400
        let resources = (0..<people).reduce(0) { $0 + few.person($1).count }
        let mean = Double(resources) / Double(people)
        #expect(promised.contains(mean), "\(mean) a person")
    }

    @Test func `every reference finds its resource and every id is its own`() throws {
        let some = population(120)
        var ids: Set<String> = []
        var references: Set<String> = []
        let all = try documents(some.shared() + (0..<120).flatMap { some.person($0) })
        for resource in all {
            let id = "\(resource.text("resourceType") ?? "")/\(resource.text("id") ?? "")"
            #expect(ids.insert(id).inserted, "\(id) twice")
            #expect(id.count < 64)
            collect(resource, into: &references)
        }
        #expect(references.subtracting(ids).isEmpty)
    }

    private func collect(_ node: JSONNode, into references: inout Set<String>) {
        for member in node.members {
            if member.name == "reference", let reference = member.value.string { references.insert(reference) }
            collect(member.value, into: &references)
        }
        for element in node.elements { collect(element, into: &references) }
    }

    @Test func `every resource has what FHIR requires of it`() throws {
        let required: [String: [String]] = [
            "Patient": ["name", "gender", "birthDate", "identifier"], "Organization": ["name"],
            "Practitioner": ["name"], "RelatedPerson": ["patient"],
            "Coverage": ["status", "beneficiary", "payor"], "Encounter": ["status", "class", "subject", "period"],
            "Condition": ["subject", "code", "clinicalStatus", "verificationStatus"],
            "MedicationRequest": ["status", "intent", "medicationCodeableConcept", "subject"],
            "Observation": ["status", "code", "subject", "effectiveDateTime"],
            "AllergyIntolerance": ["patient", "code", "clinicalStatus"],
            "Immunization": ["status", "vaccineCode", "patient", "occurrenceDateTime"],
            "Procedure": ["status", "subject", "code"], "Appointment": ["status", "participant", "start", "end"],
        ]
        let some = population(80)
        for resource in try documents(some.shared() + (0..<80).flatMap { some.person($0) }) {
            let type = resource.text("resourceType") ?? ""
            let names = try #require(required[type], "\(type)")
            for name in names { #expect(resource[name] != nil, "\(type).\(name)") }
            #expect(resource["meta"] == nil)
        }
    }

    @Test func `every resource passes the structural validation of FHIR R4`() throws {
        let tables = try ["elements", "codes", "searchparameters", "compartment", "invariants"].map {
            try #require(repositoryFile("fhir/\($0).tsv"))
        }
        let validator = Validator(
            definitions: try Definitions(
                elements: tables[0], codes: tables[1], searchParameters: tables[2], compartment: tables[3],
                invariants: tables[4]))
        let some = population(150)
        let stories = try SyntheticPopulation.stories(asOf: asOf, content: content).flatMap(\.resources)
        let people = (0..<150).flatMap { some.person($0) }
        for resource in try documents(some.shared() + people + stories) {
            let issues = validator.validate(resource).filter { $0.severity == .error }
            #expect(issues.isEmpty, "\(resource.text("id") ?? ""): \(issues)")
        }
    }

    @Test func `nothing happens before birth or after death or tomorrow`() throws {
        let some = population(600)
        let today = "2026-11-20"
        for index in 0..<600 {
            let resources = try documents(some.person(index))
            let birth = resources[0].text("birthDate") ?? ""
            let end = resources[0].text("deceasedDateTime") ?? today
            for resource in resources where resource.text("resourceType") != "Appointment" {
                for name in ["effectiveDateTime", "onsetDateTime", "authoredOn", "occurrenceDateTime"] {
                    guard let day = resource.text(name)?.prefix(10) else { continue }
                    #expect(day >= birth && day <= end, "\(resource.text("id") ?? "") \(name) \(day)")
                }
            }
        }
    }

    @Test func `diseases keep to the age and sex that they belong to`() throws {
        let some = population(1500)
        for index in 0..<1500 {
            let resources = try documents(some.person(index))
            let female = resources[0].text("gender") == "female"
            let birthYear = Int((resources[0].text("birthDate") ?? "").prefix(4)) ?? 0
            for resource in resources where resource.text("resourceType") == "Condition" {
                let age = (Int((resource.text("onsetDateTime") ?? "").prefix(4)) ?? 0) - birthYear
                switch resource.text("code", "text") {
                case "Pregnancy": #expect(female && (17...46).contains(age))
                case "Prostate cancer", "Enlarged prostate": #expect(!female && age > 40)
                case "Alzheimer's disease": #expect(age > 55)
                case "COPD": #expect(age > 38)
                default: break
                }
            }
        }
    }

    @Test func `the sick use more of the hospital`() {
        let some = population(1200)
        var stays: [Bool: (people: Int, visits: Int)] = [true: (0, 0), false: (0, 0)]
        for index in 0..<1200 {
            let life = Life(index, seed: 7, asOf: Day(asOf), rich: false, content: content)
            guard life.person.age(on: Day(asOf)) >= 40 else { continue }
            let visits = life.plannedVisits().filter { $0.kind == .emergency || $0.kind == .inpatient }.count
            stays[life.burden >= 6]?.people += 1
            stays[life.burden >= 6]?.visits += visits
        }
        let sick = stays[true] ?? (0, 0)
        let well = stays[false] ?? (0, 0)
        #expect(some.patients == 1200 && sick.people > 50)
        #expect(Double(sick.visits) / Double(sick.people) > 2 * Double(well.visits) / Double(well.people))
    }
}
