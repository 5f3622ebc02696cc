/// Which passwords are too easy to guess: common ones in any disguise, and those made of the account's or the site's own
/// names. Composition rules (a digit, a capital) are not asked for: NIST SP 800-63B-4 §3.1.1.2 advises against them.
package struct PasswordRule: Sendable {
    package static let longestBytes = 1_024
    /// What has to be left of a password when common and own words are taken away.
    private static let leastOwn = 5
    private static let longestWord = 24

    /// Small letters and digits.
    private let common: Set<String>
    /// Words of the site, small letters and digits.
    private let site: [String]

    /// - Parameters:
    ///   - common: the words that most passwords are made of.
    ///   - site: the names of the site and of the program.
    package init(common: Set<String> = [], site: [String] = []) {
        self.common = common
        self.site = site.flatMap(Self.words)
    }

    /// Whether a password is one that guessers try first.
    /// - Parameters:
    ///   - password: as it was typed.
    ///   - own: the account's names.
    /// - Returns: true for one that is not to be taken.
    package func isEasy(_ password: String, own: [String]) -> Bool {
        let own = own.flatMap(Self.words) + site
        return [Self.plain(password), Self.undisguised(password)].contains { text in
            text.isEmpty || Self.isMonotonous(text) || left(of: text, without: own) < Self.leastOwn
        }
    }

    /// How many letters are not explained by words that guessers know. Digits explain nothing and hide nothing: a year
    /// behind a word is what everybody does.
    private func left(of text: String, without own: [String]) -> Int {
        var rest = text.filter(\.isLetter)
        for word in own.sorted(by: { $0.count > $1.count }) where rest.contains(word) {
            rest.replace(word, with: "")
        }
        if rest.isEmpty {
            return 0
        }
        // At most two common words, joined or repeated.
        return isMadeOf(few: rest) ? 0 : rest.count
    }

    private func isMadeOf(few text: String) -> Bool {
        let letters = Array(text)
        var word = ""
        for place in letters.indices.prefix(Self.longestWord) {
            word.append(letters[place])
            guard common.contains(word) else {
                continue
            }
            let rest = String(letters[(place + 1)...])
            if rest.isEmpty || common.contains(rest) || isRepeated(word, rest) {
                return true
            }
        }
        return false
    }

    private func isRepeated(_ word: String, _ rest: String) -> Bool {
        rest.count.isMultiple(of: word.count) && rest == String(repeating: word, count: rest.count / word.count)
    }

    /// One short piece over and over, or characters in a row as on a keyboard.
    private static func isMonotonous(_ text: String) -> Bool {
        let letters = Array(text)
        for length in 1...4 where letters.count > length {
            if letters.indices.dropFirst(length).allSatisfy({ letters[$0] == letters[$0 - length] }) {
                return true
            }
        }
        return rows.contains { row in
            (row + row).contains(text) || String((row + row).reversed()).contains(text)
        }
    }

    private static let rows = [
        "1234567890", "0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    ]

    private static func words(_ name: String) -> [String] {
        name.lowercased().split { !$0.isLetter }.map(String.init).filter { $0.count >= 3 }
    }

    /// Small letters and digits alone.
    private static func plain(_ password: String) -> String {
        password.lowercased().filter { $0.isLetter || $0.isNumber }
    }

    /// Letters again where digits and signs stand for them, but for those at the ends.
    private static func undisguised(_ password: String) -> String {
        var text = Array(password.lowercased())
        while let last = text.last, !last.isLetter {
            text.removeLast()
        }
        while let first = text.first, !first.isLetter, disguises[first] == nil {
            text.removeFirst()
        }
        return String(text.map { disguises[$0] ?? $0 }.filter { $0.isLetter || $0.isNumber })
    }

    private static let disguises: [Character: Character] = [
        "0": "o", "1": "i", "!": "i", "3": "e", "4": "a", "@": "a", "5": "s", "$": "s", "7": "t", "8": "b", "9": "g",
    ]
}
