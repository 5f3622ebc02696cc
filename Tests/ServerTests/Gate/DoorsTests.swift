import Access
import Care
import CareTestSupport
import Content
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Records
import TestSupport
import Testing

@testable import Server

/// Every role at every address: in where the role has the office, and nowhere else.
struct DoorsTests {
    private static let now = ScratchRecords.now

    private func services(_ scratch: ScratchRecords) throws -> Services {
        let content = Content(folder: nil)
        return try Services(
            records: scratch.records, content: content, care: try CareContent.shipped(), now: { Self.now },
            zone: .gmt, site: "Test")
    }

    @Test func `every address has a door, and every door leads somewhere`() async throws {
        let scratch = try await ScratchRecords.open()
        #expect(Doors.problems(of: Routes.router(try services(scratch))).isEmpty)
    }

    @Test func `an address without a door is found when the server starts`() async throws {
        let scratch = try await ScratchRecords.open()
        let router = Routes.router(try services(scratch))
        router.get("forgotten") { _, _ in Response(status: .ok) }
        #expect(Doors.problems(of: router) == ["GET /forgotten has no door."])
    }

    @Test func `each role is let in where its offices say so, and refused everywhere else`() async throws {
        let scratch = try await ScratchRecords.open(
            projections: Projections.all(try CareContent.shipped()))
        let services = try services(scratch)
        let policy = scratch.records.policy
        let router = Routes.router(services)
        let addresses = router.routes.filter { !"\($0.path)".hasPrefix("/fhir") && "\($0.path)" != "/sign-out" }
            .map { (method: $0.method, path: "\($0.path)") }
        var asked = 0
        for role in policy.roles.forAccounts {
            let id = role.role.rawValue
            _ = try await services.accounts.create(
                id: id, name: role.title, roles: [role.role], mustChange: false, as: .system("test"), at: Self.now)
            let account = try #require(
                try await services.accounts.all(as: Caller(account: "a", name: "A", roles: [.administrator]))
                    .first { $0.id == id })
            let cookie =
                "\(SessionCookie(isSecure: false).name)=\(try await services.sessions.open(for: account, at: Self.now))"
            try await Application(router: router).test(.router) { client in
                for address in addresses {
                    let path = address.path.replacing("{figure}", with: "readmission").replacing("{", with: "")
                        .replacing("}", with: "").replacing("**", with: "almoner.css")
                    let answer = try await client.execute(
                        uri: path, method: address.method, headers: [.cookie: cookie])
                    let isRefused =
                        answer.status == .forbidden && String(buffer: answer.body).contains("Your role does not allow")
                    let door = try #require(Doors.door(address.method, address.path))
                    let isOpen =
                        switch door {
                        case .office(let offices): !offices.isDisjoint(with: role.offices)
                        case .portal, .ownRecord, .ownOrChildRecord: false
                        case .open, .signedIn, .api: true
                        }
                    #expect(isRefused == !isOpen, "\(id) \(address.method) \(address.path): \(answer.status)")
                    #expect(answer.status.code < 500, "\(id) \(address.method) \(address.path)")
                }
            }
            asked += addresses.count
        }
        #expect(asked > 500)
    }

    @Test func `a person and a caregiver are let into the portal, each where it is theirs, and nowhere else`()
        async throws
    {
        let portal = try await PortalDesk.open()
        let addresses = Routes.router(portal.desk.services).routes.map { (method: $0.method, path: "\($0.path)") }
            .filter { !$0.path.hasPrefix("/fhir") && $0.path != "/sign-out" && $0.method == .get }
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let anna = try await portal.share(["plan"], person)
            for address in addresses {
                let path = address.path.replacing("{figure}", with: "readmission").replacing("{id}", with: "dee")
                    .replacing("{", with: "").replacing("}", with: "").replacing("**", with: "almoner.css")
                let door = try #require(Doors.door(address.method, address.path))
                for (browser, isOwn) in [(person, true), (anna, false)] {
                    let isOpen =
                        switch door {
                        case .office: false
                        case .ownRecord, .ownOrChildRecord: isOwn
                        case .open, .signedIn, .portal, .api: true
                        }
                    let status = try await browser.get(path).status
                    #expect((status == 403) == !isOpen, "\(isOwn) \(path): \(status)")
                    #expect(status < 500, "\(path)")
                }
            }
        }
    }

    @Test func `nobody is let in without a session`() async throws {
        let scratch = try await ScratchRecords.open()
        let router = Routes.router(try services(scratch))
        let guarded = router.routes.map { (method: $0.method, path: "\($0.path)") }.filter { route in
            switch Doors.door(route.method, route.path) {
            case .office, .portal, .ownRecord, .ownOrChildRecord, .signedIn, nil: true
            case .open, .api: false
            }
        }
        try await Application(router: router).test(.router) { client in
            for route in guarded {
                let path = route.path.replacing("{", with: "").replacing("}", with: "")
                let answer = try await client.execute(uri: path, method: route.method)
                let isKept = answer.status == .seeOther && answer.headers[.location]?.hasPrefix("/sign-in") == true
                #expect(isKept || answer.status == .unauthorized, "\(route)")
            }
        }
    }
}
