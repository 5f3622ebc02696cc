import Foundation
import Testing

@testable import Exchange

struct FeedRulesTests {
    private func message(_ application: String, _ facility: String) throws -> HL7Message {
        try HL7Message(Array("MSH|^~\\&|\(application)|\(facility)|A|B".utf8))
    }

    private static let two = """
        feeds:
          - id: epic
            name: General Hospital
            port: 6661
            from: [{application: EPIC*, facility: GEN*AL}]
            zone: America/Chicago
            charset: 8859/1
            addresses: [10.1.0.0/16, "2001:db8::/32"]
            unknownPeople: keep
            authorities: {GH: "https://general.example/mrn", 1.2.3: "urn:oid:1.2.3.4"}
            processing: [P, T]
            tables: {class: {X: EMER}, disposition: {"1": snf}}
            silence: {minutes: 120, from: "08:00", to: "20:00", days: [monday, tuesday, friday]}
          - id: rest
            name: Everybody else
        """

    @Test func `the feed that comes with the program takes from everybody`() throws {
        let feed = try ADTFixture.feed()
        #expect(feed.id == "default")
        #expect(feed.zone == ADTFixture.zone)
        #expect(feed.processing == ["P"])
        #expect(feed.unknownPeople == .create)
        #expect(feed.silence == nil)
        #expect(feed.allows(address: "203.0.113.9"))
        #expect(try ADTFixture.rules().feed(of: message("", ""), from: nil)?.id == "default")
    }

    @Test func `a message goes to the first feed that takes it`() throws {
        let rules = try ADTFixture.rules(Self.two)
        func feed(_ application: String, _ facility: String, _ address: String?, _ port: Int?) throws -> String? {
            rules.feed(of: try message(application, facility), from: address, port: port)?.id
        }
        #expect(try feed("EpicADT", "General", "10.1.2.3", 6661) == "epic")
        #expect(try feed("EpicADT", "General", nil, nil) == "epic")
        #expect(try feed("X^EPIC", "GENERAL", "::ffff:10.1.2.3", 6661) == "epic")
        #expect(try feed("EpicADT", "Other", "10.1.2.3", 6661) == "rest")
        #expect(try feed("EpicADT", "General", "10.2.2.3", 6661) == "rest")
        #expect(try feed("EpicADT", "General", "10.1.2.3", 6662) == "rest")
        #expect(rules.charset(from: "10.1.2.3", port: 6661) == "8859/1")
        #expect(rules.feeds.first?.allows(address: "2001:db8:1::1") == true)
        #expect(rules.feeds.first?.allows(address: "2001:db9::1") == false)
        #expect(rules.feeds.first?.allows(address: "nonsense") == false)
    }

    @Test func `authorities become systems`() throws {
        let feed = try #require(ADTFixture.rules(Self.two).feeds.first)
        #expect(feed.system(namespace: "GH", universal: "9.9", type: "ISO") == "https://general.example/mrn")
        #expect(feed.system(namespace: "Q", universal: "1.2.3", type: "ISO") == "urn:oid:1.2.3.4")
        #expect(feed.system(namespace: "Q", universal: "9.9", type: "ISO") == "urn:oid:9.9")
        #expect(feed.system(namespace: "A B/ü", universal: nil, type: nil) == "urn:almoner:authority:A%20B%2F%C3%BC")
        #expect(feed.system(namespace: nil, universal: "g", type: "GUID") == "urn:almoner:authority:g")
        #expect(feed.system(namespace: nil, universal: nil, type: "ISO") == nil)
    }

    @Test func `silence is counted within the hours of its days`() throws {
        let feed = try #require(ADTFixture.rules(Self.two).feeds.first)
        // 2026-11-27 is a Friday; Chicago is six hours behind.
        func at(_ hour: Int, _ minute: Int, day: Int = 27) -> Int64 {
            ADTFixture.now + Int64((day - 27) * 1_440 + (hour + 6 - 12) * 60 + minute) * 60_000
        }
        #expect(feed.isSilent(last: at(9, 0), now: at(11, 0)))
        #expect(!feed.isSilent(last: at(9, 0), now: at(10, 59)))
        #expect(!feed.isSilent(last: at(9, 0, day: 26), now: at(9, 59)))
        #expect(feed.isSilent(last: at(9, 0, day: 26), now: at(10, 0)))
        #expect(!feed.isSilent(last: at(9, 0, day: 26), now: at(20, 0)))
        #expect(!feed.isSilent(last: at(9, 0, day: 26), now: at(12, 0, day: 28)))
        #expect(!feed.isSilent(last: nil, now: at(12, 0)))
        #expect(!feed.isSilent(last: at(13, 0), now: at(12, 0)))
    }

    @Test(arguments: [
        ("feeds: []", "at least one"), ("feeds: [{id: A B, name: x}]", "feeds[0].id"),
        ("feeds: [{id: a, name: x}, {id: a, name: y}]", "feeds[1].id"), ("feeds: [{id: a}]", "feeds[0].name"),
        ("feeds: [{id: a, name: x, zone: Mars/North}]", "feeds[0].zone"),
        ("feeds: [{id: a, name: x, charset: EBCDIC}]", "feeds[0].charset"),
        ("feeds: [{id: a, name: x, addresses: [host]}]", "feeds[0].addresses[0]"),
        ("feeds: [{id: a, name: x, port: 70000}]", "feeds[0].port"),
        ("feeds: [{id: a, name: x, unknownPeople: shrug}]", "feeds[0].unknownPeople"),
        ("feeds: [{id: a, name: x, processing: [X]}]", "feeds[0].processing"),
        ("feeds: [{id: a, name: x, authorities: {H: word}}]", "feeds[0].authorities.H"),
        ("feeds: [{id: a, name: x, tables: {class: {I: INPATIENT}}}]", "feeds[0].tables.class.I"),
        ("feeds: [{id: a, name: x, tables: {disposition: {I: \"123\"}}}]", "feeds[0].tables.disposition.I"),
        ("feeds: [{id: a, name: x, silence: {minutes: 0}}]", "feeds[0].silence.minutes"),
        ("feeds: [{id: a, name: x, silence: {minutes: 9, from: \"9\"}}]", "feeds[0].silence.from"),
        (
            "feeds: [{id: a, name: x, silence: {minutes: 90, from: \"09:00\", to: \"10:00\"}}]",
            "feeds[0].silence.minutes"
        ),
        ("feeds: [{id: a, name: x, silnce: {minutes: 9}}]", "feeds[0].silnce"),
    ])
    func `what is wrong is named with its place`(text: String, words: String) {
        let failure = #expect(throws: FeedRulesFailure.self) { try ADTFixture.rules(text) }
        #expect(failure?.problem.contains(words) == true, "\(failure?.problem ?? "")")
        #expect(failure?.file == "feeds/feeds.yaml")
    }
}
