import Content
import FHIR
import Foundation
import Testing

@testable import Access

struct RuleTimeTests {
    private let newYork: TimeZone

    init() throws {
        newYork = try #require(TimeZone(identifier: "America/New_York"))
    }

    private func time(_ text: String) throws -> RuleTime {
        try RuleTime(ContentField(root: YAML.parse(Array(text.utf8))))
    }

    private func holds(_ text: String, _ instant: String) throws -> Bool {
        try time(text).holds(at: try #require(FHIRDate(instant, as: .search)).low, in: newYork)
    }

    @Test func `hours are those of the clock on the wall`() throws {
        let work = "hours: \"08:00-18:00\""
        // Winter, five hours behind UTC.
        #expect(try !holds(work, "2026-11-27T12:59:59Z"))
        #expect(try holds(work, "2026-11-27T13:00:00Z"))
        #expect(try holds(work, "2026-11-27T22:59:59Z"))
        #expect(try !holds(work, "2026-11-27T23:00:00Z"))
        // Summer, four.
        #expect(try holds(work, "2026-07-01T12:00:00Z"))
        #expect(try !holds(work, "2026-07-01T22:00:00Z"))
    }

    @Test func `an hour that the clocks skip is not there, one that they repeat holds twice`() throws {
        let night = "hours: \"02:00-03:00\""
        // 8 March 2026: from 01:59 the clocks go to 03:00.
        #expect(try !holds(night, "2026-03-08T06:59:00Z"))
        #expect(try !holds(night, "2026-03-08T07:00:00Z"))
        // 1 November 2026: 01:00 to 02:00 comes twice.
        let repeated = "hours: \"01:00-02:00\""
        #expect(try holds(repeated, "2026-11-01T05:30:00Z"))
        #expect(try holds(repeated, "2026-11-01T06:30:00Z"))
        #expect(try !holds(repeated, "2026-11-01T07:00:00Z"))
    }

    @Test func `hours across midnight are of the day on which they begin`() throws {
        let night = "{days: [fri], hours: [\"22:00-06:00\"]}"
        // Friday 27 November 2026, 22:30 and the morning after.
        #expect(try holds(night, "2026-11-28T03:30:00Z"))
        #expect(try holds(night, "2026-11-28T10:59:00Z"))
        #expect(try !holds(night, "2026-11-28T11:00:00Z"))
        // Friday, 05:00: the night of Thursday.
        #expect(try !holds(night, "2026-11-27T10:00:00Z"))
        // Saturday, 23:00.
        #expect(try !holds(night, "2026-11-29T04:00:00Z"))
    }

    @Test func `days and dates are those of the site`() throws {
        // Already Saturday in Greenwich.
        #expect(try holds("days: [fri]", "2026-11-28T04:59:00Z"))
        #expect(try !holds("days: [fri]", "2026-11-28T05:00:00Z"))
        let span = "{from: 2026-12-01, until: 2026-12-02}"
        #expect(try !holds(span, "2026-12-01T04:59:00Z"))
        #expect(try holds(span, "2026-12-01T05:00:00Z"))
        #expect(try holds(span, "2026-12-03T04:59:00Z"))
        #expect(try !holds(span, "2026-12-03T05:00:00Z"))
        // A night that began on the last day.
        #expect(try holds("{hours: \"22:00-06:00\", until: 2026-12-02}", "2026-12-03T08:00:00Z"))
    }

    @Test(arguments: [
        "{}", "days: [friday]", "days: fri", "hours: \"8-18\"", "hours: \"08:00\"", "hours: \"08:00-08:00\"",
        "hours: \"08:00-25:00\"", "hours: \"24:00-06:00\"", "hours: \"08:60-09:00\"", "hours: \"+8:00-09:00\"",
        "from: 2026-13-01", "from: 2026-02-30", "from: tomorrow", "{from: 2026-02-01, until: 2026-01-31}",
        "{days: [fri], zone: UTC}",
    ])
    func `what is no time stops the start`(text: String) {
        #expect(throws: ContentProblem.self) { try time(text) }
    }

    @Test func `a rule out of its time is not there, and is made once for each set of rules`() throws {
        let rules = [
            Self.rule("always", nil), Self.rule("day", try time("hours: \"08:00-18:00\"")),
            Self.rule("night", try time("hours: \"18:00-08:00\"")),
        ]
        let role = RolePolicy(
            role: Role(rawValue: "tester"), title: "Tester", version: "1", given: .staff, offices: [], rules: rules)
        let policy = Policy(roles: RoleLibrary([role]), labels: .none, zone: newYork)
        func ids(_ instant: String) throws -> [String] {
            let now = try #require(FHIRDate(instant, as: .search)).low
            return policy.inForce(at: now).roles.all.flatMap { $0.rules.map(\.id) }
        }
        #expect(try ids("2026-11-27T17:00:00Z") == ["always", "day"])
        #expect(try ids("2026-11-27T22:59:59.999Z") == ["always", "day"])
        #expect(try ids("2026-11-27T23:00:00Z") == ["always", "night"])
        #expect(try ids("2026-11-27T17:00:00Z") == ["always", "day"])
        let caller = Caller(account: "a", name: "A", roles: [Role(rawValue: "tester")])
        let noon = policy.inForce(at: try #require(FHIRDate("2026-11-27T17:00:00Z", as: .search)).low)
        #expect(noon.reach(of: caller, for: .read, on: "Patient") == .everyone)
        // What is in force at one moment stays so for who holds it.
        #expect(noon.inForce(at: 0).roles.all.flatMap(\.rules).count == 2)
    }

    private static func rule(_ id: String, _ when: RuleTime?) -> RoleRule {
        RoleRule(
            id: id, why: "Because", verbs: [.read], types: .these(["Patient"]), whose: [.everyone], hidden: .none,
            when: when)
    }
}
