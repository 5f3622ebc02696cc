import Content
import FHIR
import Records

@testable import Care

/// Messages of a hospital, as tests make them: the stored one holds the FHIR message that was made of it.
enum Told {
    static let system = "urn:almoner:authority:GHH"

    /// One message about Delores Whitfield's stay 77.
    static func message(
        _ event: String, _ control: String, at recorded: String, happened: String? = nil, number: String = "100",
        visit: String? = "77", patient: JSON = [:], encounter: JSON? = nil, cleared: [String] = [],
        merging old: String? = nil, others: [(id: String, JSON)] = []
    ) -> InboundMessage {
        var person: JSON = [
            "resourceType": "Patient", "identifier": [["system": .string(system), "value": .string(number)]],
            "name": [["family": "Whitfield", "given": ["Delores"]]], "birthDate": "1948-03-14", "gender": "female",
        ]
        for name in patient.names {
            person[name] = patient[name]
        }
        var said: [JSON] = [
            ["url": .string(MessageReading.recordedURL), "valueDateTime": .string(recorded)],
            ["url": .string(MessageReading.occurredURL), "valueDateTime": .string(happened ?? recorded)],
        ]
        said += cleared.map { ["url": .string(MessageReading.clearedURL), "valueString": .string($0)] }
        var entries: [JSON] = [
            [
                "fullUrl": "urn:uuid:header",
                "resource": [
                    "resourceType": "MessageHeader", "eventCoding": ["code": .string(event)],
                    "extension": .array(said),
                ],
            ],
            ["fullUrl": "urn:uuid:patient", "resource": person],
        ]
        if let old {
            entries.append([
                "fullUrl": "urn:uuid:old",
                "resource": [
                    "resourceType": "Patient",
                    "identifier": [["system": .string(system), "value": .string(old)]],
                    "link": [["type": "replaced-by", "other": ["reference": "urn:uuid:patient"]]],
                ],
            ])
        }
        if visit != nil {
            var stay: JSON = ["resourceType": "Encounter", "subject": ["reference": "urn:uuid:patient"]]
            for name in (encounter ?? [:]).names {
                stay[name] = encounter?[name]
            }
            entries.append(["fullUrl": "urn:uuid:stay", "resource": stay])
        }
        entries += others.map { ["fullUrl": .string("urn:uuid:\($0.id)"), "resource": $0.1] }
        let bundle: JSON = ["resourceType": "Bundle", "type": "message", "entry": .array(entries)]
        return InboundMessage(
            feed: "hospital", sender: "ADT|GHH", control: control, event: "ADT^\(event)",
            keys: ["\(system)|\(number)"], visit: visit.map { "urn:visits|\($0)" }, answer: "AA",
            body: bundle.serialized())
    }

    static let inpatient: JSON = ["code": "IMP", "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode"]
    static let emergency: JSON = ["code": "EMER", "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode"]

    /// A stay from admission to discharge, with what happens on the way.
    static func stay() -> [InboundMessage] {
        [
            message(
                "A04", "1", at: "2026-11-15T20:10:00Z", happened: "2026-11-15T20:00:00Z",
                encounter: ["class": emergency]),
            message(
                "A06", "2", at: "2026-11-16T01:05:00Z", encounter: ["class": inpatient, "location": [place("4 East")]]),
            message("A08", "3", at: "2026-11-16T08:00:00Z", encounter: ["reasonCode": [["text": "Heart failure"]]]),
            message("A02", "4", at: "2026-11-17T09:00:00Z", encounter: ["location": [place("2 West")]]),
            message(
                "A03", "5", at: "2026-11-19T15:20:00Z", happened: "2026-11-19T15:00:00Z",
                encounter: ["hospitalization": ["dischargeDisposition": ["coding": [["code": "01"]]]]]),
            message(
                "A08", "6", at: "2026-11-19T18:00:00Z",
                patient: ["telecom": [["system": "phone", "value": "555-0101"]]]),
        ]
    }

    static func place(_ name: String) -> JSON { ["location": ["display": .string(name)]] }

    /// Reads what a test has stored as a message.
    static func verb(creates: Bool = true) throws -> TakeInMessages {
        TakeInMessages(
            rules: try MatchRules(content: Content(folder: nil)), createsPeople: { _ in creates },
            translate: { try JSONDocument($0.body).root.value })
    }
}
