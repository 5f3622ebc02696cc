import Foundation
import Testing

@testable import Exchange

struct AcknowledgeTests {
    private static let good = ["EVN||20261127070000", "PID|1||7^^^H^MR", "PV1|1|I|||||||||||||||||V1"]

    private func receipt(_ text: String, _ feeds: String? = nil) throws -> (HL7Receipt, [UInt8]) {
        let bytes = Array(text.utf8)
        let rules = try ADTFixture.rules(feeds)
        return (HL7Receipt(bytes, rules: rules, from: "192.0.2.1", received: ADTFixture.now), bytes)
    }

    private func reply(_ text: String, isKept: Bool = true, application: Bool = false) throws -> HL7Message? {
        let (receipt, bytes) = try receipt(text)
        let acknowledge = Acknowledge(zone: ADTFixture.zone)
        let reply =
            application
            ? acknowledge.applicationReply(
                to: receipt, bytes: bytes, isKept: isKept, controlID: "R1", now: ADTFixture.now)
            : acknowledge.reply(to: receipt, bytes: bytes, isKept: isKept, controlID: "R1", now: ADTFixture.now)
        return try reply.map { try HL7Message($0) }
    }

    @Test func `a good message is answered AA, sender and receiver exchanged`() throws {
        let reply = try #require(try reply(ADTFixture.text("A01", Self.good)))
        #expect(reply.segments.map(\.name) == ["MSH", "MSA"])
        #expect((3...6).map { reply.field("MSH", $0).text } == ["ALMONER", "CARE", "EPIC", "GENERAL"])
        #expect(reply.field("MSH", 7).text == "20261127070000-0500")
        #expect((1...3).map { reply.field("MSH", 9).text($0) } == ["ACK", "A01", "ACK"])
        #expect([10, 11, 12].map { reply.field("MSH", $0).text } == ["R1", "P", "2.5.1"])
        #expect([1, 2].map { reply.field("MSA", $0).text } == ["AA", "CA01"])
    }

    @Test(arguments: ["2.3", "2.3.1", "2.4", "2.5", "2.8"]) func `faults stand where the version has them`(
        version: String
    )
        throws
    {
        let reply = try #require(try reply(ADTFixture.text("A01", ["EVN||2026", "PV1|1|I"], version: version)))
        #expect(reply.field("MSA", 1).text == "AE")
        if version < "2.5" {
            #expect(reply.field("ERR", 1).text(1) == "PID")
            #expect(reply.field("ERR", 1).component(4).subcomponent(1).text == "100")
            #expect(reply.field("MSA", 3).text?.contains("PID") == true)
        } else {
            #expect(reply.field("ERR", 2).text(1) == "PID")
            #expect([1, 3].map { reply.field("ERR", 3).text($0) } == ["100", "HL70357"])
            #expect(reply.field("ERR", 4).text == "E")
            #expect(reply.field("ERR", 8).text?.contains("no PID") == true)
        }
        #expect(reply.field("MSH", 9).text(3) == (version < "2.4" ? nil : "ACK"))
    }

