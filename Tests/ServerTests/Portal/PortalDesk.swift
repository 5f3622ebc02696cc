import Care
import FHIR
import Foundation
import Records
import TestSupport
import Testing

@testable import Server

/// A server with a person, a care manager who may invite, and browsers for both.
struct PortalDesk {
    let desk: SignInDesk
    static let password = "otter and moss by the lake"

    static func open(care: CareContent? = nil) async throws -> PortalDesk {
        let desk = try await SignInDesk.open(care: care)
        let put: [(String, JSON)] = [
            (
                "dee",
                [
                    "resourceType": "Patient", "name": [["family": "Whitfield", "given": ["Delores"]]],
                    "birthDate": "1948-03-14",
                ]
            ), ("sam", ["resourceType": "Patient", "name": [["family": "Stone"]], "birthDate": "1950-01-01"]),
            (
                "dm",
                [
                    "resourceType": "Condition", "subject": ["reference": "Patient/dee"], "code": ["text": "Diabetes"],
                ]
            ),
            (
                "hidden",
                [
                    "resourceType": "Condition", "subject": ["reference": "Patient/dee"],
                    "code": ["text": "Depression"],
                    "meta": [
                        "security": [
                            ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "PSYTHPN"]
                        ]
                    ],
                ]
            ),
            (
                "pill",
                [
                    "resourceType": "MedicationRequest", "status": "active", "intent": "order",
                    "subject": ["reference": "Patient/dee"], "medicationCodeableConcept": ["text": "Metformin"],
                ]
            ),
            (
                "goal",
                [
                    "resourceType": "Goal", "lifecycleStatus": "active", "subject": ["reference": "Patient/dee"],
                    "description": ["text": "Walk to church"],
                ]
            ),
            (
                "his",
                ["resourceType": "Condition", "subject": ["reference": "Patient/sam"], "code": ["text": "Gout"]]
            ),
        ]
        for (id, resource) in put {
            try await desk.scratch.put(resource, id: id)
        }
        return PortalDesk(desk: desk)
    }

    /// What an invitation shows once.
    struct WayIn {
        let path: String
        let code: String

        init(_ page: SignInDesk.Page) throws {
            let after = page.text.components(separatedBy: "/invitation/").dropFirst().first ?? ""
            path = "/invitation/" + after.prefix(43)
            let codes = page.text.components(separatedBy: "<p class=\"secret big\"><code>").dropFirst().first ?? ""
            code = String(codes.prefix { $0 != "<" })
            try #require(code.filter(\.isNumber).count == 6, "\(page.status)")
        }
    }

    /// Dora invites, and the person comes in.
    func welcome(_ staff: SignInDesk.Browser) async throws -> SignInDesk.Browser {
        try await staff.signIn("dora")
        let before = try await staff.get("/people/dee/portal")
        let given = try await staff.post("/people/dee/portal/invite", [("csrf", before.csrf)])
        let person = staff.other()
        let came = try await accept(try WayIn(given), person, account: "delores")
        #expect(came.status == 303 && came.location == "/portal")
        return person
    }

    @discardableResult
    func accept(
        _ way: WayIn, _ browser: SignInDesk.Browser, account: String, birth: String = "3/14/1948", code: String? = nil
    ) async throws -> SignInDesk.Page {
        try await browser.post(
            way.path,
            [
                ("birth", birth), ("invitation-code", code ?? way.code), ("account", account),
                ("password", Self.password), ("again", Self.password),
            ])
    }

    /// The person lets Anna see what is named, and Anna comes in.
    func share(_ shares: [String], _ person: SignInDesk.Browser) async throws -> SignInDesk.Browser {
        let before = try await person.get("/portal/caregivers")
        let given = try await person.post(
            "/portal/caregivers",
            [("csrf", before.csrf), ("name", "Anna Whitfield"), ("relation", "daughter"), ("until", "2026-12-31")]
                + shares.map { ("share", $0) })
        let anna = person.other()
        let came = try await accept(try WayIn(given), anna, account: "anna.w")
        #expect(came.location == "/portal")
        return anna
    }
}
