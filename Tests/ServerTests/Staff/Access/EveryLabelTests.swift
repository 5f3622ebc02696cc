import Access
import FHIR
import Foundation
import HTTPTypes
import Records
import TestSupport
import Testing

@testable import Server

/// A record of each type with each label, asked for by each role on each page and by the API: there where the file of the role
/// opens it, and nowhere else. Labels and roles are those of Content, so that a new one is covered by itself.
struct EveryLabelTests {
    /// Ways in which a person may be somebody's, each with an account a role.
    private static let ways: [Set<String>] = [["panel"], ["team"], []]

    /// A word that stands nowhere else.
    static func planted(_ label: String) -> String { "Zyx" + label.filter(\.isLetter).lowercased() + "q" }

    static func id(_ type: String, _ label: String) -> String {
        type.lowercased() + "-" + label.filter(\.isLetter).lowercased()
    }

    /// A record of each of these types that carries a label and no code that would ask for another.
    static func records(_ label: String, meta: JSON, of person: String = "p") -> [(type: String, json: JSON)] {
        let person: JSON = ["reference": .string("Patient/\(person)")]
        let word: JSON = .string(planted(label))
        let concept: JSON = ["text": word]
        let active: JSON = [
            "coding": [["system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"]]
        ]
        let allergic: JSON = [
            "coding": [
                ["system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"]
            ]
        ]
        let bodies: [(String, JSON)] = [
            ("Condition", ["clinicalStatus": active, "subject": person, "code": concept]),
            (
                "MedicationRequest",
                ["status": "active", "intent": "order", "subject": person, "medicationCodeableConcept": concept]
            ),
            (
                "Task",
                [
                    "status": "requested", "intent": "order", "for": person,
                    "code": ["coding": [["system": "urn:almoner:task", "code": "follow-up"]], "text": word],
                    "restriction": ["period": ["end": .string(FHIRDate.instant(ScratchRecords.now))]],
                ]
            ),
            ("Goal", ["lifecycleStatus": "active", "subject": person, "description": concept]),
            (
                "Observation",
                ["status": "final", "subject": person, "code": concept, "effectiveDateTime": "2026-11-19"]
            ),
            (
                "DocumentReference",
                [
                    "status": "current", "subject": person, "description": word,
                    "content": [["attachment": ["title": word]]],
                ]
            ),
            (
                "Appointment",
                [
                    "status": "booked", "description": word, "start": "2026-11-25T10:00:00Z",
                    "end": "2026-11-25T10:30:00Z",
                    "participant": [["actor": person, "status": "accepted"]],
                ]
            ),
            ("AllergyIntolerance", ["clinicalStatus": allergic, "patient": person, "code": concept]),
            ("Flag", ["status": "active", "subject": person, "code": concept]),
        ]
        return bodies.map { type, body in
            var json = body
            json["resourceType"] = .string(type)
            json["meta"] = meta
            return (type, json)
        }
    }

