import Access
import Testing

struct PolicyTests {
    private func caller(_ roles: Set<Role>) -> Caller { Caller(account: "someone", name: "Someone", roles: roles) }

    @Test func `a caller without a role reaches nothing`() {
        for action in [Action.read, .search, .create, .update, .delete] {
            #expect(Policy().reach(of: caller([]), for: action, on: "Patient") == .nobody)
            #expect(Policy().reach(of: caller([]), for: action, on: "Schedule") == .nobody)
        }
    }

    /// The duty roster is kept in Schedules, so who may write those is who may manage it.
    @Test(arguments: Role.forAccounts)
    func `only who may manage the duty roster writes shifts`(role: Role) {
        let policy = Policy()
        let may = policy.permits(caller([role]), .manageDutyRoster)
        #expect((policy.reach(of: caller([role]), for: .create, on: "Schedule") == .everyone) == may)
        #expect((policy.reach(of: caller([role]), for: .update, on: "Schedule") == .everyone) == may)
        #expect(policy.reach(of: caller([role]), for: .read, on: "Schedule") == .everyone)
    }

    @Test func `a care manager sees the roster and cannot change it`() {
        #expect(!Policy().permits(caller([.careManager]), .manageDutyRoster))
    }

    @Test(arguments: ["Patient", "Task", "Observation", "Condition"])
    func `an administrator sees no clinical record`(type: String) {
        #expect(Policy().reach(of: caller([.administrator]), for: .read, on: type) == .nobody)
        #expect(Policy().reach(of: caller([.administrator]), for: .search, on: type) == .nobody)
    }

    @Test func `only who reaches every type reaches all`() throws {
        let policy = Policy()
        func client(_ scopes: String, panel: String? = nil) -> Caller {
            Caller(
                account: "client/a", name: "a", roles: [.client],
                scopes: Set(scopes.split(separator: " ").compactMap { Scope(String($0)) }), panel: panel)
        }
        #expect(policy.reachesAll(client("system/*.rs"), for: .search))
        #expect(!policy.reachesAll(client("system/*.rs"), for: .create))
        #expect(!policy.reachesAll(client("system/*.rs", panel: "Practitioner/ruth"), for: .search))
        #expect(!policy.reachesAll(client("system/Patient.rs system/Observation.rs"), for: .search))
        #expect(policy.reachesAll(.system("test"), for: .delete))
    }
}
