import Care
import Testing

struct PolypharmacyTests {
    @Test func `ingredients are counted, not prescriptions`() throws {
        let table = try MedicineTable(content: RiskContent.file)
        #expect(table.ingredients("106892") == ["insulin human (NPH)", "insulin human (regular)"])
        let taken = Polypharmacy(active: ["106892", "105585", "105585"], table: table)
        #expect(taken.ingredients == ["insulin human", "methotrexate"])
        #expect(taken.band == .fewerThanFive)
    }

    @Test func `a medicine that is not on file counts as one and is shown`() throws {
        let table = try MedicineTable(content: RiskContent.file)
        let taken = Polypharmacy(active: ["106892", "a", "b", "c", "d", "a"], table: table)
        #expect(taken.count == 5)
        #expect(taken.unknown == ["a", "b", "c", "d"])
        #expect(taken.band == .fiveOrMore)
        let many = Polypharmacy(active: (1...10).map { "x\($0)" }, table: table)
        #expect(many.band == .tenOrMore)
    }
}
