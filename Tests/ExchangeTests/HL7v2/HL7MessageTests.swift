import Foundation
import Testing

@testable import Exchange

struct HL7MessageTests {
    private func message(_ text: String) throws -> HL7Message { try HL7Message(Array(text.utf8)) }

    @Test(arguments: ["\r", "\n", "\r\n"]) func `segments end with CR, LF or both`(end: String) throws {
        let message = try message(["MSH|^~\\&|A|B", "PID|1||7^^^H^MR~8", "PV1||I", ""].joined(separator: end))
        #expect(message.segments.map(\.name) == ["MSH", "PID", "PV1"])
        #expect(message.field("MSH", 1).bytes.isEmpty || message.field("MSH", 3).text == "A")
        #expect(message.field("PID", 3).repetitions.map { $0.text(1) } == ["7", "8"])
        #expect(message.field("PID", 3).text(5) == "MR")
        #expect(message.field("PID", 90).text == nil)
        #expect(message.field("ZZZ", 1).text == nil)
    }

    @Test func `other delimiters, the truncation sign and a short list of them`() throws {
        let message = try message("MSH$%*!+#$A$B\rPID$1$$7%%%H+2.1+ISO%MR*8$$$x!T!y")
        #expect(message.delimiters.truncation == UInt8(ascii: "#"))
        #expect(message.field("PID", 3).component(4).subcomponent(2).text == "2.1")
        #expect(message.field("PID", 3).repetitions.count == 2)
        #expect(message.field("PID", 6).text == "x+y")
        let short = try self.message("MSH|^~|A\rPID|1||7^^^H\\T\\")
        #expect(short.field("PID", 3).text(4) == "H\\T\\")
    }

