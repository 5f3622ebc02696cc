import Access
import Records

/// What the people who work here are called, by the reference that records name them by.
struct StaffNames: Sendable {
    private let accounts: [Account]
    private let policy: Policy

    static func read(_ services: Services, _ caller: Caller) async throws -> StaffNames {
        StaffNames(accounts: try await services.accounts.all(as: caller), policy: services.records.policy)
    }

    /// What someone is called, by a reference such as `Practitioner/ruth`; nil when nobody has it.
    func name(_ reference: String?) -> String? {
        accounts.first { $0.practitioner != nil && $0.practitioner == reference }?.name
    }

    /// Who can be asked about a medicine, providers first: reference and name.
    var signers: [(String, String)] {
        let all = accounts.filter { !$0.isEnded && policy.permits($0.caller, .signClinical) }
        func isProvider(_ account: Account) -> Bool { account.caller.roles.contains(Role(rawValue: "provider")) }
        return (all.filter(isProvider) + all.filter { !isProvider($0) })
            .compactMap { account in account.practitioner.map { ($0, account.name) } }
    }

    /// Who can be given work: reference and name.
    var choices: [(String, String)] {
        accounts.filter { !$0.isEnded && policy.permits($0.caller, .treat) }
            .compactMap { account in account.practitioner.map { ($0, account.name) } }
    }
}
