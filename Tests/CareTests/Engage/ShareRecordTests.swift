import Access
import FHIR
import Records
import Testing

@testable import Care

struct ShareRecordTests {
    private static let dee = Caller(
        account: "delores", name: "Delores Whitfield", roles: [.patient], practitioner: "Patient/dee")

    @discardableResult
    private func share(
        _ desk: CareDesk, _ shares: Set<String> = ["plan"], until: Int64? = CareDesk.now + 30 * CareDesk.day,
        name: String? = "Anna Whitfield", person: String = "dee"
    ) async throws -> Resource {
        let library = desk.care.shares
        return try await desk.records.write(as: Self.dee, at: CareDesk.now) { change in
            try ShareRecord(person: person, name: name, relation: "daughter", shares: shares, until: until)
                .perform(in: change, library)
        }
    }

    private func open(_ desk: CareDesk, _ relative: Resource) async throws -> Set<String> {
        try await desk.look { reader in
            let consents = try reader.person("dee", ["Consent"]).all("Consent").map(\.root)
            let patient = try reader.get("Patient", "dee").root
            return ProxyDecision(
                consents, for: relative.reference, of: patient, ages: MinorRules(), at: CareDesk.now
            ).open
        }
    }

    @Test func `what is shared is what is open, and naming somebody again replaces it`() async throws {
        let desk = try await CareDesk.open()
        let anna = try await share(desk, ["plan", "medicines"])
        #expect(try await open(desk, anna) == ["who", "plan", "medicines"])
        let again = try await share(desk, ["appointments"], name: "anna whitfield")
        #expect(again.id == anna.id)
        #expect(try await open(desk, anna) == ["who", "appointments"])
    }

    @Test func `taking it back closes it`() async throws {
        let desk = try await CareDesk.open()
        let anna = try await share(desk)
        try await desk.records.write(as: Self.dee, at: CareDesk.now) { change in
            for consent in try change.reader.person("dee", ["Consent"]).all("Consent") {
                _ = try RevokeConsent(consent: consent.id, version: consent.version, recorder: "Patient/dee")
                    .perform(in: change)
            }
        }
        #expect(try await open(desk, anna) == [])
    }

    @Test func `nothing, too much, too long, or another's record is not shared`() async throws {
        let desk = try await CareDesk.open()
        for shares in [[], ["sensitive"], ["everything"], ["plan", "plan-sensitive"]] as [Set<String>] {
            let problems = await #expect(throws: FormProblems.self) { try await share(desk, shares) }
            #expect(problems?.all.map(\.field) == ["share"])
        }
        for until in [nil, CareDesk.now, CareDesk.now + 400 * CareDesk.day] as [Int64?] {
            let problems = await #expect(throws: FormProblems.self) { try await share(desk, until: until) }
            #expect(problems?.all.map(\.field) == ["until"])
        }
        await #expect(throws: RecordsFailure.self) { try await share(desk, person: "sam") }
    }
}
