import Access
import FHIR
import Foundation
import HTTPTypes
import Hummingbird
import Records
import TestSupport
import Testing

@testable import Server

/// Ids of somebody out of reach, in every place of an address and of a form where an id can stand: each answer is the one for
/// an id that nobody has. The API is asked the same in `Matrix`.
struct ObjectsOfOthersTests {
    /// Words of the one out of reach that stand nowhere else.
    private static let planted = "Zyxolone"
    private static let hidden = "theirs"
    /// As long as the hidden one, so that answers can be compared byte by byte.
    private static let absent = "absent"

    private static func records(_ owner: String, manager: String) -> [(String, JSON)] {
        let person: JSON = ["reference": .string("Patient/\(owner)")]
        let who: JSON = ["reference": .string("Practitioner/\(manager)")]
        return [
            (owner, ["resourceType": "Patient", "name": [["family": .string(planted)]], "birthDate": "1950-01-01"]),
            (
                "\(owner)-episode",
                [
                    "resourceType": "EpisodeOfCare", "status": "active", "patient": person, "careManager": who,
                    "period": ["start": "2026-01-01"],
                ]
            ),
            (
                "\(owner)-goal",
                [
                    "resourceType": "Goal", "lifecycleStatus": "active", "subject": person,
                    "description": ["text": .string(planted)],
                ]
            ),
            (
                "\(owner)-task",
                [
                    "resourceType": "Task", "status": "requested", "intent": "order", "for": person, "owner": who,
                    "code": [
                        "coding": [["system": "urn:almoner:task", "code": "follow-up"]], "text": .string(planted),
                    ],
                ]
            ),
            (
                "\(owner)-contact",
                [
                    "resourceType": "Encounter", "status": "in-progress", "subject": person,
                    "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "VR"],
                    "reasonCode": [["text": .string(planted)]],
                ]
            ),
            (
                "\(owner)-stay",
                [
                    "resourceType": "Encounter", "status": "finished", "subject": person,
                    "class": ["system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"],
                    "period": ["start": "2026-11-10", "end": "2026-11-19"],
                ]
            ),
            (
                "\(owner)-answers",
                [
                    "resourceType": "QuestionnaireResponse", "status": "in-progress", "subject": person,
                    "questionnaire": "urn:almoner:instrument:phq-9",
                ]
            ),
            (
                "\(owner)-problem",
                ["resourceType": "Condition", "subject": person, "code": ["text": .string(planted)]]
            ),
            (
                "\(owner)-consent",
                [
                    "resourceType": "Consent", "status": "active", "patient": person,
                    "scope": ["text": .string(planted)], "category": [["text": "x"]], "policyRule": ["text": "x"],
                ]
            ),
        ]
    }

    private static let kinds = [
        "episode", "goal", "task", "contact", "stay", "answers", "problem", "consent", "",
    ]

    /// What a place in an address may hold, named after what the one of the prefix has.
    private static func values(_ place: Substring, _ prefix: String) -> [String] {
        kinds.map { $0.isEmpty ? prefix : "\(prefix)-\($0)" }
    }

    /// Every address with each id of the prefix in each place; the first place also with the own person before it.
    private static func addresses(_ route: String, _ prefix: String) -> [String] {
        var made = [""]
        for part in route.split(separator: "/") {
            let isPerson = part == "{id}" && route.hasPrefix("/people")
            let values =
                part.hasPrefix("{")
                ? (isPerson ? ["mine", prefix] : Self.values(part, prefix)) : [String(part)]
            made = made.flatMap { start in values.map { start + "/" + $0 } }
        }
        return made
    }

    private static let asked = ["goal", "step", "draft", "result", "from", "episode", "after", "owner", "looks", "q"]
    /// Fields of forms that name a record.
    private static let fields = [
        "id", "goal", "step", "problem", "episode", "draft", "from", "encounter", "concerns", "task", "to", "person",
        "patient", "care-manager", "owner", "item",
    ]

