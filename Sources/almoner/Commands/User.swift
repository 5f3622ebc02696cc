import Access
import ArgumentParser
import Foundation
import Records

struct User: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make accounts for staff, and give a new start to who lost their way in.",
        subcommands: [Add.self, Reset.self, Unlock.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make an account; prints its one-time password.")

        @Argument(help: "The name to sign in with: small letters, digits, - and dot.")
        var name: String

        @Option(help: "For example care-manager, supervisor or provider; more than one with commas.")
        var role: String

        @Option(help: "The person's name as others read it, for example “Ruth Adeyemi, RN”.")
        var fullName: String?

        @OptionGroup var options: DataOptions

        func run() async throws {
            let roles = role.split(separator: ",").map { Role(rawValue: String($0)) }
            try await Wiring.use(options) { wiring in
                let known = wiring.records.policy.roles.forAccounts.map(\.role)
                guard !roles.isEmpty, roles.allSatisfy(known.contains) else {
                    throw ValidationError("Roles are \(known.map(\.rawValue).sorted().joined(separator: ", ")).")
                }
                do {
                    let password = try await Accounts(records: wiring.records).create(
                        id: name, name: fullName ?? name, roles: Set(roles), as: .system("user add"),
                        at: Wiring.now)
                    print("\(name) can sign in with this one-time password: \(password)")
                } catch AccountFailure.nameTaken {
                    throw ValidationError("There is an account \(name) already.")
                } catch AccountFailure.nameUnfit {
                    throw ValidationError(
                        """
                        A name has 2 to 40 small letters, digits, - or dots, a letter or digit first; a full name at most 80 \
                        letters.
                        """)
                }
            }
        }
    }

    struct Reset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an account a new one-time password and take its second factor away.")

        @Argument(help: "The name to sign in with.")
        var name: String

        @OptionGroup var options: DataOptions

        func run() async throws {
            try await Wiring.use(options) { wiring in
                let accounts = Accounts(records: wiring.records)
                let work = Caller.system("user reset")
                guard let account = try await accounts.all(as: work).first(where: { $0.id == name }), !account.isEnded
                else {
                    throw ValidationError("There is no account \(name), or it is ended.")
                }
                try await accounts.removeSecondFactor(of: name, as: work, at: Wiring.now)
                let password = try await accounts.reset(name, as: work, at: Wiring.now)
                print("\(name) can sign in with this one-time password: \(password)")
            }
        }
    }

    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let an account that is locked out try again at once.")

        @Argument(help: "The name to sign in with.")
        var name: String

        @OptionGroup var options: DataOptions

        func run() async throws {
            try await Wiring.use(options) { wiring in
                try await Accounts(records: wiring.records).unlock(name, as: .system("user unlock"), at: Wiring.now)
            }
        }
    }
}
