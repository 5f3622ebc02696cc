import Access
import FHIR
import Foundation
import HTTPTypes
import HummingbirdTesting
import Records
import TestSupport
import Testing

@testable import Server

/// The accounting of disclosures.
struct DisclosuresPageTests {
    private static let now = ScratchRecords.now
    private static let year: Int64 = 365 * 86_400_000

    private func desk(_ engine: TestEngine) async throws -> StaffDesk {
        let desk = try await StaffDesk.open(engine)
        let scratch = desk.scratch
        let records = scratch.records
        try await scratch.put(
            ["resourceType": "Patient", "name": [["family": "Stone", "given": ["Maud"]]]], id: "maud",
            at: Self.now - 5 * Self.year)
        try await scratch.put(["resourceType": "Patient"], id: "other", at: Self.now - 5 * Self.year)
        _ = try await desk.services.clients.register(
            ClientDraft(id: "lab", name: "=Laboratory", scopes: "system/Patient.rs"), as: .system("test"), at: Self.now)
        let lab = try #require(try await desk.services.clients.find("lab")).caller
        for day in 1...3 {
            _ = try await records.read(
                as: lab, at: Self.now - Int64(day) * 86_400_000, for: "api read Patient"
            ) { try $0.get("Patient", "maud") }
        }
        var county = Caller.system("export")
        county.statedPurpose = .publicHealth
        try await records.noteExport(
            by: county, at: Self.now - 2 * Self.year, for: Reader.everything,
            asking: Reader.asking(recipient: "County health department"))
        // Before she was on file, and beyond six years.
        try await records.noteExport(
            by: county, at: Self.now - 5 * Self.year - 1, for: Reader.everything,
            asking: Reader.asking(recipient: "Too early"))
        return desk
    }

    @Test(arguments: Engines.all) func `it says to whom, what, what for, when and how often`(engine: TestEngine)
        async throws
    {
        let desk = try await desk(engine)
        let head = try await desk.signIn("sam", [.supervisor])
        try await desk.run { ask in
            #expect(try await ask("/people/maud", head).status == 200)
            let page = try await ask("/people/maud/disclosures", head)
            #expect(page.status == 200)
            for text in ["Maud", "=Laboratory", "Patient (read)", "County health department", "Public health", ">3<"] {
                #expect(page.text.contains(text), "\(text)")
            }
            #expect(!page.text.contains("Too early"))
            // A look by the staff is no disclosure.
            #expect(!page.text.contains("person page"))
            let outside = try await ask("/people/maud/disclosures?which=outside", head).text
            #expect(outside.contains("County health department") && !outside.contains("=Laboratory"))
            let recent = try await ask("/people/maud/disclosures?from=2026-01-01", head).text
            #expect(!recent.contains("County health department") && recent.contains("=Laboratory"))
            #expect(try await ask("/people/maud/disclosures?from=nonsense", head).status == 422)
            let other = try await ask("/people/other/disclosures", head).text
            #expect(other.contains("County health department") && !other.contains("=Laboratory"))
            #expect(try await ask("/people/nobody/disclosures", head).status == 404)
        }
    }

    @Test func `it is sorted by each column, both ways`() async throws {
        let desk = try await desk(.sqlite)
        let head = try await desk.signIn("sam", [.supervisor])
        try await desk.run { ask in
            for column in DisclosureForm.Column.allCases {
                var firsts: [Bool] = []
                for sign in ["", "-"] {
                    let page = try await ask("/people/maud/disclosures?sort=\(sign)\(column.rawValue)", head).text
                    let county = try #require(page.range(of: "County health department")).lowerBound
                    firsts.append(county < (try #require(page.range(of: "=Laboratory")).lowerBound))
                    #expect(page.contains("aria-sort=\"\(sign.isEmpty ? "ascending" : "descending")\""))
                }
                #expect(firsts[0] != firsts[1], "\(column)")
            }
        }
    }

    @Test func `the file holds no formula, is in the audit, and is no disclosure itself`() async throws {
        let desk = try await desk(.sqlite)
        let head = try await desk.signIn("sam", [.supervisor])
        try await desk.run { ask in
            let file = try await ask("/people/maud/disclosures.csv", head)
            #expect(file.header("Content-Disposition") == "attachment; filename=\"disclosures.csv\"")
            #expect(file.text.contains(",'=Laboratory") && !file.text.contains(",=Lab"))
            #expect(try await ask("/audit?deed=export&person=maud", head).text.contains("disclosures as CSV"))
            #expect(!(try await ask("/people/maud/disclosures", head).text.contains("disclosures as CSV")))
        }
    }

    @Test func `nobody else opens it, and an administrator learns no name`() async throws {
        let desk = try await desk(.sqlite)
        let nurse = try await desk.signIn("nora", [.careManager])
        let admin = try await desk.signIn("ada", [.administrator])
        try await desk.run { ask in
            for path in ["/people/maud/disclosures", "/people/maud/disclosures.csv", "/portal/disclosures"] {
                #expect(try await ask(path, nurse).status == 403)
                #expect(try await ask(path).status == 303)
            }
            let seen = try await ask("/people/maud/disclosures", admin)
            #expect(seen.status == 200 && seen.text.contains("County health department"))
            #expect(!seen.text.contains("Maud") && !seen.text.contains("Stone"))
            #expect(try await ask("/people/nobody/disclosures", admin).status == 200)
        }
    }

    @Test func `the audit says from where, is filtered by it, and so is its file`() async throws {
        let desk = try await desk(.sqlite)
        let head = try await desk.signIn("sam", [.supervisor])
        try await desk.run(.live) { ask in
            #expect(try await ask("/people/maud", head).status == 200)
            let page = try await ask("/audit?detail=person+page&address=127.0.0.1", head)
            #expect(page.text.contains("person page"))
            #expect(page.text.contains("<td data-label=\"From where\">127.0.0.1</td>"))
            #expect(try await ask("/audit?address=10.9.9.9", head).text.contains("Nothing matches."))
            let file = try await ask("/audit.csv?detail=person+page", head).text
            #expect(file.contains("Address") && file.contains("127.0.0.1"))
            #expect(try await ask("/audit?resource=nonsense", head).status == 422)
            #expect(try await ask("/audit?resource=Patient/maud&purpose=TREAT", head).text.contains("person page"))
            #expect(!(try await ask("/audit?resource=Patient/maud&purpose=HRESCH", head).text.contains("person page")))
            #expect(try await ask("/readyz").text == "ready\n")
        }
    }
}
