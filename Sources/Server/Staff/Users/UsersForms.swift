import Access
import Care
import Records

/// The two forms of the users page, with what was typed.
struct UsersForms {
    let typed: Form
    let problems: FormProblems?
    let accounts: [Account]
    let policy: Policy

    private var faults: [(field: String, message: String)] {
        (problems?.all ?? []).map { (field: $0.field, message: $0.message) }
    }

    var account: FormModel {
        FormModel(
            "/users", submit: "Add the account",
            intro: "The one-time password is shown on the next page, once.",
            fields: [
                Field.line("full-name", "Name and credential", value: typed["full-name"])
                    .with { $0.hint = "As others read it, for example: Ruth Adeyemi, RN" },
                Field.line("account", "Name to sign in with", value: typed["account"])
                    .with { $0.hint = "2 to 40 small letters, digits, - or dots, a letter or digit first" },
                .checks(
                    "role", "What they do", policy.roles.forAccounts.map { ($0.role.rawValue, $0.title) },
                    chosen: typed.all("role")),
            ].with(faults))
    }

    var duty: FormModel {
        let team = accounts.filter { account in
            !account.isEnded && policy.permits(account.caller, .treat)
        }.compactMap { account in account.practitioner.map { ($0, account.name) } }
        return FormModel(
            "/duty", submit: "Add the shift",
            fields: [
                .select("who", "On duty", [("", "Choose")] + team, chosen: typed["who"]),
                .select("backup", "Backup", [("", "Nobody")] + team, chosen: typed["backup"]),
                .line("from", "From", value: typed["from"], type: "datetime-local"),
                .line("until", "Until", value: typed["until"], type: "datetime-local"),
            ].with(faults))
    }
}
