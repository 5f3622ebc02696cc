package import FHIR

/// HL7 v2 ADT as FHIR: a Bundle of type `message`, beginning with a MessageHeader that says what happened and when.
///
/// - `MessageHeader.eventCoding` is the trigger. Extensions: `urn:almoner:event-time` when it happened,
///   `urn:almoner:recorded-time` when the sender wrote it down, `urn:almoner:cleared` a FHIR path for each field that came
///   as two quotation marks, which deletes, and `urn:almoner:unread` the place of each time that is none, as `PID-7`. What
///   stands nowhere in the Bundle is not changed.
/// - Patient, and Encounter where a visit is told of. Of an update (A08) the Encounter's status is `unknown`, its class a
///   data-absent-reason where none came: FHIR has no other way to say that nothing is said of them.
/// - A merge gives each survivor a Patient, followed by one with the retired identifiers and a link `replaced-by` to it.
package enum ADTMessage {
    /// Translates a message. Nothing is looked up: the same message gives the same Bundle, with the same addresses for the
    /// same person and visit of a feed.
    /// - Parameters:
    ///   - message: of type ADT.
    ///   - feed: whose it is.
    ///   - received: when it came, milliseconds since 1970.
    /// - Returns: the Bundle.
    /// - Throws: `HL7Fault` when what the event needs is missing or cannot be read.
    package static func fhir(_ message: HL7Message, feed: Feed, received: Int64) throws(HL7Fault) -> JSON {
        let translation = try ADTTranslation(message, feed: feed, received: received)
        return translation.bundle()
    }
}

/// One message on its way to FHIR: what is known before its resources are made.
struct ADTTranslation {
    let message: HL7Message
    let feed: Feed
    let received: Int64
    let trigger: String
    let people: [Person]
    let datatypes: HL7Datatypes

    /// A PID with what stands below it up to the next.
    struct Person {
        let pid: HL7Message.Segment
        var segments: [HL7Message.Segment] = []
        /// Of PID-3, PID-2 and PID-4, the main one first among those that name the person.
        let identifiers: HL7PersonIdentifiers
        let address: String

        func first(_ name: String) -> HL7Message.Segment? { segments.first { $0.name == name } }

        func all(_ name: String) -> [HL7Message.Segment] { segments.filter { $0.name == name } }
    }

    /// Events that retire one identifier in favour of another.
    static let merges: Set<String> = ["A18", "A30", "A34", "A36", "A39", "A40", "A46", "A47"]

    /// Events that tell of a visit or of nothing.
    private static let visits: Set<String> = [
        "A01", "A02", "A03", "A04", "A05", "A06", "A07", "A11", "A12", "A13", "A14", "A21", "A22", "A23", "A27", "A38",
    ]

    init(_ message: HL7Message, feed: Feed, received: Int64) throws(HL7Fault) {
        self.message = message
        self.feed = feed
        self.received = received
        trigger = message.trigger.uppercased()
        datatypes = HL7Datatypes(feed: feed, message: message)
        var people: [Person] = []
        for segment in message.segments {
            if segment.name == "PID" {
                let identifiers = HL7PersonIdentifiers(segment, datatypes)
                guard let main = identifiers.keys.first else {
                    throw HL7Fault(.requiredFieldMissing, at: "PID-3", "no identifier of the patient can be read")
                }
                let address = Self.address(feed, "Patient", main)
                people.append(Person(pid: segment, identifiers: identifiers, address: address))
            } else if !people.isEmpty {
                people[people.count - 1].segments.append(segment)
            }
        }
        guard !people.isEmpty else {
            throw HL7Fault(.segmentSequence, at: "PID", "the message has no PID segment")
        }
        self.people = people
        if Self.visits.contains(trigger), !people.contains(where: { $0.first("PV1") != nil }) {
            throw HL7Fault(.segmentSequence, at: "PV1", "the message has no PV1 segment")
        }
        try checkTimes()
        if Self.merges.contains(trigger) {
            guard people.contains(where: { !retired(of: $0).isEmpty }) else {
                throw HL7Fault(.requiredFieldMissing, at: "MRG-1", "no identifier to be merged can be read")
            }
        }
    }

    /// The address of what a key names, the same each time.
    static func address(_ feed: Feed, _ type: String, _ key: String) -> String {
        "urn:uuid:" + Identity.uuid5("urn:almoner:feed:\(feed.id)|\(type)|\(key)")
    }

