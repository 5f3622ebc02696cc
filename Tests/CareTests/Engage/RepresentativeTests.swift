import Access
import FHIR
import Records
import TestSupport
import Testing

@testable import Care

/// Parents and guardians of a minor: let in with what was seen, ended with a reason.
struct RepresentativeTests {
    private static let ruth = "Practitioner/ruth"

    private func desk(born: String = "2011-05-05") async throws -> CareDesk {
        let desk = try await CareDesk.open()
        try await desk.put("Patient", "mia", ["name": [["given": ["Mia"]]], "birthDate": .string(born)])
        return desk
    }

    @discardableResult
    private func name(
        _ desk: CareDesk, _ name: String? = "Maria Ortiz", proof: String? = "birth-certificate", again: Bool = false,
        person: String = "mia", relation: NameRepresentative.Relation? = .parent
    ) async throws -> Resource {
        let minors = desk.care.minors
        return try await desk.act { change in
            try NameRepresentative(
                person: person, name: name, relation: relation, proof: proof, again: again, recorder: Self.ruth
            ).perform(in: change, minors)
        }
    }

    private func minor(_ desk: CareDesk, _ who: Resource, at now: Int64 = CareDesk.now) async throws -> MinorRules
        .Minor?
    {
        let minors = desk.care.minors
        return try await desk.look { reader in
            RepresentativeDecision(
                try reader.person("mia", ["Consent"]).all("Consent").map(\.root), for: who.reference,
                of: try reader.get("Patient", "mia").root, ages: minors, at: now
            ).minor
        }
    }

    private func all(_ desk: CareDesk) async throws -> [Representatives.Entry] {
        try await desk.look { reader in
            Representatives(try reader.person("mia", ["Consent", "RelatedPerson"]), at: CareDesk.now).all
        }
    }

    @Test func `who is let in, what was seen, and until when is on file`() async throws {
        let desk = try await desk()
        let maria = try await name(desk)
        #expect(try await minor(desk, maria) == .adolescent)
        let entry = try #require(try await all(desk).first)
        #expect(entry.name == "Maria Ortiz" && entry.relation == .parent && entry.proof == "birth-certificate")
        // 5 May 2029 where on earth it comes first.
        #expect(entry.until == 1_872_583_200_000)
        // The same one again replaces what was there.
        #expect(try await name(desk, "maria ortiz").id == maria.id)
        #expect(try await all(desk).filter(\.holds).count == 1)
    }

    @Test func `a form that is not whole lets nobody in`() async throws {
        let desk = try await desk()
        let problems = await #expect(throws: FormProblems.self) {
            try await name(desk, nil, proof: "hearsay", relation: nil)
        }
        #expect(problems?.all.map(\.field) == ["name", "relation", "proof"])
        await #expect(throws: NotNow.self) { try await name(desk, person: "dee") }
        await #expect(throws: NotNow.self) { try await name(self.desk(born: "2011")) }
        #expect(try await all(desk).isEmpty)
    }

    @Test func `an ending closes, is labelled where danger is feared, and warns`() async throws {
        let desk = try await desk()
        let minors = desk.care.minors
        let maria = try await name(desk)
        let entry = try #require(try await all(desk).first)
        let end = { @Sendable (ending: String, person: String, version: Int) in
            EndRepresentation(
                person: person, consent: entry.consent, version: version, ending: ending, recorder: Self.ruth)
        }
        await #expect(throws: FormProblems.self) {
            try await desk.act { try end("because", "mia", entry.version).perform(in: $0, minors) }
        }
        await #expect(throws: RecordsFailure.self) {
            try await desk.act { try end("court-ordered", "dee", entry.version).perform(in: $0, minors) }
        }
        await #expect(throws: RecordsFailure.self) {
            try await desk.act { try end("court-ordered", "mia", entry.version + 1).perform(in: $0, minors) }
        }
        #expect(try await minor(desk, maria) == .adolescent)
        let who = try await desk.act { try end("danger-feared", "mia", entry.version).perform(in: $0, minors) }
        #expect(who == maria.reference)
        #expect(try await minor(desk, maria) == nil)
        let consent = try await desk.get("Consent", entry.consent)
        #expect(consent.root["meta"]?.list("security").contains { $0["code"]?.string == "SDV" } == true)
        await #expect(throws: NotNow.self) {
            try await desk.act { try end("mistaken", "mia", consent.version).perform(in: $0, minors) }
        }
        let problems = await #expect(throws: FormProblems.self) { try await name(desk, "MARIA ORTIZ") }
        #expect(problems?.all.map(\.field) == ["again"])
        #expect(try await minor(desk, try await name(desk, again: true)) == .adolescent)
    }

    @Test func `an ending that warns of nothing lets the same one in again`() async throws {
        let desk = try await desk()
        let minors = desk.care.minors
        let maria = try await name(desk)
        let entry = try #require(try await all(desk).first)
        let end = EndRepresentation(
            person: "mia", consent: entry.consent, version: entry.version, ending: "not-wanted", recorder: Self.ruth)
        _ = try await desk.act { try end.perform(in: $0, minors) }
        #expect(try await minor(desk, maria) == nil)
        #expect(try await name(desk).id == maria.id)
    }
}