    @Test func `what is at fault is AE, what cannot be taken AR`() throws {
        func verdict(_ change: (String) -> String) throws -> (String?, String?) {
            let reply = try #require(try reply(change(ADTFixture.text("A03", Self.good))))
            return (reply.field("MSA", 1).text, reply.field("ERR", 2).text(1))
        }
        #expect(try verdict { $0 } == ("AA", nil))
        #expect(try verdict { $0.replacing("7^^^H^MR", with: "") } == ("AE", "PID"))
        #expect(try verdict { $0.replacing("7^^^H^MR", with: "999^^^H^AN") } == ("AE", "PID"))
        #expect(try verdict { $0.replacing("EVN||20261127070000", with: "EVN||yesterday") } == ("AE", "EVN"))
        #expect(
            try verdict { $0.replacing("|V1", with: "|V1" + String(repeating: "|", count: 26) + "soon") } == (
                "AE", "PV1"
            ))
        #expect(try verdict { $0.replacing("PV1|", with: "ZV1|") } == ("AE", "PV1"))
        #expect(try verdict { $0.replacing("PV1|", with: "ZV1|").replacing("^A03", with: "^A08") } == ("AA", nil))
        #expect(try verdict { $0.replacing("ADT^A03", with: "ORU^R01") } == ("AR", "MSH"))
        #expect(try verdict { $0.replacing("|2.5.1|", with: "|2.2|") }.0 == "AR")
        #expect(try verdict { $0.replacing("|P|2.5.1", with: "|T|2.5.1") } == ("AR", "MSH"))
        #expect(try verdict { $0.replacing("ADT^A03", with: "ADT") }.0 == "AE")
        #expect(try verdict { $0.replacing("CA03", with: "") } == ("AE", "MSH"))
        #expect(try verdict { $0.replacing("ADT^A03", with: "ADT^A40") } == ("AE", "MRG"))
        // Events that are kept and do nothing need nobody.
        for trigger in ["A20", "A37", "A99"] {
            let change = { (text: String) in text.replacing("ADT^A03", with: "ADT^\(trigger)") }
            #expect(try verdict { change($0).replacing("7^^^H^MR", with: "") }.0 == "AA")
        }
    }

    @Test func `an unknown charset is AE and named`() throws {
        let text = ADTFixture.text("A03", Self.good).replacing("|P|2.5.1|||", with: "|P|2.5.1||||||EBCDIC")
        let (receipt, bytes) = try receipt(text)
        let acknowledge = Acknowledge(zone: ADTFixture.zone)
        let reply = try #require(
            acknowledge.reply(to: receipt, bytes: bytes, isKept: true, controlID: "R", now: ADTFixture.now))
        let lines = String(decoding: reply, as: UTF8.self).split(separator: "\r")
        #expect(lines.dropFirst().first == "MSA|AE|CA03")
        #expect(lines.first?.hasSuffix("|EBCDIC") == true)
        #expect(lines.last?.contains("EBCDIC") == true)
        #expect(lines.last?.hasPrefix("ERR||MSH^1^18|103^") == true)
    }

    @Test func `what has no header is answered AR in the usual form`() throws {
        for bytes in [[], Array("nonsense".utf8), Array("MSH".utf8), [0xFF, 0xFE, 0, 0, 1]] as [[UInt8]] {
            let receipt = HL7Receipt(bytes, rules: try ADTFixture.rules(), from: nil, received: ADTFixture.now)
            #expect(receipt.verdict == .rejected || receipt.fault?.place == "MSH-18")
            let reply = try #require(
                Acknowledge(zone: .gmt).reply(
                    to: receipt, bytes: bytes, isKept: true, controlID: "R", now: ADTFixture.now))
            let message = try HL7Message(reply)
            #expect(["AR", "AE"].contains(message.field("MSA", 1).text))
            #expect(message.field("MSH", 9).text(1) == "ACK")
        }
    }

    @Test func `who is nobody's is rejected`() throws {
        let (receipt, _) = try receipt(
            ADTFixture.text("A01", Self.good), "feeds: [{id: a, name: x, from: [{application: CERNER}]}]")
        #expect(receipt.verdict == .rejected)
        #expect(receipt.fault?.place == "MSH-3")
    }

    @Test(arguments: [
        ("AL|AL", "CA", "AA"), ("AL|NE", "CA", nil), ("NE|AL", nil, "AA"), ("NE|NE", nil, nil), ("ER|ER", nil, nil),
        ("SU|SU", "CA", "AA"), ("|AL", nil, "AA"), ("AL|", "CA", nil),
    ])
    func `the enhanced mode answers what is asked for`(wish: String, accept: String?, application: String?) throws {
        let text = ADTFixture.text("A01", Self.good, msh15: wish)
        #expect(try reply(text)?.field("MSA", 1).text == accept)
        #expect(try reply(text, application: true)?.field("MSA", 1).text == application)
    }

    @Test(arguments: [("AL|AL", "CE", "AE"), ("ER|ER", "CE", "AE"), ("SU|SU", nil, nil), ("NE|ER", nil, "AE")])
    func `faults in the enhanced mode`(wish: String, accept: String?, application: String?) throws {
        let text = ADTFixture.text("A01", ["EVN||2026"], msh15: wish)
        #expect(try reply(text)?.field("MSA", 1).text == accept)
        #expect(try reply(text, application: true)?.field("MSA", 1).text == application)
    }

    @Test func `a store that fails asks to try again`() throws {
        let text = ADTFixture.text("A01", Self.good)
        #expect(try reply(text, isKept: false)?.field("MSA", 1).text == "AR")
        #expect(try reply(text, isKept: false)?.field("ERR", 3).text(1) == "207")
        let enhanced = ADTFixture.text("A01", Self.good, msh15: "AL")
        #expect(try reply(enhanced, isKept: false)?.field("MSA", 1).text == "CR")
    }

    @Test func `the reply keeps delimiters and charset`() throws {
        var bytes = Array("MSH$%*!+$S".utf8) + [0xE9]
        bytes += Array("$B$C$D$20261127$$ADT%A01$N+1$P$2.5.1$$$$$$8859/1\rEVN$$2026\rPID$1$$7%%%H%MR\rPV1$1$I\r".utf8)
        let receipt = HL7Receipt(bytes, rules: try ADTFixture.rules(), from: nil, received: ADTFixture.now)
        #expect(receipt.verdict == .accepted)
        let reply = try #require(
            Acknowledge(zone: .gmt).reply(to: receipt, bytes: bytes, isKept: true, controlID: "R", now: ADTFixture.now))
        #expect(reply.starts(with: Array("MSH$%*!+$C$D$S".utf8) + [0xE9]))
        #expect(try HL7Message(reply).field("MSH", 5).text == "Sé")
        #expect(try HL7Message(reply).field("MSH", 18).text == "8859/1")
        #expect(reply.contains { $0 == 0x24 })
        #expect(String(decoding: reply, as: UTF8.self).contains("MSA$AA$N+1\r"))
    }

    @Test func `a reply in UTF-16 to a message in it`() throws {
        let text = ADTFixture.text("A01", Self.good)
        let bytes = [0xFF, 0xFE] + Array(try #require(text.data(using: .utf16LittleEndian)))
        let receipt = HL7Receipt(bytes, rules: try ADTFixture.rules(), from: nil, received: ADTFixture.now)
        let reply = try #require(
            Acknowledge(zone: .gmt).reply(to: receipt, bytes: bytes, isKept: true, controlID: "R", now: ADTFixture.now))
        #expect(reply.starts(with: [0xFF, 0xFE, 0x4D, 0]))
        #expect(try HL7Message(reply).field("MSA", 1).text == "AA")
    }

    @Test func `the envelope tells sender, event, people and visit`() throws {
        let (receipt, _) = try receipt(
            ADTFixture.text(
                "A01",
                [
                    "EVN||20261127065900||||20261127060000", "PID|1||1^^^^SS~9^^^H^AN~7^^^H^MR~8^^^K",
                    "PV1|1|I|||||||||||||||||V1^^^H|||||||||||||||||||||||||20261127053000",
                ]))
        let envelope = try #require(receipt.envelope)
        #expect(envelope.feed == "default")
        #expect(envelope.sender == "EPIC|GENERAL")
        #expect(envelope.controlID == "CA01")
        #expect(envelope.event == "ADT^A01")
        #expect(envelope.personKeys == ["urn:almoner:authority:H|7", "urn:almoner:authority:K|8"])
        #expect(envelope.visitKey == "urn:almoner:authority:H|V1")
        #expect(envelope.eventTime == HL7Time("20261127053000", zone: ADTFixture.zone)?.milliseconds)
        #expect(envelope.recordedTime == HL7Time("20261127065900", zone: ADTFixture.zone)?.milliseconds)
    }

    @Test func `the envelope of a merge names both sides and at most eight keys`() throws {
        let lines = (1...5).flatMap { ["PID|1||\($0)^^^H^MR~\($0)0^^^H^PI", "MRG|\($0)00^^^H^MR"] }
        let (receipt, _) = try receipt(ADTFixture.text("A40", ["EVN||2026"] + lines))
        let keys = try #require(receipt.envelope?.personKeys)
        #expect(keys.count == 8)
        #expect(keys.prefix(2) == ["urn:almoner:authority:H|1", "urn:almoner:authority:H|100"])
    }
}
