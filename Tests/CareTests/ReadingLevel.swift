/// Flesch-Kincaid grade of English sentences (Kincaid 1975), with syllables counted by groups of vowels.
enum ReadingLevel {
    static func grade(_ text: String) -> Double {
        let sentences = max(1, text.count { ".!?".contains($0) })
        let words = text.lowercased().split { !$0.isLetter && $0 != "'" }
        guard !words.isEmpty else { return 0 }
        let syllables = words.reduce(0) { $0 + self.syllables($1) }
        let count = Double(words.count)
        return 0.39 * count / Double(sentences) + 11.8 * Double(syllables) / count - 15.59
    }

    static func syllables(_ word: some StringProtocol) -> Int {
        var groups = 0
        var before = false
        for letter in word {
            let vowel = "aeiouy".contains(letter)
            if vowel, !before { groups += 1 }
            before = vowel
        }
        if word.hasSuffix("e"), !word.hasSuffix("le"), groups > 1 { groups -= 1 }
        return max(1, groups)
    }
}
