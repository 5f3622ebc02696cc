import Access
import Care
import Content
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// The pages of programmes: lists, why, and trying out.
struct ProgramPagesTests {
    private func open() async throws -> StaffDesk {
        let desk = try await StaffDesk.open()
        for (id, born) in [("old", "1940-05-01"), ("young", "2000-05-01")] {
            _ = try await desk.services.records.write(as: .system("test"), at: ScratchRecords.now) { change in
                try change.update(
                    [
                        "resourceType": "Patient", "id": .string(id), "name": [["family": .string("Fam-\(id)")]],
                        "birthDate": .string(born),
                    ], ifVersion: nil)
            }
            for (place, code) in ["I10", "E11.9"].enumerated() {
                _ = try await desk.services.records.write(as: .system("test"), at: ScratchRecords.now) { change in
                    try change.update(
                        [
                            "resourceType": "Condition", "id": .string("\(id)-\(place)"),
                            "subject": ["reference": .string("Patient/\(id)")],
                            "code": [
                                "coding": [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": .string(code)]],
                                "text": .string("Illness \(code)"),
                            ],
                        ], ifVersion: nil)
                }
            }
        }
        return desk
    }

    @Test func `the lists show who could enter, and why is answered criterion by criterion`() async throws {
        let desk = try await open()
        let ruth = try await desk.signIn("ruth", [.careManager])
        try await desk.run { ask in
            let all = try await ask("/programs", ruth)
            #expect(all.status == 200 && all.text.contains("Chronic care"))
            let list = try await ask("/programs/chronic-care", ruth)
            #expect(list.text.contains("FAM-OLD") || list.text.contains("Fam-old"))
            let why = try await ask("/people/old/programs/chronic-care", ruth)
            #expect(why.text.contains("could enter") && why.text.contains("Illness I10"))
            let not = try await ask("/people/old/programs/transition-30-day", ruth)
            #expect(not.text.contains("Not on the list"))
            #expect(try await ask("/programs/none", ruth).status == 404)
            #expect(try await ask("/people/old/programs/none", ruth).status == 404)
        }
    }

    @Test func `trying out is the supervisor's, keeps what was typed, and names who would enter`() async throws {
        let desk = try await open()
        let ruth = try await desk.signIn("ruth", [.careManager])
        let sam = try await desk.signIn("sam", [.supervisor])
        let text = ShippedPrograms.text("chronic-care").replacing("%age >= 18", with: "%age >= 65")
        try await desk.run { ask in
            #expect(try await ask("/programs/dry-run", ruth).status == 403)
            let csrf = try #require(try await ask("/programs/dry-run", sam).text.csrf)
            let wrong = try await ask(
                "/programs/dry-run", sam, method: .post,
                form: Form([("csrf", csrf), ("text", text.replacing("%age", with: "%aeg"))]))
            #expect(wrong.status == 422 && wrong.text.contains("%aeg") && wrong.text.contains("line "))
            let begun = try await ask(
                "/programs/dry-run", sam, method: .post, form: Form([("csrf", csrf), ("text", text)]))
            let place = try #require(begun.header("Location"))
            #expect(begun.status == 303)
            var page = try await ask(place, sam)
            for _ in 0..<600 where page.text.contains("looked at so far") {
                try await Task.sleep(for: .milliseconds(20))
                page = try await ask(place, sam)
            }
            #expect(page.text.contains("Would not be proposed any more: 1"))
            #expect(page.text.contains("/people/young") && !page.text.contains("/people/old\""))
            #expect(try await ask(place, ruth).status == 403)
        }
    }
}

private enum ShippedPrograms {
    static func text(_ id: String) -> String {
        String(decoding: Content(folder: nil).file("programs/\(id).yaml") ?? [], as: UTF8.self)
    }
}

extension String {
    fileprivate var csrf: String? {
        guard let start = range(of: "name=\"csrf\" value=\"") else { return nil }
        return String(self[start.upperBound...].prefix { $0 != "\"" })
    }
}
