/// How hard sentences are to read: Flesch-Kincaid grade in English (Kincaid 1975), with syllables counted by groups of
/// vowels, and Fernández Huerta's scale in Spanish.
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

    /// Lecturabilidad of Spanish sentences (Fernández Huerta 1959, in the corrected form of Law 2011): 90 and more reads
    /// like fourth grade, 80 like fifth, 70 like sixth, 60 like seventh or eighth.
    static func spanish(_ text: String) -> Double {
        let sentences = max(1, text.count { ".!?".contains($0) })
        let words = text.lowercased().split { !$0.isLetter }
        guard !words.isEmpty else { return 100 }
        let syllables = words.reduce(0) { $0 + spanishSyllables($1) }
        let count = Double(words.count)
        return 206.84 - 60 * Double(syllables) / count - 1.02 * count / Double(sentences)
    }

    /// Two strong vowels, or a weak one with an accent, stand apart; a weak one joins its neighbour. The u of que, qui, gue
    /// and gui is not spoken.
    static func spanishSyllables(_ word: some StringProtocol) -> Int {
        let letters = Array(word)
        var groups = 0
        var before: Character?
        for (place, letter) in letters.enumerated() {
            let next = place + 1 < letters.count ? letters[place + 1] : nil
            let last = place > 0 ? letters[place - 1] : nil
            let isSilent =
                letter == "u" && (last == "q" || last == "g") && next.map { "eiéí".contains($0) } == true
            let vowel: Character = letter == "y" && next == nil ? "i" : letter
            guard "aeiouáéíóúü".contains(vowel), !isSilent else {
                if !isSilent { before = nil }
                continue
            }
            let joins = before.map { first in
                "iuü".contains(first) && "aeiouáéóü".contains(vowel)
                    || "aeoáéó".contains(first) && "iuü".contains(vowel)
            }
            if joins != true { groups += 1 }
            before = vowel
        }
        return max(1, groups)
    }
}
