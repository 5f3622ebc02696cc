import Access
import Care
import Hummingbird
import Records

/// What the forms of the users page do.
extension UsersPage {
    @Sendable func addAccount(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await checked(request, context)
        let id = form["account"]?.lowercased() ?? ""
        let name = form["full-name"] ?? ""
        let roles = form.all("role").map(Role.init(rawValue:))
        do {
            var problems = FormProblems([])
            if !(1...80).contains(name.count) {
                problems.all.append(.init("full-name", "Give a name of 1 to 80 letters."))
            }
            if roles.isEmpty {
                problems.all.append(.init("role", "Choose what they do."))
            }
            try problems.check()
            let password = try await services.accounts.create(
                id: id, name: name, roles: Set(roles), as: try context.caller(), at: services.now())
            // Shown on this answer alone: not in an address, not in a log, not in the session.
            return try await page(context, given: Model.Given(name: name, password: password))
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems)
        } catch AccountFailure.nameTaken {
            return try await page(
                context, typed: form, problems: FormProblems("account", "Someone signs in with this name already."))
        } catch AccountFailure.nameUnfit {
            return try await page(
                context, typed: form,
                problems: FormProblems(
                    "account", "Use 2 to 40 small letters, digits, - or dots, a letter or digit first."))
        } catch AccountFailure.roleMissing {
            return try await page(context, typed: form, problems: FormProblems("role", "Choose what they do."))
        }
    }

    @Sendable func reset(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try await checked(request, context)
        let account = try await account(context)
        guard !account.isEnded else {
            throw NotNow("This account is ended.")
        }
        let password = try await services.accounts.reset(account.id, as: try context.caller(), at: services.now())
        return try await page(context, given: Model.Given(name: account.name, password: password))
    }

    @Sendable func end(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try await checked(request, context)
        let account = try await account(context)
        do {
            try await services.accounts.end(account.id, as: try context.caller(), at: services.now())
        } catch AccountFailure.ownAccount {
            throw NotNow("You are signed in with this account. Someone else has to end it.")
        } catch AccountFailure.lastAdministrator {
            throw NotNow("This is the last administrator. Add another one first.")
        }
        if let owner = account.practitioner {
            // An administrator does not reach tasks; the product itself hands them back.
            var released = 0
            repeat {
                released = try await services.records.write(as: .system("account ended"), at: services.now()) {
                    change in
                    try ReleaseTasks(owner: owner).perform(in: change)
                }
            } while released == ReleaseTasks.mostAtOnce
        }
        return .seeOther("/users?done=ended")
    }

    @Sendable func unlock(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try await checked(request, context)
        let account = try await account(context)
        try await services.accounts.unlock(account.id, as: try context.caller(), at: services.now())
        return .seeOther("/users?done=unlocked")
    }

    @Sendable func removeSecondFactor(_ request: Request, _ context: StaffContext) async throws -> Response {
        _ = try await checked(request, context)
        let account = try await account(context)
        let caller = try context.caller()
        guard account.id != caller.account else {
            throw NotNow("This is your own. Someone else has to remove it.")
        }
        try await services.accounts.removeSecondFactor(of: account.id, as: caller, at: services.now())
        return .seeOther("/users?done=factor-removed")
    }

    @Sendable func addShift(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await checked(request, context)
        let shift = AddShift(
            who: form["who"], backup: form["backup"], from: LocalTime.moment(form["from"], zone: services.zone),
            until: LocalTime.moment(form["until"], zone: services.zone))
        do {
            _ = try await services.records.write(as: try context.caller(), at: services.now()) { change in
                try shift.perform(in: change)
            }
        } catch let problems as FormProblems {
            return try await page(context, typed: form, problems: problems)
        }
        return .seeOther("/users?done=shift-added")
    }

    @Sendable func removeShift(_ request: Request, _ context: StaffContext) async throws -> Response {
        let form = try await checked(request, context)
        let removal = RemoveShift(id: try context.part("shift"), version: form.version)
        _ = try await services.records.write(as: try context.caller(), at: services.now()) { change in
            try removal.perform(in: change)
        }
        return .seeOther("/users?done=shift-removed")
    }

    private func checked(_ request: Request, _ context: StaffContext) async throws -> Form {
        let form = try await Form.read(request)
        try SameOrigin.check(form, context)
        return form
    }

    private func account(_ context: StaffContext) async throws -> Account {
        let id = try context.part("id")
        guard let account = try await services.accounts.all(as: try context.caller()).first(where: { $0.id == id })
        else {
            throw HTTPError(.notFound)
        }
        return account
    }
}
