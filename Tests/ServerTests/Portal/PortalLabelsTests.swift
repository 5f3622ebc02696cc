import FHIR
import Records
import TestSupport
import Testing

@testable import Server

/// What is labelled, in the portal: the person sees what is theirs by law, and whom they let in sees what they ticked.
struct PortalLabelsTests {
    private static let addresses: [String] = Doors.all.compactMap { address, door in
        address.hasPrefix("GET portal") || address.hasPrefix("GET /portal")
            ? "/" + address.dropFirst(4).drop { $0 == "/" } : nil
    }.sorted()

    private static func role(_ name: String) throws -> RoleFile {
        try #require(try RoleFile.all().first { $0.name == name })
    }

    /// Labels of which a word stands on some page that somebody may open.
    private static func told(_ browser: SignInDesk.Browser, _ labels: [String]) async throws -> Set<String> {
        var told: Set<String> = []
        for address in addresses {
            let text = try await browser.get(address).text
            told.formUnion(labels.filter { text.contains(EveryLabelTests.planted($0)) })
        }
        return told
    }

    @Test func `the portal tells of a label whom its role lets see it, and nobody else`() async throws {
        let portal = try await PortalDesk.open()
        let labels = try RoleFile.labels()
        for label in labels {
            let meta: JSON = ["security": [["system": .string(label.system), "code": .string(label.code)]]]
            for (type, json) in EveryLabelTests.records(label.code, meta: meta, of: "dee") {
                try await portal.desk.scratch.put(
                    json, id: EveryLabelTests.id(type, label.code), at: ScratchRecords.now)
            }
        }
        let codes = labels.map(\.code)
        #expect(Self.addresses.count >= 5, "\(Self.addresses)")
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let patient = try Self.role("patient")
            let own = Set(
                codes.filter { code in patient.rules.contains { $0.verbs.contains("read") && $0.admits(code) } })
            #expect(own.count < codes.count)
            #expect(try await Self.told(person, codes) == own)
            let shares = ["plan", "medicines", "appointments", "conditions"]
            let plain = try await portal.share(shares, person)
            // Whoever was let see the plan and the problems sees a pregnancy in them, and nothing else that has a label.
            #expect(try await Self.told(plain, codes) == ["PREGNANT"])
        }
    }

    @Test func `who may see private things too sees neither Part 2 records nor notes of therapy`() async throws {
        let portal = try await PortalDesk.open()
        let labels = try RoleFile.labels()
        for label in labels {
            let meta: JSON = ["security": [["system": .string(label.system), "code": .string(label.code)]]]
            for (type, json) in EveryLabelTests.records(label.code, meta: meta, of: "dee") {
                try await portal.desk.scratch.put(
                    json, id: EveryLabelTests.id(type, label.code), at: ScratchRecords.now)
            }
        }
        let codes = labels.map(\.code)
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let anna = try await portal.share(["plan", "medicines", "appointments", "conditions", "sensitive"], person)
            let told = try await Self.told(anna, codes)
            let caregiver = try Self.role("caregiver")
            #expect(told == Set(codes.filter { code in caregiver.rules.contains { $0.admits(code) } }))
            #expect(told.isDisjoint(with: ["PSYTHPN", "sud-counselling-note", "42CFRPart2"]) && told.contains("HIV"))
        }
    }

    @Test
    func `what was answered about violence is on no screen of the portal and in no file, whoever holds the device`()
        async throws
    {
        let portal = try await PortalDesk.open()
        let sdv: JSON = [
            "security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "SDV"]]
        ]
        let person: JSON = ["reference": "Patient/dee"]
        // HITS is labelled by its code; a form by what it asks.
        let put: [(String, JSON)] = [
            (
                "hits",
                [
                    "resourceType": "Observation", "status": "final", "subject": person,
                    "code": ["coding": [["system": "http://loinc.org", "code": "95614-4"]], "text": "Zyxhits"],
                    "effectiveDateTime": "2026-11-01", "valueQuantity": ["value": 12],
                ]
            ),
            (
                "form",
                [
                    "resourceType": "QuestionnaireResponse", "status": "completed", "subject": person, "meta": sdv,
                    "item": [["linkId": "Zyxform", "text": "Zyxform"]],
                ]
            ),
            (
                "weight",
                [
                    "resourceType": "Observation", "status": "final", "subject": person,
                    "code": ["text": "Zyxweight"], "effectiveDateTime": "2026-11-01",
                ]
            ),
        ]
        for (id, json) in put { try await portal.desk.scratch.put(json, id: id, at: ScratchRecords.now) }
        try await portal.desk.run { staff in
            let dee = try await portal.welcome(staff)
            let file = try await dee.get("/portal/record.json").text
            #expect(file.contains("Zyxweight"))
            for address in Self.addresses {
                let text = try await dee.get(address).text
                #expect(!text.contains("Zyxhits") && !text.contains("Zyxform"), "\(address)")
            }
        }
    }
}