    @Test(arguments: [
        (#"a\F\b\S\c\T\d\R\e\E\f"#, #"a|b^c&d~e\f"#), (#"one\.br\two"#, "one\ntwo"), (#"\H\bold\N\ end"#, "bold end"),
        (#"caf\XC3A9\"#, "café"), (#"caf\XE9\"#, "café"), (#"\X4\ \Zfoo\ 5\6"#, #"\X4\ \Zfoo\ 5\6"#),
        (#"C:\"#, #"C:\"#),
        ("  spaces\u{1}\u{7f} ", "spaces"),
    ])
    func `escapes`(written: String, read: String) throws {
        #expect(try message("MSH|^~\\&|A\rPID|1|||||\(written)").field("PID", 6).text == read)
    }

    @Test func `two quotation marks delete and nothing is nothing`() throws {
        let message = try message("MSH|^~\\&|A\rPID|\"\"|\"\"^\"\"|^&~|a^\"\"")
        #expect(message.field("PID", 1).isDeleted)
        #expect(message.field("PID", 2).isDeleted)
        #expect(message.field("PID", 1).text == nil)
        #expect(message.field("PID", 3).isEmpty)
        #expect(!message.field("PID", 3).isDeleted)
        #expect(!message.field("PID", 4).isDeleted)
        #expect(message.field("PID", 4).text(2) == nil)
    }

    private static let sets: [(String, [UInt8], String)] = [
        ("ASCII", [0x61], "a"), ("8859/1", [0xE9], "é"), ("8859/2", [0xB9], "š"), ("8859/3", [0xB6], "ĥ"),
        ("8859/4", [0xB9], "š"), ("8859/5", [0xD0], "а"), ("8859/6", [0xC8], "ب"), ("8859/7", [0xE1], "α"),
        ("8859/8", [0xE0], "א"), ("8859/9", [0xFD], "ı"), ("8859/15", [0xA4], "€"),
        ("UNICODE UTF-8", [0xC3, 0xA9], "é"),
        ("UNICODE", [0xC3, 0xA9], "é"), ("GB 18030-2000", [0xD6, 0xD0], "中"), ("KS X 1001", [0xC7, 0xD1], "한"),
        ("CNS 11643-1992", [0xC4, 0xE3], "中"), ("BIG-5", [0xA5, 0x5C], "功"),
        ("ASCII~ISO IR87", [0x1B, 0x24, 0x42, 0x46, 0x7C, 0x1B, 0x28, 0x42], "日"), ("", [0xC3, 0xA9], "é"),
        ("", [0xE9], "é"), ("ASCII", [0xE9], "é"), ("8859/1~8859/5", [0xE9], "é"),
    ]

    @Test(arguments: sets.indices) func `character sets`(index: Int) throws {
        let (name, bytes, text) = Self.sets[index]
        let header = "MSH|^~\\&|A|B|C|D|20260101||ADT^A08|1|P|2.5.1||||||\(name)\rPID|1||||"
        let message = try HL7Message(Array(header.utf8) + bytes + Array("^x|next".utf8))
        #expect(message.field("PID", 5).text(1) == text)
        #expect(message.field("PID", 5).text(2) == "x")
        #expect(message.field("PID", 6).text == "next")
    }

    @Test(
        arguments: [
            (String.Encoding.utf16LittleEndian, [0xFF, 0xFE]), (.utf16LittleEndian, []),
            (.utf16BigEndian, [0xFE, 0xFF]),
            (.utf16BigEndian, []), (.utf32LittleEndian, [0xFF, 0xFE, 0, 0]), (.utf32BigEndian, []),
            (.utf8, [0xEF, 0xBB, 0xBF]),
        ] as [(String.Encoding, [UInt8])])
    func `byte order marks and wide texts`(encoding: String.Encoding, mark: [UInt8]) throws {
        let text = "MSH|^~\\&|A|B|C|D|20260101||ADT^A08|1|P|2.5.1||||||UNICODE UTF-16\rPID|1||||Müller^中"
        let message = try HL7Message(mark + Array(try #require(text.data(using: encoding))))
        #expect(message.field("PID", 5).text(1) == "Müller")
        #expect(message.field("PID", 5).text(2) == "中")
    }

    @Test func `a charset that is unknown or a lie is named`() throws {
        func fault(_ charset: String, _ bytes: [UInt8]) -> HL7Fault? {
            let header = "MSH|^~\\&|A|B|C|D|20260101||ADT^A08|1|P|2.5.1||||||\(charset)\rPID|1||||"
            do throws(HL7Fault) {
                _ = try HL7Message(Array(header.utf8) + bytes)
                return nil
            } catch {
                return error
            }
        }
        #expect(fault("KLINGON", [])?.problem.contains("KLINGON") == true)
        #expect(fault("KLINGON", [])?.isRejected == false)
        #expect(fault("8859/1~KLINGON", [])?.place == "MSH-18")
        #expect(fault("UNICODE UTF-8", [0xE9, 0x41])?.place == "MSH-18")
        #expect(fault("BIG-5", [0xFF, 0xFF])?.problem.contains("BIG-5") == true)
    }

    @Test func `the charset of the feed counts where none is named`() throws {
        let bytes = Array("MSH|^~\\&|A\rPID|1||||".utf8) + [0xD0]
        #expect(try HL7Message(bytes, charset: "8859/5").field("PID", 5).text == "а")
    }

    @Test(arguments: ["", "PID|1", "MSH", "MSH|", "MSH||||", "MSH|^^^^|", "MSH|abcd|", "FHS|^~\\&|A"])
    func `what is no message is refused`(text: String) {
        #expect(throws: HL7Fault.self) { try message(text) }
    }

    @Test func `limits`() throws {
        func rejected(_ text: String) -> Bool? {
            do throws(HL7Fault) {
                _ = try HL7Message(Array(text.utf8))
                return nil
            } catch {
                return error.isRejected
            }
        }
        let header = "MSH|^~\\&|A\r"
        #expect(rejected(header + String(repeating: "x", count: HL7Message.mostBytes)) == true)
        #expect(rejected(header + String(repeating: "DG1|1\r", count: 2_001)) == true)
        #expect(rejected(header + "PID" + String(repeating: "|", count: 501)) == false)
        #expect(rejected(header + "PID|1\r" + header) == true)
        #expect(rejected(header + "PID" + String(repeating: "|", count: 499)) == nil)
    }

    @Test func `mutated messages never end the process`() throws {
        let seeds = [
            ADTFixture.text(
                "A01",
                [
                    "EVN|A01|20261127070000|||",
                    "PID|1||7^^^H&2.1&ISO^MR~8^^^^SS||DOE&VAN^JANE||19500102|F|||1&2^^X||^PRN^PH^^1^2^3",
                    "PV1|1|I|W^1^2^H|E|||1^A^B|||SUR||||7|||||V1^^^H||||||||||||||||||||||||20261127||||||",
                    "DG1|1|I10|I5021^HF^I10|||A", "AL1|1|DA|P^Penicillin|SV|Rash",
                    "IN1|1|P^Plan|I|BCBS||||G||||2026||||||||||||||||||||||||N",
                ], msh15: "AL"),
            ADTFixture.text("A40", ["EVN||2026", "PID|1||7^^^H^MR", "MRG|8^^^H^MR"]),
        ]
        // A small generator with a seed, so that what fails fails again.
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(bound, 1)))
        }
        let signs: [UInt8] = [0, 10, 13, 28, 34, 38, 48, 57, 92, 94, 124, 126, 0x1B, 0x80, 0xC3, 0xFF, 0xFE]
        let rules = try ADTFixture.rules()
        let acknowledge = Acknowledge(zone: ADTFixture.zone)
        var verdicts: Set<HL7Receipt.Verdict> = []
        for round in 0..<1_200 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            for _ in 0...next(12) {
                guard !bytes.isEmpty else { break }
                let place = next(bytes.count)
                switch next(5) {
                case 0: bytes[place] = signs[next(signs.count)]
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(signs[next(signs.count)], at: place)
                case 3: bytes.removeSubrange(place..<min(bytes.count, place + next(30)))
                default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + next(60))], at: next(place))
                }
            }
            let receipt = HL7Receipt(bytes, rules: rules, from: "192.0.2.1", received: ADTFixture.now)
            verdicts.insert(receipt.verdict)
            _ = acknowledge.reply(to: receipt, bytes: bytes, isKept: true, controlID: "1", now: ADTFixture.now)
            if let message = receipt.message, let feed = receipt.feed, receipt.verdict == .accepted {
                let bundle = try ADTMessage.fhir(message, feed: feed, received: ADTFixture.now)
                #expect(try ADTFixture.problems(bundle) == [], "round \(round)")
            }
        }
        #expect(verdicts == [.accepted, .error, .rejected])
    }
}
