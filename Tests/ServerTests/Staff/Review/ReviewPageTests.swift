import Access
import Care
import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Server

struct ReviewPageTests {
    private static let asked =
        "list=care-management&programme=chronic-care&state=any&from=2000-01-01&to=2100-01-01&files=5"

    private func desk() async throws -> StaffDesk {
        let desk = try await StaffDesk.open()
        for (id, label) in [("ann", nil), ("bob", "V")] as [(String, String?)] {
            try await desk.scratch.put(
                .compact([
                    "resourceType": "Patient", "name": [["given": [.string(id.capitalized)], "family": "Reed"]],
                    "birthDate": "1950-02-03",
                    "meta": label.map {
                        [
                            "security": [
                                [
                                    "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
                                    "code": .string($0),
                                ]
                            ]
                        ]
                    },
                ]), id: id)
            try await desk.scratch.put(
                [
                    "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/\(id)"],
                    "type": [["coding": [["system": "urn:almoner:program", "code": "chronic-care"]]]],
                    "period": ["start": "2026-01-05"],
                ], id: "care-of-\(id)")
        }
        return desk
    }

    @Test func `files are drawn with a seed that stands in the address, and each look is audited`() async throws {
        let desk = try await desk()
        let cookie = try await desk.signIn("sue", [.supervisor])
        try await desk.run { ask in
            let first = try await ask("/review?\(Self.asked)", cookie)
            #expect(first.status == 303)
            let address = try #require(first.header("location"))
            #expect(address.contains("seed="))
            let page = try await ask(address, cookie)
            #expect(page.status == 200 && page.text.contains("2 of 2 files drawn with seed"))
            #expect(page.text.contains("REED, Ann") && page.text.contains("REED, Bob"))
            #expect(page.text.contains("href=\"/people/ann\""))
            let packet = try await ask(address.replacing("/review?", with: "/review/packet?"), cookie)
            #expect(packet.text.contains("REED, Ann") && packet.text.contains("Closed with a reason"))
        }
        var wanted = AuditAsk()
        wanted.person = "ann"
        let ask = wanted
        try await desk.scratch.records.sealAudit()
        let lines = try await desk.scratch.records.read(
            as: Caller(account: "a", name: "A", roles: [.supervisor]), at: ScratchRecords.now, for: "test"
        ) { try $0.audit(ask) }
        #expect(lines.contains { $0.account == "sue" })
    }

    @Test func `what the reviewer may not see is absent, and said to be`() async throws {
        let desk = try await desk()
        let cookie = try await desk.signIn("rev", [Role(rawValue: "file-reviewer")])
        try await desk.run { ask in
            let page = try await ask("/review?\(Self.asked)&seed=1", cookie)
            #expect(page.status == 200)
            #expect(page.text.contains("REED, Ann") && !page.text.contains("Bob"))
            // Who may not open people gets no links to them.
            #expect(!page.text.contains("href=\"/people/"))
            #expect(try await ask("/people/ann", cookie).status == 403)
            #expect(try await ask("/", cookie).header("location") == "/review")
        }
    }

    @Test func `what was typed wrongly is named and kept`() async throws {
        let desk = try await desk()
        let cookie = try await desk.signIn("sue", [.supervisor])
        try await desk.run { ask in
            let page = try await ask(
                "/review?list=care-management&programme=nothing&from=soon&to=2026-01-01&files=99&seed=x", cookie)
            #expect(page.status == 422)
            for words in [
                "Choose a programme.", "Enter a day like 2026-01-31.", "Enter a whole number from 1 to 30.",
                "Enter a whole number, or leave it empty.", "value=\"99\"",
            ] { #expect(page.text.contains(words), "\(words)") }
            #expect(try await ask("/review/packet?programme=nothing", cookie).status == 303)
        }
    }
}
