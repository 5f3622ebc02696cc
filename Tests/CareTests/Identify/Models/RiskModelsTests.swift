import Care
import Testing

struct RiskModelsTests {
    @Test func `order and repetition of codes change nothing`() throws {
        let models = try RiskContent.models
        let once = models.numbers("E11.22 N18.4 I50.22 J44.9 F32.9 C50.911")
        #expect(models.numbers("C50.911 F32.9 J44.9 J44.9 I50.22 E11.22 N18.4 E1122") == once)
    }

    @Test func `a code outside every table is placed by its longest known prefix`() throws {
        let models = try RiskContent.models
        #expect(models.numbers("I21Z9").charlsonOriginal.decimal == "1")
        #expect(models.numbers("Q99.9").charlsonOriginal.decimal == "0")
    }

    @Test func `a repeated number counts once`() throws {
        let models = try RiskContent.models
        let ids = ["I50.9"].compactMap { DiagnosisCode($0) }.map { models.book.id($0) }
        let scores = models.scores(
            age: 70, sex: .male, codes: ids + ids, enrollment: CMSEnrollment(.communityNonDualAged))
        #expect(scores.charlsonOriginal.decimal == "1")
    }

    @Test func `chronic conditions are distinct categories that last`() throws {
        let models = try RiskContent.models
        let codes = ["E11.22", "E11.9", "I10", "J00", "S52.501A"].compactMap { DiagnosisCode($0) }
        #expect(models.chronicConditions(codes).map(\.undotted).sorted() == ["E11", "I10"])
    }

    @Test(arguments: [("4.9", FrailtyBand.low), ("5", .intermediate), ("15", .intermediate), ("15.1", .high)])
    func `frailty has its published bands`(_ score: String, _ band: FrailtyBand) throws {
        #expect(FrailtyBand(try #require(Thousandths(decimal: score))) == band)
    }
}