    /// A person, and accounts of every role: on the panel, in the team, and neither.
    static func furnish(_ desk: StaffDesk) async throws -> [(role: RoleFile, ways: Set<String>, cookie: String)] {
        try await desk.scratch.put(
            ["resourceType": "Patient", "name": [["family": "Stone"]], "birthDate": "1950-01-01", "gender": "female"],
            id: "p", at: ScratchRecords.now)
        var callers: [(RoleFile, Set<String>, String)] = []
        for role in try RoleFile.all() where role.given == "staff" {
            for (place, ways) in Self.ways.enumerated() {
                let account = "\(role.name)-\(place)"
                let me: JSON = ["reference": .string("Practitioner/\(account)")]
                callers.append((role, ways, try await desk.session(account, role.name)))
                if ways.contains("panel") {
                    try await desk.scratch.put(
                        [
                            "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p"],
                            "careManager": me,
                        ], id: "e-\(account)", at: ScratchRecords.now)
                }
                if ways.contains("team") {
                    try await desk.scratch.put(
                        [
                            "resourceType": "CareTeam", "status": "active", "subject": ["reference": "Patient/p"],
                            "participant": [["member": me]],
                        ], id: "t-\(account)", at: ScratchRecords.now)
                }
            }
        }
        return callers
    }

    /// Every page that is read, of the person and of this record.
    static func pages(task: String, of person: String = "p") -> [String] {
        Doors.all.compactMap { address, door in
            guard address.hasPrefix("GET "), ![.open, .api].contains(door) else {
                return nil
            }
            let path = address.dropFirst(4).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            return path.enumerated().map { place, part in
                guard part.hasPrefix("{") || part.hasPrefix(":") else {
                    return part
                }
                return switch (place > 0 ? path[place - 1] : "", part) {
                case ("people", _): person
                case ("tasks", _): task
                case ("assess", _): "phq-2"
                default: "nowhere"
                }
            }.joined(separator: "/")
        }.map { $0.hasPrefix("/") ? $0 : "/" + $0 }.sorted()
    }

    @Test func `each label is on the pages and in the API of those whose role admits it, and of nobody else`()
        async throws
    {
        let desk = try await StaffDesk.open { $0.metricsAreOpen = true }
        let callers = try await Self.furnish(desk)
        let labels = try RoleFile.labels()
        #expect(labels.count >= 12 && callers.count >= 30)
        var types: [String] = []
        for label in labels {
            let meta: JSON = ["security": [["system": .string(label.system), "code": .string(label.code)]]]
            for (type, json) in Self.records(label.code, meta: meta) {
                try await desk.scratch.put(json, id: Self.id(type, label.code), at: ScratchRecords.now)
                types.append(type)
            }
        }
        types = Array(Set(types)).sorted()
        let (all, codes, asked) = (types, labels.map(\.code), Noted(0))
        try await desk.run { ask in
            func told(_ path: String, _ cookie: String) async throws -> (answer: StaffDesk.Answer, labels: Set<String>)
            {
                let answer = try await ask(path, cookie, headers: path.hasPrefix("/fhir") ? Self.json : [:])
                asked.change { $0 += 1 }
                #expect(answer.status < 500, "\(path): \(answer.status)")
                return (answer, Set(codes.filter { answer.text.contains(Self.planted($0)) }))
            }
            for (role, ways, cookie) in callers {
                let who = "\(role.name) \(ways)"
                var open: Set<String> = []
                for type in all {
                    let expected = Set(codes.filter { role.opens("search", type, label: $0, of: ways) })
                    open.formUnion(expected)
                    let found = try await told("/fhir/\(type)?patient=p", cookie)
                    #expect(found.labels == expected, "\(who): a search of \(type)")
                    let count = try await told("/fhir/\(type)?patient=p&_summary=count", cookie)
                    if count.answer.status == 200 {
                        #expect(count.answer.text.contains("\"total\":\(expected.count)"), "\(who): a count of \(type)")
                    }
                }
                for path in Self.wholes {
                    let found = try await told(path, cookie)
                    #expect(found.labels.isSubset(of: open), "\(who): \(path)")
                }
                for code in codes where ways != ["team"] {
                    let isOpen = role.opens("read", "Condition", label: code, of: ways)
                    let path = "/fhir/Condition/\(Self.id("Condition", code))"
                    for path in [path, path + "/_history", path + "/_history/1"] {
                        #expect(try await (told(path, cookie).answer.status == 200) == isOpen, "\(who): \(path)")
                    }
                }
                // Of pages it counts that they tell no more than the role opens; what they show is for the tests of pages.
                for path in Self.pages(task: Self.id("Task", codes[0])) where ways != [] || path == "/people/p" {
                    let found = try await told(path, cookie)
                    #expect(
                        found.labels.isSubset(of: open), "\(who): \(path) tells of \(found.labels.subtracting(open))")
                    if path == "/people/p", found.answer.status == 200 {
                        #expect(found.labels == open, "\(who): the page of the person")
                    }
                }
            }
            let metrics = try await ask("/metrics")
            #expect(metrics.status == 200)
            for code in codes {
                #expect(!metrics.text.contains(Self.planted(code)))
            }
        }
        for code in codes {
            #expect(!desk.log.text.contains(Self.planted(code)), "a log holds what is labelled \(code)")
        }
        print("Every label: \(asked.now) requests.")
    }

    private static let json = ["Accept": "application/fhir+json"]
    private static let wholes = [
        "/fhir/Patient/p/$everything", "/fhir/Patient/p/*", "/fhir/_history", "/fhir/Condition/_history",
        "/fhir/Patient?_revinclude=Condition:subject", "/fhir?_type=Condition,Goal,Task,Observation",
        "/fhir/Patient/p/Condition",
    ]

    /// What is about the account or the audit, which hold ids and times of their own.
    private static let changing = ["/account", "/audit", "/looks", "/users", "/clients"]

    /// The same pages, byte for byte but for marks of the request, whether or not there is what the role does not see.
    @Test func `what a role does not see changes no page of a person`() async throws {
        for role in try RoleFile.all() where role.given == "staff" && role.offices.contains("see-people") {
            let hidden = try RoleFile.labels().filter { label in
                !role.rules.contains { $0.whose != ["opened"] && $0.whose != ["author"] && $0.admits(label.code) }
            }
            var seen: [[String: String]] = []
            for isThere in [false, true] {
                let desk = try await StaffDesk.open()
                try await desk.scratch.put(
                    ["resourceType": "Patient", "name": [["family": "Stone"]], "birthDate": "1950-01-01"], id: "p",
                    at: ScratchRecords.now)
                for label in isThere ? hidden : [] {
                    let meta: JSON = ["security": [["system": .string(label.system), "code": .string(label.code)]]]
                    for (type, json) in Self.records(label.code, meta: meta) {
                        var json = json
                        if type == "Condition", let category = label.category {
                            json["code"]?["coding"] = [
                                [
                                    "system": "http://hl7.org/fhir/sid/icd-10-cm", "code": .string(category),
                                ]
                            ]
                        }
                        try await desk.scratch.put(json, id: Self.id(type, label.code), at: ScratchRecords.now)
                    }
                }
                let cookie = try await desk.session("me", role.name)
                try await desk.scratch.put(
                    [
                        "resourceType": "EpisodeOfCare", "status": "active", "patient": ["reference": "Patient/p"],
                        "careManager": ["reference": "Practitioner/me"],
                    ], id: "e", at: ScratchRecords.now)
                let kept = Noted<[String: String]>([:])
                try await desk.run { ask in
                    for path in Self.pages(task: "nowhere") where !Self.changing.contains(where: path.contains) {
                        let text = try await ask(path, cookie).text
                        kept.change { $0[path] = Self.plain(text) }
                    }
                }
                seen.append(kept.now)
            }
            for (path, before) in seen[0] {
                #expect(seen[1][path] == before, "\(role.name): \(path) tells that something is hidden")
            }
            #expect(seen[0]["/people/p"]?.contains("Stone".uppercased()) == true, "\(role.name)")
        }
    }

    /// Without what is never the same twice: the token of forms and the nonce.
    private static func plain(_ page: String) -> String {
        var text = page
        for opening in [
            "name=\"csrf\" value=\"", "nonce=\"", "data-csrf=\"", "name=\"id\" value=\"", "content=\"csrf-",
        ] {
            text = text.components(separatedBy: opening).enumerated().map { place, part in
                place == 0 ? part : String(part.drop { $0 != "\"" })
            }.joined(separator: opening)
        }
        return text
    }
}

extension StaffDesk {
    /// The cookie of somebody who is signed in with a new account, without the work of a password.
    func session(_ id: String, _ role: String) async throws -> String {
        let now = services.now()
        _ = try await services.accounts.create(
            id: id, name: id, roles: [Role(rawValue: role)], mustChange: false, as: .system("test"), at: now)
        let account = try #require(
            try await services.accounts.all(as: Caller(account: "a", name: "A", roles: [.administrator]))
                .first { $0.id == id })
        return "\(SessionCookie(isSecure: false).name)=\(try await services.sessions.open(for: account, at: now))"
    }
}
