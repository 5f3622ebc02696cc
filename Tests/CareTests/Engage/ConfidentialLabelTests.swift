import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// What staff keep between a young person and the care team carries the label, with all that comes of it.
struct ConfidentialLabelTests {
    private func start(_ desk: CareDesk, isConfidential: Bool) async throws -> Resource {
        let verb = StartContact(
            person: "mia", direction: .incoming, speaker: .person, identifiedBy: [.birthDate, .name],
            isConfidential: isConfidential, by: desk.ruth)
        return try await desk.act { try verb.perform(in: $0) }
    }

    private func desk() async throws -> CareDesk {
        let desk = try await CareDesk.open()
        try await desk.put("Patient", "mia", ["name": [["given": ["Mia"]]], "birthDate": "2011-05-05"])
        return desk
    }

    @Test func `a contact in confidence labels its note, draft and addendum, and the answers in it`() async throws {
        let desk = try await desk()
        let encounter = try await start(desk, isConfidential: true)
        #expect(ConfidentialLabel.isOn(encounter.root))
        let draft = KeepDraft(encounter: encounter.id, note: "Scared", typed: "", version: 0, by: desk.ruth)
        let kept = try await desk.act { try draft.perform(in: $0) }
        #expect(ConfidentialLabel.isOn(kept.root))
        var save = desk.save(encounter.id, version: kept.version)
        let form = try #require(desk.care.instruments["phq-2"])
        let first = try #require(form.questions.first { !$0.options.isEmpty })
        let option = try #require(first.options.first)
        save.answers = ["phq-2": [first.linkId: [.code(option.coding.code)]]]
        let verb = save
        _ = try await desk.act { try verb.perform(in: $0) }
        let addendum = AddAddendum(encounter: encounter.id, text: "More", by: desk.ruth)
        _ = try await desk.act { try addendum.perform(in: $0) }
        for type in ["Encounter", "DocumentReference", "QuestionnaireResponse"] {
            let all = try await desk.all(type, of: "mia")
            #expect(!all.isEmpty && all.allSatisfy { ConfidentialLabel.isOn($0.root) }, "\(type)")
        }
    }

    @Test func `an assessment in confidence labels answers and scores, also when the tick is gone`() async throws {
        let desk = try await desk()
        let form = try #require(desk.care.instruments["phq-2"])
        let scored = form.questions.filter { !$0.options.isEmpty }
        var answers: Answers = [:]
        for question in scored {
            answers[question.linkId] = question.options.first.map { [.code($0.coding.code)] }
        }
        let given = answers
        let library = desk.care.instruments
        let submit = { @Sendable (id: String, isConfidential: Bool, version: Int?, closing: Bool) in
            SubmitAssessment(
                person: "mia", instrument: form, answers: given, id: id, version: version, closing: closing,
                isConfidential: isConfidential, library: library)
        }
        let draft = try await desk.act { try submit("in-confidence", true, nil, false).perform(in: $0).response }
        _ = try await desk.act { try submit("in-confidence", false, draft.version, true).perform(in: $0) }
        for type in ["QuestionnaireResponse", "Observation"] {
            let all = try await desk.all(type, of: "mia")
            #expect(!all.isEmpty && all.allSatisfy { ConfidentialLabel.isOn($0.root) }, "\(type)")
        }
        _ = try await desk.act { try submit("in-the-open", false, nil, true).perform(in: $0) }
        #expect(try await !ConfidentialLabel.isOn(desk.get("QuestionnaireResponse", "in-the-open").root))
    }

    @Test func `a contact that is not in confidence has no label`() async throws {
        let desk = try await desk()
        #expect(try await !ConfidentialLabel.isOn(start(desk, isConfidential: false).root))
    }
}
