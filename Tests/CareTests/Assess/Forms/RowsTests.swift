import FHIR
import Testing

@testable import Care

/// Parts of a form that are filled in several times.
struct RowsTests {
    private static let two: Answers = [
        "medicine-name": [.text("Metformin")], "medicine-missed": [.code("no")],
        "medicine-name~2": [.text("Lisinopril")], "medicine-missed~2": [.code("yes")],
        "medicine-why~2": [.text("Ran out")], "medicine-why": [.text("Left over")],
    ]

    @Test func `a condition is asked in the row that it stands in`() throws {
        let kept = try FormFixture.homeVisit().kept(Self.two)
        #expect(kept["medicine-why"] == nil)
        #expect(kept["medicine-why~2"] == [.text("Ran out")])
    }

    @Test func `rows come back from the response as they went in`() throws {
        let form = try FormFixture.homeVisit()
        let response = try form.response(id: "r", answers: Self.two, by: FormReadingTests.by).document().root
        #expect(response.list("item").map { $0.text("linkId") } == ["medicine", "medicine"])
        #expect(form.answers(from: response) == form.kept(Self.two))
    }

    @Test func `a row that is removed takes its answers, and those after it move up`() throws {
        let form = try FormFixture.homeVisit()
        let three = Self.two.merging(["medicine-name~3": [.text("Aspirin")]]) { $1 }
        let left = form.removing(row: "medicine~2", from: three)
        #expect(left["medicine-name~2"] == [.text("Aspirin")])
        #expect(left["medicine-name~3"] == nil && left["medicine-why~2"] == nil)
        #expect(left["medicine-name"] == [.text("Metformin")])
    }

    @Test(arguments: [("medicine-name~5", true), ("medicine-name~4", false), ("medicine-name~999999999", true)])
    func `no more rows are taken than the form allows`(key: String, isRefused: Bool) throws {
        let form = try FormFixture.homeVisit()
        let errors = form.check([key: [.text("Aspirin")], "weight": [.quantity("70", unit: "kg")]])
        #expect(errors.contains { $0.linkId == key } == isRefused)
    }

    @Test func `what only one of two changed stands, and what both changed is contested`() {
        let merged = MergedAnswers(
            base: ["a": [.integer(1)], "b": [.integer(1)], "c": [.integer(1)]],
            mine: ["a": [.integer(2)], "b": [.integer(1)], "c": [.integer(2)]],
            theirs: ["a": [.integer(1)], "c": [.integer(3)], "d": [.integer(4)]])
        #expect(merged.answers == ["a": [.integer(2)], "c": [.integer(2)], "d": [.integer(4)]])
        #expect(merged.contested == ["c"])
    }
}