    /// Times that the event turns on have to be readable where they stand.
    private func checkTimes() throws(HL7Fault) {
        let needed: [(String, Int)] =
            switch trigger {
            case "A01", "A04": [("PV1", 44), ("EVN", 6), ("EVN", 2), ("MSH", 7)]
            case "A03": [("PV1", 45), ("EVN", 6), ("EVN", 2), ("MSH", 7)]
            default: [("EVN", 6), ("EVN", 2), ("MSH", 7)]
            }
        for (segment, number) in needed {
            let field = message.field(segment, number)
            if let text = field.text, HL7Time(text, zone: feed.zone) == nil {
                throw HL7Fault(.dataType, at: "\(segment)-\(number)", "the time cannot be read")
            }
        }
    }

    /// When what the message tells happened.
    var eventTime: HL7Time {
        var places: [(String, Int)] =
            switch trigger {
            case "A01", "A04": [("PV1", 44)]
            case "A03": [("PV1", 45)]
            default: []
            }
        places += [("EVN", 6), ("EVN", 2), ("MSH", 7)]
        return time(places) ?? HL7Time(milliseconds: received, zone: feed.zone)
    }

    /// When the sender wrote it down.
    var recordedTime: HL7Time {
        time([("EVN", 2), ("MSH", 7)]) ?? HL7Time(milliseconds: received, zone: feed.zone)
    }

    /// The first of some times that is not out of reach: clocks of senders run ahead, but not by more than a day.
    private func time(_ places: [(String, Int)]) -> HL7Time? {
        for (segment, number) in places {
            if let time = HL7Time(message.field(segment, number).text, zone: feed.zone),
                time.milliseconds <= received &+ 86_400_000
            {
                return time
            }
        }
        return nil
    }

    func bundle() -> JSON {
        var entries: [(address: String, resource: JSON)] = []
        var seen: Set<String> = []
        func add(_ address: String, _ resource: JSON) {
            // What is told twice is one; the first is kept.
            if seen.insert(address).inserted { entries.append((address, resource)) }
        }
        for person in people {
            add(person.address, patient(person))
            if Self.merges.contains(trigger) {
                let retired = retired(of: person)
                if let key = retired.keys.first {
                    add(Self.address(feed, "Patient", key), replaced(retired, by: person))
                }
            }
            let conditions = conditions(of: person)
            if let visit = visit(of: person) { add(visit.address, encounter(visit, person, conditions)) }
            for condition in conditions { add(condition.address, condition.resource) }
            for (address, resource) in allergies(of: person) { add(address, resource) }
            for (address, resource) in relatedPersons(of: person) { add(address, resource) }
            for (address, resource) in coverages(of: person) { add(address, resource) }
        }
        let header = header(focus: people.map(\.address))
        let key = "\(message.field("MSH", 3).text ?? "")|\(message.controlID)|\(recordedTime.milliseconds)"
        entries.insert((Self.address(feed, "MessageHeader", key), header), at: 0)
        return .compact([
            "resourceType": "Bundle", "type": "message",
            "identifier": message.controlID.isEmpty
                ? nil : ["system": .string("urn:almoner:feed:\(feed.id)"), "value": .string(message.controlID)],
            "entry": .array(entries.map { ["fullUrl": .string($0.address), "resource": $0.resource] }),
        ])
    }

    private func header(focus: [String]) -> JSON {
        let application = message.field("MSH", 3)
        let facility = message.field("MSH", 4)
        var extensions: [JSON] = [
            ["url": "urn:almoner:event-time", "valueDateTime": .string(eventTime.dateTime)],
            ["url": "urn:almoner:recorded-time", "valueDateTime": .string(recordedTime.dateTime)],
        ]
        for place in unread() { extensions.append(["url": "urn:almoner:unread", "valueString": .string(place)]) }
        for path in cleared() { extensions.append(["url": "urn:almoner:cleared", "valueString": .string(path)]) }
        var seen: Set<String> = []
        return .compact([
            "resourceType": "MessageHeader",
            "extension": .array(extensions),
            "eventCoding": [
                "system": .string(HL7Tables.v2 + "0003"), "code": .string(trigger),
            ],
            "source": .compact([
                "name": (facility.text(1) ?? facility.text(2)).map(JSON.string),
                "software": (application.text(1) ?? application.text(2)).map(JSON.string),
                "endpoint": .string("urn:almoner:feed:\(feed.id)"),
            ]),
            "focus": .array(focus.filter { seen.insert($0).inserted }.map { ["reference": .string($0)] }),
        ])
    }
}
