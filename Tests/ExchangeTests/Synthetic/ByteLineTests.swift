import FHIR
import Testing

@testable import Exchange

struct ByteLineTests {
    @Test(arguments: ["1970-01-01", "1969-12-31", "2000-02-29", "2026-11-21", "1926-03-01"])
    func `a day is written as it is read`(text: String) throws {
        var line = ByteLine()
        line.add(day: Day(try #require(CalendarDay(text))))
        #expect(String(decoding: line.bytes, as: UTF8.self) == text)
    }

    @Test func `a moment past midnight is on the next day`() throws {
        var line = ByteLine()
        let day = Day(try #require(CalendarDay("2026-12-31")))
        line.add(moment: Moment(day: day, minute: 1430).plus(minutes: 25))
        #expect(String(decoding: line.bytes, as: UTF8.self) == "2027-01-01T00:15:00-06:00")
    }

    @Test func `decimals keep their places`() {
        var line = ByteLine()
        for (value, places) in [(7.0, 1), (0.96, 2), (12.346, 2), (-3.06, 1), (99.96, 1), (5, 0)] {
            line.add(decimal: value, places: places)
            line.add(" ")
        }
        #expect(String(decoding: line.bytes, as: UTF8.self) == "7.0 0.96 12.35 -3.1 100.0 5 ")
    }

    @Test func `quotes and line breaks cannot leave a string`() {
        #expect(String(decoding: ByteLine.escaped("a\"b\\c\nd"), as: UTF8.self) == "a\\\"b\\\\c d")
    }
}