    @Test func `pages and forms answer for ids of others as for ids that nobody has`() async throws {
        let desk = try await StaffDesk.open()
        let cookie = try await desk.signIn("nora", [Role(rawValue: "community-health-worker")])
        for (id, resource) in Self.records("mine", manager: "nora") + Self.records(Self.hidden, manager: "else") {
            try await desk.scratch.put(resource, id: id, at: desk.services.now())
        }
        let before = try await desk.scratch.versions(of: Self.hidden)
        #expect(before.count == 9)
        let routes = Routes.router(desk.services).routes.map { (method: $0.method, path: "\($0.path)") }
            .filter { route in
                guard !route.path.hasPrefix("/fhir"), !route.path.hasPrefix("/portal") else { return false }
                switch Doors.door(route.method, route.path) {
                case .office: return true
                default: return false
                }
            }
        try await desk.run { ask in
            // The person's own page opens, so that there is something to be kept apart from.
            #expect(try await ask("/people/mine", cookie).status == 200)
            #expect(try await ask("/people/mine/plan", cookie).text.contains(Self.planted))
            let csrf =
                try await ask("/account", cookie).text.components(separatedBy: "name=\"csrf\" value=\"")
                .dropFirst().first?.components(separatedBy: "\"").first ?? ""
            var count = 0
            func same(_ path: (String) -> String, _ method: HTTPRequest.Method, _ form: (String) -> Form?) async throws
            {
                let answers = try await [Self.hidden, Self.absent].async { prefix in
                    try await ask(path(prefix), cookie, method: method, form: form(prefix))
                }
                // A form that makes something has a new id for it each time.
                let told = answers.map { answer in
                    let parts = answer.text.components(separatedBy: "name=\"id\" value=\"")
                    let rest = parts.dropFirst().map { $0.drop { $0 != "\"" } }
                    return ([parts[0][...]] + rest).joined().replacing(Self.hidden, with: Self.absent)
                }
                let places = answers.map { $0.header("Location")?.replacing(Self.hidden, with: Self.absent) }
                #expect(
                    answers[0].status == answers[1].status, "\(method) \(path(Self.hidden)): \(answers.map(\.status))")
                let lines = told.map { $0.split(separator: "\n") }
                let difference = lines[0] == lines[1] ? nil : zip(lines[0], lines[1]).first { $0 != $1 }
                #expect(difference == nil && lines[0].count == lines[1].count, "\(method) \(path(Self.hidden))")
                #expect(places[0] == places[1], "\(method) \(path(Self.hidden))")
                count += 1
            }
            for route in routes {
                let named = zip(
                    Self.addresses(route.path, Self.hidden), Self.addresses(route.path, Self.absent))
                for (theirs, nobody) in named {
                    let form = route.method == .post ? Form([("csrf", csrf), ("version", "1")]) : nil
                    try await same({ $0 == Self.hidden ? theirs : nobody }, route.method) { _ in form }
                }
                let own = route.path.replacing("{id}", with: "mine").replacing("{goal}", with: "mine-goal")
                    .replacing("{step}", with: "mine-task").replacing("{encounter}", with: "mine-contact")
                    .replacing("{episode}", with: "mine-episode").replacing("{instrument}", with: "phq-9")
                    .replacing("{consent}", with: "mine-consent").replacing("{figure}", with: "readmission")
                guard !own.contains("{") else { continue }
                for kind in Self.kinds {
                    func id(_ prefix: String) -> String { kind.isEmpty ? prefix : "\(prefix)-\(kind)" }
                    if route.method == .get {
                        for name in Self.asked {
                            try await same({ "\(own)?\(name)=\(id($0))" }, .get) { _ in nil }
                        }
                    } else {
                        // Too little else is filled in for anything to be saved.
                        try await same({ _ in own }, .post) { prefix in
                            Form([("csrf", csrf), ("version", "77")] + Self.fields.map { ($0, id(prefix)) })
                        }
                    }
                }
            }
            #expect(count > 1_000)
        }
        #expect(try await desk.scratch.versions(of: Self.hidden) == before)
    }

    @Test func `a person in the portal meets ids of others as ids that nobody has`() async throws {
        let portal = try await PortalDesk.open()
        for (id, resource) in Self.records(Self.hidden, manager: "dora") {
            try await portal.desk.scratch.put(resource, id: id, at: portal.desk.now)
        }
        let before = try await portal.desk.scratch.versions(of: Self.hidden)
        try await portal.desk.run { staff in
            let person = try await portal.welcome(staff)
            let anna = try await portal.share(["plan"], person)
            let csrf = try await person.get("/portal/corrections").csrf
            for kind in Self.kinds {
                var told: [[String]] = []
                for prefix in [Self.hidden, Self.absent] {
                    let id = kind.isEmpty ? prefix : "\(prefix)-\(kind)"
                    var answers: [String] = []
                    for path in ["/portal/corrections/\(id)/disagree", "/portal/caregivers/\(id)/end"] {
                        let met = try await person.post(path, [("csrf", csrf), ("statement", "It was not so.")])
                        answers.append("\(met.status) \(met.text)")
                    }
                    for type in ["Condition", "Goal", "Patient", "Task", "Encounter"] {
                        let met = try await person.post(
                            "/portal/corrections",
                            [("csrf", csrf), ("what", "x"), ("why", "y"), ("concerns", "\(type)/\(id)")])
                        answers.append("\(met.status) \(met.location ?? "") \(met.text)")
                    }
                    for name in ["of", "person", "patient", "id", "after", "looks"] {
                        for browser in [person, anna] {
                            let met = try await browser.get("/portal?\(name)=\(id)")
                            #expect(!met.text.contains(Self.planted), "\(name)=\(id)")
                        }
                        #expect(try await !person.get("/portal/record.json?\(name)=\(id)").text.contains(Self.planted))
                    }
                    told.append(answers.map { $0.replacing(Self.hidden, with: Self.absent) })
                }
                #expect(told[0] == told[1], "\(kind)")
            }
        }
        #expect(try await portal.desk.scratch.versions(of: Self.hidden) == before)
    }
}

extension Sequence where Element: Sendable {
    /// One after the other.
    fileprivate func async<T>(_ body: (Element) async throws -> T) async throws -> [T] {
        var made: [T] = []
        for element in self {
            made.append(try await body(element))
        }
        return made
    }
}
