import Access
import Care
import Foundation
import HTTPTypes
import Hummingbird
import Records

/// Who works here, and who is on duty when. An administrator sees nothing else; a supervisor keeps the roster.
struct UsersPage: Sendable {
    let services: Services

    struct Model {
        struct Given {
            let name: String
            let password: String
        }

        struct Button {
            let action: String
            let submit: String
            let version: String?
            let grave: Bool
        }

        struct Person {
            let name: String
            let account: String
            let role: String
            let credential: String?
            let state: String
            let tone: String
            let lastSeen: String
            let forms: [Button]
        }

        struct Shift {
            let from: String
            let to: String
            let who: String
            let backup: String
            let now: Bool
            let action: String
            let version: String
        }

        let page: PageFrame
        let given: Given?
        let people: [Person]
        let add: FormModel?
        let duty: [Shift]
        let dutyForm: FormModel
        let gap: String?
    }

    func add(to routes: StaffRoutes) {
        routes.get("users", use: show)
        let grave = routes.group("").add(middleware: AccountManagersOnly(services: services))
            .add(middleware: ProvedLately(services: services))
        grave.post("users", use: addAccount)
        grave.post("users/:id/reset", use: reset)
        grave.post("users/:id/end", use: end)
        grave.post("users/:id/remove-second-factor", use: removeSecondFactor)
        routes.post("users/:id/unlock", use: unlock)
        routes.post("duty", use: addShift)
        routes.post("duty/:shift/remove", use: removeShift)
    }

    private static func notice(_ code: String?) -> String? {
        switch code {
        case "ended": "The account is ended. What it owned is on the list of what nobody owns."
        case "unlocked": "The account is unlocked."
        case "factor-removed": "The second factor is removed. Give a new password too if the phone was stolen."
        case "shift-added": "The shift is on the roster."
        case "shift-removed": "The shift is off the roster."
        default: nil
        }
    }

    @Sendable func show(_ request: Request, _ context: StaffContext) async throws -> Response {
        var context = context
        context.notice = Self.notice(Form.query(of: request)["done"])
        return try await page(context)
    }

    /// How far ahead a gap in the roster is looked for, and how far the roster is shown, in days.
    private static let gapDays: Int64 = 7
    private static let shownDays: Int64 = 60

    func page(
        _ context: StaffContext, typed: Form = Form([]), problems: FormProblems? = nil, given: Model.Given? = nil
    ) async throws -> Response {
        let caller = try context.caller()
        let policy = services.records.policy
        guard policy.permits(caller, .manageAccounts) || policy.permits(caller, .manageDutyRoster) else {
            throw AccountFailure.forbidden
        }
        let now = services.now()
        let accounts = try await services.accounts.all(as: caller)
        let seen = try await services.accounts.lastSeen(as: caller)
        let locked = try await services.accounts.locked(as: caller, at: now)
        let shifts = try await services.records.read(as: caller, at: now, for: "users page") { reader in
            try DutyRoster.shifts(from: now, until: now + Self.shownDays * 86_400_000, by: reader)
        }
        let names = Dictionary(
            accounts.compactMap { account in account.practitioner.map { ($0, account.name) } },
            uniquingKeysWith: { first, _ in first })
        let mayManage = policy.permits(caller, .manageAccounts)
        let people = accounts.sorted { ($0.isEnded ? 1 : 0, $0.name) < ($1.isEnded ? 1 : 0, $1.name) }
            .map { account in
                person(
                    account, seen: seen[account.id], locked: locked[account.id], isMine: account.id == caller.account,
                    mayManage: mayManage, now: now)
            }
        let forms = UsersForms(typed: typed, problems: problems, accounts: accounts, policy: policy)
        let model = Model(
            page: PageFrame("Users", context, current: "/users", problems: problems), given: given, people: people,
            add: mayManage ? forms.account : nil, duty: shifts.map { shift($0, names, now: now) },
            dutyForm: forms.duty, gap: gap(shifts, now: now))
        return try services.pages.response(model, "users", status: problems == nil ? .ok : .unprocessableContent)
    }

    private func person(
        _ account: Account, seen: Int64?, locked: Int64?, isMine: Bool, mayManage: Bool, now: Int64
    ) -> Model.Person {
        var buttons: [Model.Button] = []
        if mayManage, !account.isEnded {
            if locked != nil {
                buttons.append(
                    Model.Button(
                        action: "/users/\(account.id)/unlock", submit: "Unlock", version: nil, grave: false))
            }
            if account.hasSecondFactor, !isMine {
                buttons.append(
                    Model.Button(
                        action: "/users/\(account.id)/remove-second-factor", submit: "Remove second factor",
                        version: nil, grave: true))
            }
            buttons.append(
                Model.Button(
                    action: "/users/\(account.id)/reset", submit: "New password", version: nil, grave: false))
            if !isMine {
                buttons.append(
                    Model.Button(action: "/users/\(account.id)/end", submit: "End", version: nil, grave: true))
            }
        }
        let (state, tone) = state(account, locked: locked, now: now)
        return Model.Person(
            name: account.name, account: account.id, role: services.records.policy.roles.titles(account.roles),
            credential: account.hasSecondFactor ? "Second factor" : nil, state: state, tone: tone,
            lastSeen: seen.map { Words.ago($0, now: now, zone: services.zone) } ?? "Not signed in", forms: buttons)
    }

    private func state(_ account: Account, locked: Int64?, now: Int64) -> (String, tone: String) {
        if account.isEnded {
            return ("Ended", "")
        }
        if let locked {
            return ("Locked out until \(Words.time(locked, zone: services.zone))", "now")
        }
        if account.mustChangePassword {
            return ("First password not used", "soon")
        }
        return services.accounts.lacksSecondFactor(account) ? ("Second factor not set up", "soon") : ("Open", "good")
    }

    private func shift(_ shift: DutyRoster.Shift, _ names: [String: String], now: Int64) -> Model.Shift {
        Model.Shift(
            from: Words.dayTime(shift.from, now: now, zone: services.zone),
            to: Words.dayTime(shift.until, now: now, zone: services.zone), who: names[shift.who] ?? "Someone who left",
            backup: shift.backup.map { names[$0] ?? "Someone who left" } ?? "Nobody", now: shift.covers(now),
            action: "/duty/\(shift.id)/remove", version: String(shift.version))
    }

    private func gap(_ shifts: [DutyRoster.Shift], now: Int64) -> String? {
        let until = now + Self.gapDays * 86_400_000
        guard let gap = DutyRoster.gap(in: shifts, from: now, until: until) else {
            return nil
        }
        let end = gap.upperBound < until ? " until " + Words.dayTime(gap.upperBound, now: now, zone: services.zone) : ""
        if gap.lowerBound <= now {
            return "Nobody is on duty now\(end). A safety item would have no owner."
        }
        return "Nobody is on duty from \(Words.dayTime(gap.lowerBound, now: now, zone: services.zone))\(end)."
    }
}
