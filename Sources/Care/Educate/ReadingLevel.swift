/// How hard a text is to read, by published formulas. A formula sees the length of words and sentences and nothing else: it
/// does not say whether a text is true, kind or clear.
///
/// English: Flesch-Kincaid grade (Kincaid, Fishburne, Rogers, Chissom 1975, Naval Technical Training Command, report 8-75).
/// Spanish: Fernández Huerta 1959 in the corrected form of Law 2011, and the perspicuity of Szigriszt Pazos 1993, read on the
/// INFLESZ scale (Barrio-Cantalejo 2008, An Sist Sanit Navar 31:135).
package enum ReadingLevel {
    /// The hardest that texts for people may be: sixth grade. 70 on the scale of Fernández Huerta reads like sixth grade.
    package static let mostGrade = 6.0
    package static let leastSpanish = 70.0
    /// Of the short sheets: fourth grade in English; 80 reads like fifth grade on the scale of Fernández Huerta.
    package static let mostShortGrade = 4.0
    package static let leastShortSpanish = 80.0

    /// The Flesch-Kincaid grade of an English text: 0.39 words a sentence + 11.8 syllables a word - 15.59.
    package static func grade(_ text: String) -> Double {
        let words = text.lowercased().split { !$0.isLetter && $0 != "'" }
        guard !words.isEmpty else { return 0 }
        let count = Double(words.count)
        let syllables = words.reduce(0) { $0 + self.syllables($1) }
        return 0.39 * count / sentences(text) + 11.8 * Double(syllables) / count - 15.59
    }

    /// Lecturabilidad of a Spanish text: 90 and more reads like fourth grade, 80 like fifth, 70 like sixth, 60 like seventh
    /// or eighth.
    package static func spanish(_ text: String) -> Double {
        guard let (syllables, words) = spanishRatios(text) else { return 100 }
        return 206.84 - 60 * syllables - 1.02 * words
    }

    /// Perspicuidad of a Spanish text, read on the INFLESZ scale: over 80 very easy, over 65 quite easy, over 55 normal, over
    /// 40 somewhat hard.
    package static func inflesz(_ text: String) -> Double {
        guard let (syllables, words) = spanishRatios(text) else { return 100 }
        return 206.835 - 62.3 * syllables - words
    }

    /// Syllables a word, and words a sentence.
    private static func spanishRatios(_ text: String) -> (syllables: Double, words: Double)? {
        let words = text.lowercased().split { !$0.isLetter }
        guard !words.isEmpty else { return nil }
        let syllables = words.reduce(0) { $0 + spanishSyllables($1) }
        return (Double(syllables) / Double(words.count), Double(words.count) / sentences(text))
    }

    private static func sentences(_ text: String) -> Double {
        // Three dots, or a question mark and a full stop, end one sentence.
        var count = 0
        var wasEnd = false
        for letter in text {
            let isEnd = ".!?".contains(letter)
            if isEnd, !wasEnd { count += 1 }
            wasEnd = isEnd
        }
        return Double(max(1, count))
    }

    /// Words of care that the rules below would miscount.
    private static let known: [Substring: Int] = [
        "diabetes": 4, "people": 2, "something": 2, "someone": 2, "sometimes": 2, "medicine": 3, "medicines": 3,
        "area": 3, "areas": 3, "every": 2, "everyone": 3, "business": 2, "ok": 2, "breathe": 1, "breathes": 1,
        "clothes": 1,
        "safely": 2, "lonely": 2, "careful": 2, "carefully": 3, "useful": 2, "homework": 2, "household": 2,
        "caregiver": 3,
        "caregivers": 3, "caretaker": 3, "herself": 2, "himself": 2, "somewhere": 2, "really": 2, "being": 2,
        "whole": 1,
        "lifelong": 2, "likely": 2, "closely": 2, "heartbeat": 2, "naked": 2, "iodine": 3, "poems": 2, "pneumonia": 4,
        "statement": 2, "management": 3, "movement": 2, "movements": 2, "safety": 2, "lifestyle": 2, "surely": 2,
    ]

    /// Syllables of an English word in lower case, counted by groups of vowels. Tested on words whose syllables are known.
    package static func syllables(_ word: some StringProtocol) -> Int {
        if let known = known[Substring(word)] { return known }
        let letters = Array(word)
        func at(_ place: Int) -> Character? { letters.indices.contains(place) ? letters[place] : nil }
        func isVowel(_ letter: Character?) -> Bool { letter.map { "aeiouy".contains($0) } ?? false }
        var groups = 0
        for (place, letter) in letters.enumerated() where isVowel(letter) {
            guard isVowel(at(place - 1)) else {
                groups += 1
                continue
            }
            let pair = "\(at(place - 1) ?? " ")\(letter)"
            let soft = at(place - 2).map { "tcsgx".contains($0) } ?? false
            // Vowels that stand apart: di-et, flu-id, cre-ate, and "-ing" after a vowel; not those of "-tion" and "-cial".
            let apart =
                ["ia", "io", "iu", "eo"].contains(pair) && !soft
                || pair == "ie" && at(place + 1) == "t"
                || pair == "ui" && at(place + 1) == "d" && at(place - 2) != "g"
                || letter == "i" && at(place + 1) == "n" && at(place + 2) == "g" && place + 3 == letters.count
            if apart { groups += 1 }
        }
        let last = letters.last
        let before = at(letters.count - 2)
        let third = at(letters.count - 3)
        let isSilent =
            switch (before, last) {
            case (let before?, "e"?): !isVowel(before) && !(before == "l" && !isVowel(third))
            case ("e"?, "s"?):
                !isVowel(third) && !(third.map { "sxzcg".contains($0) } ?? true)
                    && !["ch", "sh", "bl", "dl", "gl", "kl", "pl", "tl", "fl"].contains(
                        "\(at(letters.count - 4) ?? " ")\(third ?? " ")")
            case ("e"?, "d"?): !isVowel(third) && !(third.map { "td".contains($0) } ?? true)
            default: false
            }
        if isSilent, groups > 1 { groups -= 1 }
        return max(1, groups)
    }

    /// Syllables of a Spanish word in lower case. Two strong vowels, or a weak one with an accent, stand apart; a weak one
    /// joins its neighbour. The u of que, qui, gue and gui is not spoken.
    package static func spanishSyllables(_ word: some StringProtocol) -> Int {
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
