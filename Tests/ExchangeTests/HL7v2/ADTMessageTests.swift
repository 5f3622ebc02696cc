import FHIR
import Foundation
import TestSupport
import Testing

@testable import Exchange

struct ADTMessageTests {
    @Test("Messages of many triggers become valid FHIR", .enabled(if: SharedData.isThere))
    func allMessages() throws {
        let files = SharedData.files(in: "data/hl7v2", ending: ".hl7")
        try #require(files.count == 26)
        for file in files {
            let bytes = Array(try Data(contentsOf: file))
            let receipt = HL7Receipt(bytes, rules: try ADTFixture.rules(), from: nil, received: ADTFixture.now)
            let name = file.lastPathComponent
            #expect(receipt.verdict == .accepted, "\(name): \(receipt.fault?.description ?? "")")
            let message = try #require(receipt.message)
            let bundle = try ADTMessage.fhir(message, feed: try ADTFixture.feed(), received: ADTFixture.now)
            #expect(try ADTFixture.problems(bundle) == [], "\(name)")
            #expect(!String(decoding: bundle.serialized(), as: UTF8.self).contains("\"\""), "\(name)")
            let trigger = String(name.dropFirst(4).prefix(3))
            let header = try #require(ADTFixture.resources(bundle, "MessageHeader").first)
            #expect(header["eventCoding"]?["code"]?.string == trigger)
            let again = try ADTMessage.fhir(message, feed: try ADTFixture.feed(), received: ADTFixture.now)
            #expect(again == bundle)
        }
    }
}
