import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Server

/// A server with a young person, what is plain and what is confidential of it, and browsers for staff, parent and child.
struct FamilyDesk {
    let portal: PortalDesk
    var desk: SignInDesk { portal.desk }

    static let plain = ["Asthma", "Albuterol"]
    static let kept = ["Chlamydia", "Bulimia", "Quarrelsome", "Naltrexone", "Expecting"]
    static let therapy = "Therapynote"

    /// It is 20 November 2026, and Mia was born on that day.
    static func open(born: String = "2011-05-05") async throws -> FamilyDesk {
        let desk = FamilyDesk(portal: try await PortalDesk.open())
        try await desk.put(
            "mia",
            ["resourceType": "Patient", "name": [["given": ["Mia"], "family": "Ortiz"]], "birthDate": .string(born)])
        try await desk.condition("plain", "Asthma")
        try await desk.condition("sex", "Chlamydia", coded: "A56.2")
        try await desk.condition("mood", "Bulimia", coded: "F50.2")
        try await desk.condition("expects", "Expecting", coded: "Z34.02")
        try await desk.condition("talk", "Quarrelsome", label: "ADOL")
        try await desk.condition("part2", "Naltrexone", label: "42CFRPart2")
        try await desk.condition("therapy", therapy, label: "PSYTHPN")
        try await desk.put(
            "inhaler",
            [
                "resourceType": "MedicationRequest", "status": "active", "intent": "order",
                "subject": ["reference": "Patient/mia"], "medicationCodeableConcept": ["text": "Albuterol"],
            ])
        return desk
    }

    func put(_ id: String, _ resource: JSON) async throws {
        try await desk.scratch.put(resource, id: id)
    }

    func condition(_ id: String, _ text: String, coded: String? = nil, label: String? = nil) async throws {
        try await put(
            id,
            .compact([
                "resourceType": "Condition", "subject": ["reference": "Patient/mia"],
                "code": .compact([
                    "text": .string(text),
                    "coding": coded.map {
                        [["system": "http://hl7.org/fhir/sid/icd-10-cm", "code": .string($0)]]
                    },
                ]),
                "meta": label.map {
                    ["security": [["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string($0)]]]
                },
            ]))
    }

    /// Dora writes down a parent; the page that comes back.
    func name(
        _ staff: SignInDesk.Browser, _ name: String = "Maria Ortiz", person: String = "mia",
        _ more: [(String, String)] = []
    ) async throws -> SignInDesk.Page {
        let before = try await staff.get("/people/\(person)/portal")
        return try await staff.post(
            "/people/\(person)/portal/representatives",
            [("csrf", before.csrf), ("name", name), ("relation", "PRN"), ("proof", "birth-certificate")] + more)
    }

    /// Dora lets Maria in, and Maria comes.
    func parent(_ staff: SignInDesk.Browser, born: String = "5/5/2011") async throws -> SignInDesk.Browser {
        let maria = staff.other()
        let came = try await portal.accept(
            try PortalDesk.WayIn(try await name(staff)), maria, account: "maria.o", birth: born)
        #expect(came.location == "/portal")
        return maria
    }

    /// Dora invites Mia herself.
    func child(_ staff: SignInDesk.Browser, born: String = "5/5/2011") async throws -> SignInDesk.Browser {
        let before = try await staff.get("/people/mia/portal")
        let given = try await staff.post("/people/mia/portal/invite", [("csrf", before.csrf)])
        let mia = staff.other()
        let came = try await portal.accept(try PortalDesk.WayIn(given), mia, account: "mia.o", birth: born)
        #expect(came.location == "/portal")
        return mia
    }

    /// Everything that somebody of the portal can ask for, as one text.
    func everything(_ browser: SignInDesk.Browser) async throws -> String {
        var all = ""
        for path in ["/portal", "/portal/record", "/portal/record.json", "/portal/record/print"] {
            let page = try await browser.get(path)
            #expect(page.status == 200, "\(path): \(page.status)")
            all += page.text
        }
        return all
    }
}
