import Access
import HTTPTypes
import Hummingbird

/// What an address asks of whoever comes.
enum Door: Sendable, Equatable {
    /// Nobody needs to be known.
    case open
    /// Whoever is signed in, whatever they do here.
    case signedIn
    /// Whoever has this office, or one of these.
    case office(Set<Policy.Office>)
    /// Whoever has an account in the portal: a person, or a caregiver, who sees what is shared.
    case portal
    /// The person alone whose record it is.
    case ownRecord
    /// The person, or a parent or guardian of a minor.
    case ownOrChildRecord
    /// The API asks for itself, by type and verb: ``InteractionTable``.
    case api

    static func office(_ office: Policy.Office) -> Door { .office([office]) }
}

/// Every address of the server with its door: what is not in this table opens for nobody, and the server does not start
/// while an address is missing here.
enum Doors {
    private static let rows: [(Door, [HTTPRequest.Method], [RouterPath])] = [
        (.api, [.get, .head, .post, .put, .patch, .delete, .options], ["fhir", "fhir/**"]),
        // What asks for its own proof: clients by their secret or key, `/metrics` by where it is asked from.
        (.open, [.post], ["oauth/token", "oauth/introspect", "oauth/revoke"]),
        (.open, [.get], ["fhir/.well-known/smart-configuration", "metrics"]),
        (.open, [.get], ["livez", "readyz", "design/**"]),
        (.open, [.get, .post], ["sign-in"]),
        (.open, [.post], ["unlock"]),
        // Asks for birth date and code by itself.
        (.open, [.get, .post], ["invitation/:token"]),
        // Asks for the code by itself.
        (.open, [.get, .post], ["handed/:token"]),
        // Stamped and counted by itself; absent where the site has not opened it.
        (.open, [.get, .post], ["refer"]),
        (.office(.refer), [.get, .post], ["new-referral"]),
        (.office(.seeReferrals), [.get], ["referrals", "referrals/:id"]),
        (
            .office(.seeReferrals), [.post],
            ["referrals/:id/match", "referrals/:id/accept", "referrals/:id/decline"]
        ),
        (.office(.seeFeeds), [.get], ["feeds", "feeds/:feed"]),
        (.office(.seeFeeds), [.post], ["feeds/again"]),
        (.office(.mergePeople), [.get], ["matches"]),
        (.office(.mergePeople), [.get, .post], ["matches/:number"]),
        (.office(.mergePeople), [.get], ["duplicates", "duplicates/:id"]),
        (.office(.mergePeople), [.post], ["duplicates/:id/merge", "duplicates/:id/decide", "duplicates/:id/undo"]),
        (.signedIn, [.post], ["sign-out"]),
        (.signedIn, [.get], ["", "alive", "account"]),
        (.signedIn, [.get, .post], ["password", "prove", "account/second-factor"]),
        (
            .signedIn, [.post],
            [
                "account/sessions/:id/end", "account/end-others", "account/second-factor/remove",
                "account/recovery-codes",
            ]
        ),
        (.portal, [.get], ["portal", "portal/forms"]),
        (
            .ownRecord, [.get],
            [
                "portal/looks", "portal/disclosures", "portal/education", "portal/education/:given",
                "portal/education/:given/sheet.pdf",
            ]
        ),
        // What of the plan is shared, and proposing something for it, is the caller's reach.
        (.portal, [.get, .post], ["portal/plan"]),
        // Whose forms somebody fills in is asked for by the page itself.
        (.portal, [.get, .post], ["portal/forms/:instrument"]),
        (.portal, [.get], ["portal/forms/:instrument/files/:file"]),
        (.ownRecord, [.get], ["portal/looks", "portal/disclosures"]),
        (
            .ownOrChildRecord, [.get],
            [
                "portal/record/files/:file", "portal/record", "portal/record.json", "portal/record.pdf",
                "portal/record/print",
            ]
        ),
        (.ownRecord, [.get, .post], ["portal/corrections", "portal/caregivers"]),
        (
            .ownRecord, [.post],
            [
                "portal/corrections/:task/disagree", "portal/caregivers/:consent/end", "portal/record/hand-over",
                "portal/record/hand-over/:id/end",
            ]
        ),
        (.office(.invitePatients), [.get], ["people/:id/portal"]),
        (.office(.keepNotesApart), [.get, .post], ["people/:id/notes-apart"]),
        (.office(.keepNotesApart), [.post], ["people/:id/notes-apart/:note/mistaken"]),
        (
            .office(.invitePatients), [.post],
            [
                "people/:id/portal/invite", "people/:id/portal/invitations/:invitation/end",
                "people/:id/portal/accounts/:account/end", "people/:id/portal/representatives",
                "people/:id/portal/representatives/:consent/end",
            ]
        ),
        (.office([.manageAccounts, .manageDutyRoster]), [.get], ["users"]),
        (
            .office(.manageAccounts), [.post],
            ["users", "users/:id/reset", "users/:id/end", "users/:id/remove-second-factor", "users/:id/unlock"]
        ),
        (.office(.manageAccounts), [.get, .post], ["clients"]),
        (.office(.manageAccounts), [.post], ["clients/:id/secret", "clients/:id/end"]),
        (.office(.manageDutyRoster), [.post], ["duty", "duty/:shift/remove"]),
        (.office(.seeAccess), [.get], ["access", "users/:id/access"]),
        (.office(.breakTheGlass), [.get, .post], ["glass/break"]),
        (.office(.seeAudit), [.get], ["audit", "audit.csv", "people/:id/looks"]),
        (.office(.seeAudit), [.get], ["people/:id/disclosures", "people/:id/disclosures.csv"]),
        (.office(.reviewAccess), [.get], ["glass"]),
        (.office(.reviewAccess), [.post], ["glass/:id/review"]),
        // Whose figure it is, is shown to whoever sees people besides.
        (.office(.seeOutcomes), [.get], ["outcomes", "outcomes/:figure"]),
        (.office(.editContent), [.get, .post], ["forms", "forms/:form", "forms/:form/preview"]),
        (.office(.editContent), [.post], ["forms/:form/publish", "forms/:form/retire"]),
        (.office(.reviewFiles), [.get], ["review", "review/packet", "review/packet.pdf"]),
        (
            .office(.seePeople), [.get],
            [
                "protocols", "protocols/:protocol", "programs", "programs/:program", "people/:id/programs",
                "people/:id/programs/:program",
            ]
        ),
        (.office(.movePlans), [.get, .post], ["protocols/:protocol/move"]),
        (.office(.movePlans), [.post], ["protocols/:protocol/move/try"]),
        (.office(.movePlans), [.get], ["protocols/:protocol/move/try/:run", "protocols/:protocol/moves/:move"]),
        (.office(.tryPrograms), [.get, .post], ["programs/dry-run"]),
        (.office(.tryPrograms), [.get], ["programs/dry-run/:run"]),
        (
            .office(.seePeople), [.get],
            ["panel", "outreach", "search", "tasks", "tasks/:id", "transitions", "transitions/:id"]
        ),
        (.office(.seePeople), [.post], ["panel/batch", "transitions/:id/:move"]),
        (.office(.manageCaseloads), [.get], ["caseloads", "caseloads/what-if"]),
        (
            .office(.manageCaseloads), [.post],
            ["caseloads/move", "caseloads/undo", "caseloads/staff", "absences", "absences/:absence/remove"]
        ),
        (
            .office(.seePeople), [.post],
            [
                "tasks/:id/amend", "tasks/:id/answer", "tasks/:id/take", "tasks/:id/complete", "tasks/:id/acknowledge",
                "tasks/:id/reassign",
                "tasks/:id/pause",
                "tasks/:id/resume",
            ]
        ),
        (
            .office(.seePeople), [.get],
            [
                "people/:id", "people/:id/engage", "people/:id/assess", "people/:id/assess/:instrument",
                "people/:id/answers/:response/files/:file",
                "people/:id/scores",
                "people/:id/plan", "people/:id/plan/team", "people/:id/plan/copies", "people/:id/plan/versions",
                "people/:id/plan/conflicts", "people/:id/plan/elements", "people/:id/plan/proposals",
                "people/:id/plan/protocols", "people/:id/plan/protocols/:group/choices", "people/:id/plan/print",
                "people/:id/plan/print.pdf", "people/:id/plan/full", "people/:id/plan/full.pdf", "people/:id/contact",
                "people/:id/contact/:encounter",
                "people/:id/medicines", "people/:id/medicines/lists/:source", "people/:id/medicines/versions",
                "people/:id/medicines/print", "people/:id/medicines/print.pdf",
                "people/:id/graduate", "people/:id/education", "people/:id/education/:sheet",
                "people/:id/education/:sheet/sheet.pdf",
            ]
        ),
        (
            .office(.seePeople), [.post],
            [
                "people/:id/tier", "people/:id/engage/attempt", "people/:id/engage/consent",
                "people/:id/engage/channels", "people/:id/engage/consents/:consent/end", "people/:id/engage/enrol",
                "people/:id/engage/decline",
                "people/:id/engage/pause/:episode", "people/:id/engage/resume/:episode",
                "people/:id/assess/:instrument", "people/:id/assess/:instrument/needs",
                "people/:id/assess/:instrument/send",
                "people/:id/assess/:instrument/offers", "people/:id/plan/problems",
                "people/:id/plan/goals", "people/:id/plan/goals/:goal", "people/:id/plan/steps",
                "people/:id/plan/goals/:goal/scale", "people/:id/plan/sign", "people/:id/plan/agree",
                "people/:id/plan/copy", "people/:id/plan/conflicts", "people/:id/plan/words",
                "people/:id/plan/elements", "people/:id/plan/proposals/:proposal",
                "people/:id/plan/team", "people/:id/plan/team/leave", "people/:id/plan/protocols/:group",
                "people/:id/plan/protocols/:group/choices",
                "people/:id/plan/steps/:step", "people/:id/plan/library", "people/:id/plan/review",
                "people/:id/medicines/keep", "people/:id/medicines/decide", "people/:id/medicines/sign",
                "people/:id/medicines/lists/:source", "people/:id/medicines/lists/:source/remove",
                "people/:id/contact", "people/:id/contact/attempt", "people/:id/contact/:encounter",
                "people/:id/contact/:encounter/park", "people/:id/contact/:encounter/resume",
                "people/:id/contact/:encounter/addendum", "people/:id/contact/:encounter/minutes",
                "people/:id/contact/:encounter/wrong", "people/:id/contact/:encounter/refile",
                "people/:id/graduate/close/:episode", "people/:id/graduate/reopen/:episode", "people/:id/education",
                "people/:id/education/said/:given",
            ]
        ),
    ]

