import Access
import Content
import Records

/// What the site asks of those who sign in, as far as it is content: which roles need a second factor, and the words that
/// passwords must not be made of.
struct SignInContent {
    /// The file, and what is wrong with it.
    struct Broken: Error, CustomStringConvertible {
        let file: String
        let problem: String

        var description: String { "\(file): \(problem)" }
    }

    private static let factorFile = "sign-in/second-factor.yaml"
    private static let wordsFile = "sign-in/common-passwords.txt"

    private let roles: Set<Role>
    private let words: Set<String>

    init(_ content: Content, roles known: RoleLibrary) throws {
        do {
            let root = ContentField(root: try YAML.parse(content.file(Self.factorFile) ?? []))
            _ = try ContentOrigin(root)
            roles = Set(
                try root["roles"].list().map { field throws(ContentProblem) in
                    guard case let role = Role(rawValue: try field.text()),
                        known.forAccounts.contains(where: { $0.role == role })
                    else {
                        throw field.problem("it is not a role that an account can have")
                    }
                    return role
                })
        } catch {
            throw Broken(file: Self.factorFile, problem: "\(error)")
        }
        guard let bytes = content.file(Self.wordsFile), let text = String(validating: bytes, as: UTF8.self) else {
            throw Broken(file: Self.wordsFile, problem: "it is not there, or is no UTF-8")
        }
        words = Set(text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }.map { $0.lowercased() })
    }

    func rules(site: String, _ enforced: SignInRules.Enforced) -> SignInRules {
        SignInRules(enforced: enforced, roles: roles, passwords: PasswordRule(common: words, site: [site, "almoner"]))
    }
}
