package import Access

/// What the site asks of those who sign in.
package struct SignInRules: Sendable {
    /// Who must have a second factor.
    package enum Enforced: String, Sendable, CaseIterable {
        /// Nobody; who has set one up uses it.
        case off
        /// Whose role says so.
        case roles
        case all
    }

    package var enforced: Enforced
    /// The roles that need a second factor when roles decide.
    package var roles: Set<Role>
    package var passwords: PasswordRule

    package init(
        enforced: Enforced = .off, roles: Set<Role> = [.administrator, .supervisor],
        passwords: PasswordRule = PasswordRule()
    ) {
        self.enforced = enforced
        self.roles = roles
        self.passwords = passwords
    }

    package func needsSecondFactor(_ roles: Set<Role>) -> Bool {
        switch enforced {
        case .off: false
        case .roles: !self.roles.isDisjoint(with: roles)
        case .all: true
        }
    }

    /// The fewest characters of a password. NIST SP 800-63B-4 §3.1.1.2: 15 where it stands alone, 8 where a second
    /// factor is asked for too. Only a second factor that the site requires counts: another may be taken away any day.
    package func shortestPassword(_ roles: Set<Role>) -> Int {
        needsSecondFactor(roles) ? 8 : 15
    }
}

extension Accounts {
    /// Whether an account has to set up its second factor before anything else.
    package func lacksSecondFactor(_ account: Account) -> Bool {
        !account.hasSecondFactor && rules.needsSecondFactor(account.roles)
    }
}
