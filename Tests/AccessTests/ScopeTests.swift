import Access
import Testing

struct ScopeTests {
    static let written: [(String, Set<Action>)] = [
        ("system/*.cruds", Set(Action.allCases)), ("system/*.*", Set(Action.allCases)),
        ("system/Observation.rs", [.read, .search]), ("system/Patient.read", [.read, .search]),
        ("system/Task.write", [.create, .update, .delete]), ("system/Task.d", [.delete]),
    ]

    @Test(arguments: written)
    func `verbs are read in both versions of SMART`(text: String, actions: Set<Action>) {
        #expect(Scope(text)?.actions == actions)
    }

    @Test(arguments: [
        "", "system", "system/", "system/*", "system/.rs", "system/Patient.sr", "system/Patient.x", "user/Patient.rs",
        "system/*.rs?_tag=a", "system/Patient.rs?", "system/Patient.rs?a b", "system/Pat ient.rs", "system/*.rs/extra",
        "system/*.",
    ])
    func `anything else is no scope`(text: String) {
        #expect(Scope(text) == nil)
    }

    private func client(_ scopes: String, panel: String? = nil) -> Caller {
        Caller(
            account: "client/x", name: "x", roles: [.client],
            scopes: Set(scopes.split(separator: " ").compactMap { Scope(String($0)) }), panel: panel)
    }

    @Test func `a client does what its scopes say and nothing else`() {
        let caller = client("system/Observation.rs system/Patient.r")
        #expect(Policy().reach(of: caller, for: .search, on: "Observation") == .everyone)
        #expect(Policy().reach(of: caller, for: .create, on: "Observation") == .nobody)
        #expect(Policy().reach(of: caller, for: .search, on: "Patient") == .nobody)
        #expect(Policy().reach(of: caller, for: .read, on: "Condition") == .nobody)
        #expect(!Policy().permits(caller, .seePeople) && !Policy().permits(caller, .manageAccounts))
    }

    @Test func `a client with a panel sees its people, and the directory as everybody does`() {
        let caller = client("system/*.rs", panel: "Practitioner/ruth")
        #expect(Policy().reach(of: caller, for: .read, on: "Patient") == .panel(of: "Practitioner/ruth"))
        #expect(Policy().reach(of: caller, for: .search, on: "Binary") == .panel(of: "Practitioner/ruth"))
        #expect(Policy().reach(of: caller, for: .read, on: "Organization") == .everyone)
    }

    @Test func `a filter narrows a scope, and a scope without one opens all`() {
        let text = "system/Observation.rs?category=laboratory"
        #expect(Scope(text)?.filter == "category=laboratory" && Scope(text)?.text == text)
        let caller = client(text + " system/Observation.c", panel: "Practitioner/ruth")
        #expect(
            Policy().reach(of: caller, for: .read, on: "Observation")
                == Reach([.init(.panel(of: "Practitioner/ruth"), matching: ["category=laboratory"])]))
        #expect(Policy().reach(of: caller, for: .create, on: "Observation") == .panel(of: "Practitioner/ruth"))
        #expect(!Policy().reachesAll(client(text), for: .search))
        #expect(
            Policy().reach(of: client(text + " system/*.rs"), for: .read, on: "Observation") == .everyone)
    }

    @Test(arguments: [
        ("system/*.cruds", "system/Patient.rs", true), ("system/Patient.rs", "system/*.rs", false),
        ("system/Patient.rs", "system/Patient.r", true), ("system/Patient.r", "system/Patient.rs", false),
        ("system/Observation.rs", "system/Observation.rs?code=a", true),
        ("system/Observation.rs?code=a", "system/Observation.rs", false),
        ("system/Observation.rs?code=a", "system/Observation.r?code=a", true),
        ("system/Observation.rs?code=a", "system/Observation.rs?code=b", false),
        ("system/Observation.rs?code=a", "system/Condition.rs?code=a", false),
    ])
    func `a scope covers what is narrower than itself`(wide: String, narrow: String, covers: Bool) throws {
        let pair = try (#require(Scope(wide)), #require(Scope(narrow)))
        #expect(pair.0.covers(pair.1) == covers)
    }
}
