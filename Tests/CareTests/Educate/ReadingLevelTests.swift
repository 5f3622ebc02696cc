import Testing

@testable import Care

struct ReadingLevelTests {
    /// Words whose syllables any dictionary gives.
    @Test(arguments: [
        ("cat", 1), ("walk", 1), ("walked", 1), ("needed", 2), ("makes", 1), ("glasses", 2), ("changes", 2),
        ("lives", 1),
        ("table", 2), ("people", 2), ("water", 2), ("kidney", 2), ("kidneys", 2), ("diabetes", 4), ("medicine", 3),
        ("hospital", 3), ("depression", 3), ("pressure", 2), ("diet", 2), ("quiet", 2), ("fluid", 2), ("being", 2),
        ("doing", 2), ("playing", 2), ("you", 1), ("eye", 1), ("the", 1), ("apples", 2), ("breathe", 1), ("special", 2),
        ("anxiety", 4), ("serious", 3), ("insulin", 3), ("vegetables", 4), ("inhaler", 3), ("doctor", 2), ("tired", 1),
        ("area", 3), ("video", 3), ("guide", 1), ("build", 1), ("caution", 2), ("dementia", 3),
    ])
    func `English syllables are counted as they are spoken`(word: String, syllables: Int) {
        #expect(ReadingLevel.syllables(word) == syllables)
    }

    /// Worked by hand from the formulas: 6 words, 1 sentence, 6 syllables; 5 words, 1 sentence, 9 syllables.
    @Test func `the formulas give what they were published to give`() {
        #expect(abs(ReadingLevel.grade("The cat sat on the mat.") - (0.39 * 6 + 11.8 - 15.59)) < 0.001)
        let words = "El perro come la carne."
        #expect(abs(ReadingLevel.spanish(words) - (206.84 - 60 * 8 / 5 - 1.02 * 5)) < 0.001)
        #expect(abs(ReadingLevel.inflesz(words) - (206.835 - 62.3 * 8 / 5 - 5)) < 0.001)
    }

    @Test func `a question that ends with two marks is one sentence, and no words are no level`() {
        #expect(ReadingLevel.grade("Is it so?! Yes...") == ReadingLevel.grade("Is it so? Yes."))
        #expect(ReadingLevel.grade("12") == 0)
        #expect(ReadingLevel.spanish("") == 100)
    }
}
