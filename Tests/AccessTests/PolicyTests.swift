import Access
import Content
import Testing

struct PolicyTests {
    static let policy = Result { try Policy(content: Content(folder: nil)) }

    private func caller(_ roles: Set<Role>) -> Caller {
        Caller(account: "someone", name: "Someone", roles: roles, practitioner: "Practitioner/someone")
    }

    @Test func `a caller without a role reaches nothing`() throws {
        for policy in [Policy(), try Self.policy.get()] {
            for action in Action.allCases {
                #expect(policy.reach(of: caller([]), for: action, on: "Patient") == .nobody)
                #expect(policy.reach(of: caller([]), for: action, on: "Schedule") == .nobody)
            }
            #expect(policy.reachOfLists(caller([])) == .nobody)
        }
    }

    @Test func `a role that no file knows may do nothing`() throws {
        let policy = try Self.policy.get()
        let unknown = caller([Role(rawValue: "owner-of-everything")])
        for action in Action.allCases {
            #expect(policy.reach(of: unknown, for: action, on: "Patient") == .nobody)
        }
        for office in Policy.Office.allCases {
            #expect(!policy.permits(unknown, office))
        }
    }

    /// The duty roster is kept in Schedules, so who may manage it has to be able to write those.
    @Test func `whoever keeps the duty roster may write shifts`() throws {
        let policy = try Self.policy.get()
        for role in policy.roles.forAccounts.map(\.role) where policy.permits(role, .manageDutyRoster) {
            for action in [Action.read, .create, .update] {
                #expect(policy.reach(of: caller([role]), for: action, on: "Schedule").isOfEveryone)
            }
        }
        #expect(!policy.permits(caller([.careManager]), .manageDutyRoster))
        #expect(policy.reach(of: caller([.careManager]), for: .create, on: "Schedule") == .nobody)
    }

    @Test(arguments: ["Patient", "Task", "Observation", "Condition", "MeasureReport"])
    func `an administrator sees no clinical record`(type: String) throws {
        for action in Action.allCases {
            #expect(try Self.policy.get().reach(of: caller([.administrator]), for: action, on: type) == .nobody)
        }
    }

    @Test func `a quality analyst reads figures and no person`() throws {
        let policy = try Self.policy.get()
        let analyst = caller([Role(rawValue: "quality-analyst")])
        #expect(policy.reach(of: analyst, for: .read, on: "MeasureReport").parts.map(\.whose) == [.noPerson])
        #expect(policy.reach(of: analyst, for: .read, on: "Patient") == .nobody)
        #expect(policy.reachOfLists(analyst) == .nobody)
    }

    @Test func `nobody removes what was recorded`() throws {
        let policy = try Self.policy.get()
        for role in policy.roles.forAccounts {
            for type in ["Patient", "Observation", "Consent", "Task", "Practitioner"] {
                #expect(policy.reach(of: caller([role.role]), for: .delete, on: type) == .nobody)
            }
        }
    }

    @Test func `two roles open what either opens, and hide only what both hide`() throws {
        let policy = try Self.policy.get()
        let worker = Role(rawValue: "community-health-worker")
        let narrow = policy.reach(of: caller([worker]), for: .read, on: "Condition")
        let wide = policy.reach(of: caller([.careManager]), for: .read, on: "Condition")
        #expect(!narrow.isOfEveryone)
        #expect(policy.reach(of: caller([worker, .careManager]), for: .read, on: "Condition") == wide)
    }

    @Test func `a broken glass opens one person and not the notes of therapy`() throws {
        let policy = try Self.policy.get()
        var provider = caller([Role(rawValue: "provider")])
        #expect(!policy.reach(of: provider, for: .read, on: "Observation").parts.contains { $0.whose == .person("p") })
        provider.opened = ["p"]
        let part = policy.reach(of: provider, for: .read, on: "Observation").parts.first { $0.whose == .person("p") }
        let therapy = try #require(policy.labels.label("PSYTHPN")).mask
        let part2 = try #require(policy.labels.label("42CFRPart2")).mask
        #expect(part?.hidden.contains(therapy) == true)
        #expect(part?.hidden.intersection(part2.union(part2.undisclosed)).isEmpty == true)
        #expect(
            !policy.reach(of: provider, for: .update, on: "Observation").parts.contains { $0.whose == .person("p") })
    }

    @Test func `only who reaches every type and every label reaches all`() throws {
        let policy = try Self.policy.get()
        func client(_ scopes: String, panel: String? = nil, hidden: LabelMask = .none) -> Caller {
            Caller(
                account: "client/a", name: "a", roles: [.client],
                scopes: Set(scopes.split(separator: " ").compactMap { Scope(String($0)) }), panel: panel, hidden: hidden
            )
        }
        #expect(policy.reachesAll(client("system/*.rs"), for: .search))
        #expect(!policy.reachesAll(client("system/*.rs"), for: .create))
        #expect(!policy.reachesAll(client("system/*.rs", panel: "Practitioner/ruth"), for: .search))
        #expect(!policy.reachesAll(client("system/*.rs", hidden: .label(3)), for: .search))
        #expect(!policy.reachesAll(client("system/Patient.rs system/Observation.rs"), for: .search))
        #expect(!policy.reachesAll(caller([.supervisor]), for: .search))
        #expect(policy.reachesAll(.system("test"), for: .delete))
    }
}
