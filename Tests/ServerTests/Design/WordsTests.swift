import FHIR
import Foundation
import Testing

@testable import Server

struct WordsTests {
    /// 2026-11-21T10:00:00Z.
    private static let now: Int64 = 1_795_255_200_000
    private static let utc = TimeZone(secondsFromGMT: 0) ?? .current
    private static let hour: Int64 = 3_600_000

    private func person(_ text: String) throws -> JSONNode { try JSONDocument(Array(text.utf8)).root }

    @Test func `a day of this year is said without the year`() {
        #expect(Words.date("2026-11-12", now: Self.now, zone: Self.utc) == "12 Nov")
        #expect(Words.date("2025-11-12", now: Self.now, zone: Self.utc) == "12 Nov 2025")
        #expect(Words.date("2025-11", now: Self.now, zone: Self.utc) == "Nov 2025")
        #expect(Words.date("2019", now: Self.now, zone: Self.utc) == "2019")
        #expect(Words.date("soon", now: Self.now, zone: Self.utc) == nil)
    }

    @Test func `a moment falls on the day of the site, a day without a time on itself`() throws {
        let west = try #require(TimeZone(secondsFromGMT: -6 * 3600))
        #expect(Words.date("2026-11-12T03:00:00Z", now: Self.now, zone: west) == "11 Nov")
        #expect(Words.date("2026-11-12", now: Self.now, zone: west) == "12 Nov")
        #expect(Words.dayTime(Self.now, now: Self.now, zone: west) == "today, 04:00")
    }

    @Test func `a day begins at midnight of the site also when clocks change`() throws {
        let chicago = try #require(TimeZone(identifier: "America/Chicago"))
        for text in ["2026-03-08", "2026-03-09", "2026-11-01", "2026-11-02"] {
            let day = try #require(CalendarDay(text))
            let start = Words.start(of: day, zone: chicago)
            #expect(Words.time(start, zone: chicago) == "00:00")
            #expect(Words.calendarDay(start, zone: chicago) == day)
        }
    }

    @Test func `clocks say what is left and what is late`() {
        #expect(Words.left(until: Self.now + 2 * Self.hour, now: Self.now) == "2 h left")
        #expect(Words.left(until: Self.now - 20 * 60_000, now: Self.now) == "20 min late")
        #expect(Words.left(until: Self.now + 72 * Self.hour, now: Self.now) == "3 days left")
        #expect(Words.ago(Self.now - 60_000, now: Self.now, zone: Self.utc) == "1 minute ago")
        #expect(Words.ago(Self.now - 24 * Self.hour, now: Self.now, zone: Self.utc) == "yesterday")
    }

    @Test func `born says age, death, and what is not known`() throws {
        func born(_ text: String) throws -> String { Words.born(try person(text), now: Self.now, zone: Self.utc) }
        #expect(try born(#"{"birthDate":"1948-03-14"}"#) == "14-Mar-1948 (78y)")
        #expect(try born(#"{"birthDate":"1951"}"#) == "1951 (about 75y)")
        #expect(try born(#"{"birthDate":"2026-05-30"}"#) == "30-May-2026 (5mo)")
        #expect(
            try born(#"{"birthDate":"1948-03-14","deceasedDateTime":"2026-11-03"}"#)
                == "14-Mar-1948, died 3 Nov 2026")
        #expect(try born("{}") == "not recorded")
    }

    @Test func `the official name goes first, a maiden name last, and none is said to be missing`() throws {
        let two = try person(
            #"{"name":[{"use":"maiden","family":"Kay"},{"use":"official","family":"Whitfield","given":["Delores"]}]}"#)
        #expect(Words.listName(two) == "WHITFIELD, Delores")
        #expect(Words.spokenName(two) == "Delores Whitfield")
        #expect(Words.listName(try person(#"{"name":[{"family":" "}]}"#)) == "Name not recorded")
        #expect(Words.listName(try person("{}")) == "Name not recorded")
        #expect(Words.listName(try person(#"{"name":[{"given":["Ann"]}]}"#)) == "Ann")
    }

    @Test func `a language is named, a rare one by its code`() {
        #expect(Words.language("es-US") == "Spanish")
        #expect(Words.language("xx") == "xx")
    }
}
