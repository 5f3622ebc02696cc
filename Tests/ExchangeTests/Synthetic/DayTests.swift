import Testing

@testable import Exchange

struct DayTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-21", 20_778), ("1900-03-01", -25_508),
    ])
    func `a day is written and read alike`(text: String, number: Int) throws {
        let day = try #require(SyntheticPopulation.Day(text))
        #expect(day.number == number)
        var line = ByteLine()
        line.add(day: SyntheticPopulation.Day(number: number))
        #expect(String(decoding: line.bytes, as: UTF8.self) == text)
    }

    @Test(arguments: ["2026-02-30", "2026-13-01", "26-01-01", "", "2026-1-1", "abc"])
    func `a day that does not exist is refused`(text: String) {
        #expect(SyntheticPopulation.Day(text) == nil)
    }

    @Test func `the day of a moment is that in UTC, also before 1970`() {
        #expect(SyntheticPopulation.Day(secondsSince1970: 86_399).number == 0)
        #expect(SyntheticPopulation.Day(secondsSince1970: -1).number == -1)
        #expect(SyntheticPopulation.Day(secondsSince1970: -86_400).number == -1)
    }

    @Test func `decimals keep their places`() {
        var line = ByteLine()
        for (value, places) in [(7.0, 1), (0.96, 2), (12.345, 2), (-3.05, 1), (99.96, 1), (5, 0)] {
            line.add(decimal: value, places: places)
            line.add(" ")
        }
        #expect(String(decoding: line.bytes, as: UTF8.self) == "7.0 0.96 12.35 -3.1 100.0 5 ")
    }
}
