import ArgumentParser
import Care
import Content

/// All six models for many people in memory, from codes that stand ready.
struct Scoring: AsyncParsableCommand {
    @Option(help: "How many people.")
    var people = 400_000

    func run() async throws {
        let content = Content()
        let models = try RiskModels(content: { content.file($0) })
        let codes = [
            "E1122", "N184", "I5022", "J449", "F329", "C50911", "I10", "E119", "E785", "I4891", "F0390", "G309",
            "I2510",
            "E6601", "K7030", "M0690", "R296", "N390", "J189", "I639", "F1020", "E46", "E871", "D509", "Z7901", "E039",
            "M810", "H269", "K219", "G4733", "L89154", "I739",
        ].compactMap { DiagnosisCode($0).map(models.book.id) }
        var random = SystemRandomNumberGenerator()
        // Eight to sixteen codes a person, as older people in the records have.
        let persons = (0..<20_000).map { _ -> (Int, AdministrativeSex, [CodeBook.ID]) in
            let count = Int.random(in: 8...16, using: &random)
            return (
                Int.random(in: 20...95, using: &random), Bool.random() ? .female : .male,
                Array(codes.shuffled().prefix(count))
            )
        }
        var sum = 0
        let took = ContinuousClock().measure {
            for turn in 0..<people {
                let person = persons[turn % persons.count]
                let scores = models.scores(
                    age: person.0, sex: person.1, codes: person.2, enrollment: .community(age: person.0))
                sum &+= scores.charlsonOriginal.count
            }
        }
        print(#"{"people": \#(people), "per_s": \#(Double(people) / (took / .seconds(1))), "check": \#(sum)}"#)
    }
}
