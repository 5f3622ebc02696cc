import FHIR
import Testing

@testable import Care

/// What is shipped and what is made of it has the structure of FHIR R4.
struct StructureTests {
    let validator: Validator
    let by = AnsweredBy(
        subject: "Patient/p1", author: "Practitioner/n1", source: "RelatedPerson/c1", encounter: "Encounter/e1",
        at: "2026-03-06T10:15:00-05:00")

    init() throws {
        validator = Validator(
            definitions: try Definitions(
                elements: ShippedContent.bytes("fhir/elements.tsv") ?? [],
                codes: ShippedContent.bytes("fhir/codes.tsv") ?? [],
                searchParameters: ShippedContent.bytes("fhir/searchparameters.tsv") ?? [],
                compartment: ShippedContent.bytes("fhir/compartment.tsv") ?? [],
                invariants: ShippedContent.bytes("fhir/invariants.tsv") ?? []))
    }

    private func errors(_ node: JSONNode, expecting type: String) -> [FHIR.Issue] {
        validator.validate(node, expecting: type).filter { $0.severity == .error }
    }

    @Test func `every form is a sound Questionnaire`() throws {
        for form in try InstrumentLibraryTests.shipped().all {
            #expect(errors(form.questionnaire.root, expecting: "Questionnaire") == [], "\(form.name)")
        }
    }

    @Test func `answers to every question make sound resources`() throws {
        for form in try InstrumentLibraryTests.shipped().all {
            var answers: Answers = [:]
            for item in form.questions where item.part != .notDone {
                let answer: Answer? =
                    switch item.kind {
                    case .choice: item.options.last.map { .code($0.coding.code) }
                    case .text, .string: .text("A \"quoted\" line\nand another")
                    case .integer: .integer(item.least ?? 2)
                    case .boolean: .boolean(true)
                    case .date: .date("2026-01-31")
                    default: nil
                    }
                answers[item.linkId] = answer.map { [$0] }
            }
            let screening = form.score(answers, sex: .female)
            #expect(screening.errors == [])
            let response = form.response(id: "r1", answers: answers, by: by)
            #expect(
                errors(try response.document().root, expecting: "QuestionnaireResponse") == [],
                "\(form.name)")
            let made = form.observations(
                answers: answers, screening: screening, response: "QuestionnaireResponse/r1", by: by,
                id: { "r1-\($0)" })
            #expect(!made.isEmpty)
            for observation in made {
                #expect(
                    errors(try observation.document().root, expecting: "Observation") == [], "\(form.name)")
            }
        }
    }

    @Test func `every programme is a sound PlanDefinition`() throws {
        for program in try ProgramLibraryTests.shipped().programs {
            let root = try program.planDefinition().document().root
            #expect(errors(root, expecting: "PlanDefinition") == [], "\(program.id)")
        }
    }
}
