import Content
import FHIR
import Foundation
import TestSupport

@testable import Exchange

/// Feeds and messages for tests of HL7 v2.
enum ADTFixture {
    /// 2026-11-27 12:00 UTC.
    static let now: Int64 = 1_795_780_800_000

    static let zone = TimeZone(identifier: "America/New_York") ?? .gmt

    /// The feeds that come with the program, or those of a text.
    static func rules(_ feeds: String? = nil) throws -> FeedRules {
        let head = """
            kind: feeds
            id: test
            source: test
            version: 1.0.0
            licence: Apache-2.0
            effectiveFrom: 2026-01-01

            """
        let content = Content(folder: nil)
        return try FeedRules(
            content: { feeds.map { Array((head + $0).utf8) } ?? content.file($0) }, zone: zone)
    }

    static func feed() throws -> Feed {
        guard let feed = try rules().feeds.first else { throw HL7Fault(.internalError, at: "feeds", "none") }
        return feed
    }

    /// A message of lines, with a header of a trigger.
    static func text(_ trigger: String, _ lines: [String], version: String = "2.5.1", msh15: String = "") -> String {
        let header =
            "MSH|^~\\&|EPIC|GENERAL|ALMONER|CARE|20261127070000||ADT^\(trigger)|C\(trigger)|P|\(version)|||\(msh15)"
        return ([header] + lines).joined(separator: "\r") + "\r"
    }

    static func bundle(_ text: String) throws -> JSON {
        try ADTMessage.fhir(try HL7Message(Array(text.utf8)), feed: try feed(), received: now)
    }

    /// The resources of a type.
    static func resources(_ bundle: JSON, _ type: String) -> [JSON] {
        (bundle["entry"]?.array ?? []).compactMap { $0["resource"] }.filter { $0["resourceType"]?.string == type }
    }

    /// The errors that FHIR finds in a Bundle and each of its resources.
    static func problems(_ bundle: JSON) throws -> [String] {
        let validator = Validator(definitions: try ScratchRecords.definitions())
        let document = try bundle.document()
        return validator.validate(document.root, expecting: "Bundle").filter {
            $0.severity == .error || $0.severity == .fatal
        }
        .map { "\($0.expression ?? ""): \($0.diagnostics)" }
    }
}
