import Access
import Records
import Testing

struct PasswordRuleTests {
    private let rule = PasswordRule(
        common: ["password", "summer", "welcome", "dragon", "letmein", "qwerty"], site: ["Lake Shore Care", "almoner"])

    @Test(arguments: [
        "password", "Password1234567!", "P@ssw0rd2026!!!!", "passwordpassword", "SummerWelcome2026",
        "dragon-letmein-99",
        "123456789012345", "qwertyuiopasdfghjkl", "aaaaaaaaaaaaaaaa", "abababababababab", "987654321098765",
        "!!!!!!!!!!!!!!!!",
        "ruthadeyemi2026!", "Ruth.Adeyemi.Ruth", "lakeshorecare2026", "Almoner-Ruth-1234",
    ])
    func `what guessers try first is refused, however it is disguised`(password: String) {
        #expect(rule.isEasy(password, own: ["ruth", "Ruth Adeyemi, RN"]))
    }

    @Test(arguments: [
        "walks to the church", "a long sentence of ruth", "correct horse battery staple", "summer in Oslo is brief",
        "dragons never eat celery", "Süßholzraspler-Turm", "四月の雨は冷たい朝です今日",
    ])
    func `a few words that do not belong together are taken`(password: String) {
        #expect(!rule.isEasy(password, own: ["ruth", "Ruth Adeyemi, RN"]))
    }

    @Test func `a password alone needs fifteen characters, with a required second factor eight`() {
        var rules = SignInRules(enforced: .roles, roles: [.administrator])
        #expect(rules.shortestPassword([.careManager]) == 15)
        #expect(rules.shortestPassword([.administrator]) == 8)
        rules.enforced = .off
        #expect(rules.shortestPassword([.administrator]) == 15)
        rules.enforced = .all
        #expect(rules.shortestPassword([.careManager]) == 8)
    }
}
