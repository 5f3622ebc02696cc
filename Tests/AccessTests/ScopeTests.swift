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
        "system/Patient.rs?x=y", "system/Pat ient.rs", "system/*.rs/extra", "system/*.",
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
}
