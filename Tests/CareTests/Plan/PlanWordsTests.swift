import Testing

@testable import Care

/// All that a pack says to people.
enum PackWords {
    static func all(_ pack: PlanPack) -> [PlanWords] {
        pack.goals.flatMap { [$0.personWords, $0.example] } + pack.interventions.map(\.patient) + pack.selfCare
            + pack.warningSigns.flatMap { [$0.see, $0.act] }
    }
}

/// Reading levels of the packs, in both languages.
struct PlanWordsTests {
    @Test func `what people read in English stays at or below sixth grade`() throws {
        for pack in try PlanLibraryTests.shipped().packs {
            let sentences = PackWords.all(pack).map(\.en)
            #expect(ReadingLevel.grade(sentences.joined(separator: " ")) <= 6, "\(pack.id)")
            for sentence in sentences { #expect(ReadingLevel.grade(sentence) <= 8, "\(pack.id): \(sentence)") }
        }
    }

    @Test func `what people read in Spanish stays at or below sixth grade`() throws {
        for pack in try PlanLibraryTests.shipped().packs {
            let sentences = PackWords.all(pack).map(\.es)
            #expect(ReadingLevel.spanish(sentences.joined(separator: " ")) >= 70, "\(pack.id)")
            // A few words say too little for the measure: one long word among three makes them "hard".
            for sentence in sentences where sentence.split(separator: " ").count >= 10 {
                #expect(ReadingLevel.spanish(sentence) >= 60, "\(pack.id): \(sentence)")
            }
        }
    }

    @Test func `the Spanish is a text of its own, with the same numbers`() throws {
        func numbers(_ text: String) -> [Substring] { text.split { !$0.isNumber } }
        for words in try PlanLibraryTests.shipped().packs.flatMap(PackWords.all) {
            #expect(words.en != words.es)
            // Degrees are said in the reader's own scale.
            if !words.en.contains(" F") { #expect(numbers(words.en) == numbers(words.es), "\(words.en)") }
        }
    }

    @Test(arguments: [
        ("corazón", 3), ("respira", 3), ("quiero", 2), ("día", 2), ("guía", 2), ("muy", 1), ("sangre", 2), ("oído", 3),
        ("cuidado", 3), ("agua", 2), ("pingüino", 3), ("creer", 2), ("estudiáis", 3),
    ])
    func `Spanish syllables are counted as they are spoken`(word: String, syllables: Int) {
        #expect(ReadingLevel.spanishSyllables(word) == syllables)
    }
}
