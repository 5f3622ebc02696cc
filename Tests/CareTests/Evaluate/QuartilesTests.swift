import Testing

@testable import Care

struct QuartilesTests {
    @Test func `median and quartiles interpolate between neighbours`() throws {
        // By hand: 1, 2, 4, 7 -> Q1 at place 0.75 = 1.75, median 3, Q3 at place 2.25 = 4.75.
        let four = try #require(Quartiles([7, 1, 4, 2]))
        #expect([four.first, four.median, four.third] == [1.75, 3, 4.75])
        let five = try #require(Quartiles([3, 1, 2, 5, 4]))
        #expect([five.first, five.median, five.third] == [2, 3, 4])
        let one = try #require(Quartiles([2.5]))
        #expect([one.first, one.median, one.third] == [2.5, 2.5, 2.5])
        #expect(Quartiles([]) == nil)
    }
}
