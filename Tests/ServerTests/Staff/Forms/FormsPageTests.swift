import Access
import Care
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// The whole way of a form of the site: begun, written, tried, published, and asked of a person.
struct FormsPageTests {
    private static let fields = [
        ("title", "Our steps"), ("purpose", "How far you walk."), ("source", "Lake Shore Care"), ("terms", "Ours"),
        ("q0-text", "How far do you walk?"), ("q0-kind", "choice"), ("q0-choices", "0 | Far\n1 | Near"),
        ("q0-required", "yes"), ("combine", "sum"), ("cut-off", "1"),
        ("bands", "0 | well | Nothing.\n1 | little | Talk."),
    ]

    @Test func `a form is begun, written, tried, published and asked`() async throws {
        let desk = try await StaffDesk.open()
        try await desk.scratch.put(["resourceType": "Patient", "name": [["family": "Diaz"]]], id: "rosa")
        let ada = try await desk.signIn("ada", [.administrator])
        let ruth = try await desk.signIn("ruth", [.careManager])
        try await desk.run { ask in
            let list = try await ask("/forms", ada)
            let csrf = String(try #require(list.text.firstMatch(of: /name="csrf" value="([^"]+)"/)?.1))
            func post(_ path: String, _ fields: [(String, String)]) async throws -> StaffDesk.Answer {
                try await ask(
                    path, ada, method: .post, form: Form([("csrf", csrf)] + fields.map { (name: $0.0, value: $0.1) }))
            }
            let odd = try await post("/forms", [("name", "Our Steps"), ("title", "Our steps")])
            #expect(odd.status == 422 && odd.text.contains("Use 3 to 20 small letters"))
            #expect(try await post("/forms", [("name", "our-steps"), ("title", "Our steps")]).status == 303)
            let draft = try await ask("/forms/our-steps", ada)
            #expect(draft.text.contains("Say what it is for.") && !draft.text.contains("First day of use"))
            #expect(try await post("/forms/our-steps", Self.fields + [("version", "1")]).status == 303)
            #expect(try await post("/forms/our-steps", Self.fields + [("version", "1")]).status == 409)
            let sound = try await ask("/forms/our-steps", ada)
            #expect(sound.text.contains("The form is sound.") && sound.text.contains("First day of use"))
            #expect(try await ask("/forms/our-steps/preview", ada).text.contains("How far do you walk?"))
            let tried = try await post(
                "/forms/our-steps/preview", [("our-steps-q1", "near"), ("do", "try"), ("version", "2")])
            #expect(tried.text.contains("total 1, little"))
            let kept = try await post(
                "/forms/our-steps/preview", [("our-steps-q1", "near"), ("do", "keep"), ("version", "2")])
            #expect(kept.status == 303)
            #expect(try await ask("/people/rosa/assess/our-steps", ruth).status == 404)
            let late = try await post("/forms/our-steps/publish", [("version", "3"), ("start", "2000-01-01")])
            #expect(late.status == 422 && late.text.contains("choose today or later"))
            let today = SiteDay(zone: .gmt).today(ScratchRecords.now).text
            #expect(try await post("/forms/our-steps/publish", [("version", "3"), ("start", today)]).status == 303)
            let form = try await ask("/people/rosa/assess/our-steps", ruth)
            #expect(form.status == 200 && form.text.contains("How far do you walk?"))
            #expect(try await ask("/people/rosa/assess", ruth).text.contains("Our steps"))
            #expect(try await ask("/forms", ruth).status == 403)
            #expect(try await ask("/forms/nothing", ada).status == 404)
            #expect(try await post("/forms/our-steps/retire", []).status == 303)
            #expect(try await ask("/people/rosa/assess/our-steps", ruth).status == 404)
        }
    }
}