    /// By method and path, the path as the router writes it.
    static let all: [String: Door] = {
        var all: [String: Door] = [:]
        for (door, methods, paths) in rows {
            for path in paths {
                for method in methods {
                    all["\(method.rawValue) \(path.description)"] = door
                }
            }
        }
        return all
    }()

    /// The door of an address; nil for one that has none. What is read is also asked for by its head alone.
    static func door(_ method: HTTPRequest.Method, _ path: String) -> Door? {
        all["\(method.rawValue) \(path)"] ?? (method == .head ? all["GET \(path)"] : nil)
    }

    /// What is wrong with the table: an address without a door, or a door without an address. Empty when all is well.
    static func problems(of router: Router<StaffContext>) -> [String] {
        let routes = Set(router.routes.map { "\($0.method.rawValue) \($0.path)" })
        let headed = routes.filter { $0.hasPrefix("HEAD ") && all[$0] == nil }
        return routes.subtracting(headed).subtracting(all.keys).sorted().map { "\($0) has no door." }
            + Set(all.keys).subtracting(routes).sorted().map { "\($0) is a door to nowhere." }
            + InteractionTable.withoutPolicy.map { "The interaction \($0) says neither verb nor type." }
    }
}

extension InteractionTable {
    /// What the API answers without a verb and type of its own: what describes it, what judges the sender's own resource, a
    /// Bundle, each entry of which is asked, and what goes through many types, each of which is asked in its SQL.
    private static let ownRules: Set<String> = [
        "capabilities", "openapi", "$validate", "transaction", "search-system", "history-system", "search-compartment",
        "$meta",
    ]

    static var withoutPolicy: [String] {
        all.filter { $0.action == nil && !ownRules.contains($0.name) }.map(\.name)
    }
}

/// Why the server does not start.
package struct DoorsFailure: Error, CustomStringConvertible {
    package let problems: [String]

    package var description: String { problems.joined(separator: " ") }
}
