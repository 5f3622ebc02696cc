import FHIR

/// What all messages about one number of a stay say together, as Encounters: one as a rule, more where the sender uses
/// the number again after the stay had ended.
///
/// Messages are taken in the order in which the sender wrote them, whatever the order of their arrival (HL7 v2.5.1,
/// 3.3): an admission begins, a discharge ends, an update changes what it names and neither ends nor reopens, a cancel
/// takes back what it cancels.
struct VisitFold {
    /// Encounters without id and subject, oldest first.
    private(set) var encounters: [JSON] = []
    private var current: VisitState?

    /// - Parameter readings: messages about one number of a stay, in any order.
    init(_ readings: [MessageReading]) {
        for reading in readings.sorted(by: MessageReading.isEarlier) where Self.tells.contains(reading.event) {
            take(reading)
        }
        close()
    }

    /// Events that say something of a stay.
    static let tells: Set<String> = ["A01", "A02", "A03", "A04", "A06", "A07", "A08", "A11", "A12", "A13"]

    private mutating func take(_ reading: MessageReading) {
        let said = reading.encounter ?? [:]
        if ["A01", "A04"].contains(reading.event), let before = current, before.isFollowed(by: reading) {
            close()
        }
        var state = current ?? VisitState()
        state.take(reading, said)
        current = state
    }

    private mutating func close() {
        if let encounter = current?.encounter {
            encounters.append(encounter)
        }
        current = nil
    }
}

/// One stay while its messages are gone through.
private struct VisitState {
    private enum Status: String {
        case inProgress = "in-progress"
        case finished
        case cancelled
    }

    private var status: Status?
    private var start: String?
    private var end: String?
    private var fields: JSON = [:]
    private var locations: [JSON] = []
    private var history: [JSON] = []
    private var since: String?

    private static let apart: Set<String> = [
        "resourceType", "id", "status", "period", "location", "class", "hospitalization", "subject",
    ]

    /// Whether an admission begins another stay: this one is over, and it came later.
    func isFollowed(by reading: MessageReading) -> Bool {
        guard status == .finished, let end = end.flatMap({ FHIRDate($0)?.low }) else {
            return false
        }
        let begins = Self.start(reading).flatMap { FHIRDate($0)?.low } ?? reading.occurred
        return begins >= end
    }

    private static func start(_ reading: MessageReading) -> String? {
        reading.encounter?["period"]?["start"]?.string
    }

    mutating func take(_ reading: MessageReading, _ said: JSON) {
        let moment = FHIRDate.instant(reading.occurred)
        keepFields(reading, said)
        switch reading.event {
        case "A01", "A04":
            // One that is written down late changes what it says, and reopens nothing.
            if status != .finished {
                status = .inProgress
            }
            start = Self.start(reading) ?? start ?? moment
        case "A03":
            status = .finished
            end = said["period"]?["end"]?.string ?? moment
        case "A06", "A07":
            status = status ?? .inProgress
        case "A11":
            // What was never begun cannot be taken back; the admission may still be on its way.
            status = .cancelled
        case "A12":
            _ = locations.popLast()
        case "A13":
            status = .inProgress
            end = nil
            fields["hospitalization"] = fields["hospitalization"].flatMap { hospitalization in
                var left = hospitalization
                left["dischargeDisposition"] = nil
                left["destination"] = nil
                return left.names.isEmpty ? nil : left
            }
        default:
            // An update of a stay whose admission was never heard of still says that somebody is, or was, there.
            if status == nil, said["period"]?["start"] != nil {
                end = said["period"]?["end"]?.string
                status = end == nil ? .inProgress : .finished
            }
            if status == .finished, let corrected = said["period"]?["end"]?.string {
                end = corrected
            }
        }
        if let begun = Self.start(reading) {
            start = begun
        }
        keepLocation(reading, said)
        keepClass(reading, said, at: moment)
    }

    private mutating func keepFields(_ reading: MessageReading, _ said: JSON) {
        for name in said.names where !Self.apart.contains(name) {
            fields[name] = said[name]
        }
        if let hospitalization = said["hospitalization"] {
            var kept = fields["hospitalization"] ?? [:]
            for name in hospitalization.names {
                kept[name] = hospitalization[name]
            }
            fields["hospitalization"] = kept
        }
        for path in reading.cleared {
            let parts = path.split(separator: ".").map(String.init)
            guard parts.first == "Encounter", let name = parts.dropFirst().first, !["status", "class"].contains(name)
            else {
                continue
            }
            if parts.count == 2 {
                fields[name] = nil
            } else if name == "period", parts.last == "end", status != .finished {
                end = nil
            } else if name == "hospitalization", var left = fields[name], let last = parts.last {
                left[last] = nil
                fields[name] = left.names.isEmpty ? nil : left
            }
        }
    }

    private mutating func keepLocation(_ reading: MessageReading, _ said: JSON) {
        guard reading.event != "A12", let place = said["location"]?.array.first else {
            return
        }
        if locations.last?["location"] != place["location"] {
            locations.append(place)
        }
    }

    private mutating func keepClass(_ reading: MessageReading, _ said: JSON, at moment: String) {
        let forced: [String: (code: String, display: String)] = [
            "A06": ("IMP", "inpatient encounter"), "A07": ("AMB", "ambulatory"),
        ]
        // An update that says nothing of it has a class without a code: FHIR asks for one.
        let coded: JSON? =
            said["class"].flatMap { $0["code"] == nil ? nil : $0 }
            ?? forced[reading.event].map { kind in
                [
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(kind.code),
                    "display": .string(kind.display),
                ]
            }
        guard let coded, coded["code"] != fields["class"]?["code"] else {
            return
        }
        // An emergency visit that became a stay: that it was one is told on.
        if let before = fields["class"] {
            history.append([
                "class": before,
                "period": .compact(["start": (since ?? start).map(JSON.string), "end": .string(moment)]),
            ])
        }
        fields["class"] = coded
        since = moment
    }

    /// The stay as it stands; nil when nothing but updates and cancels were heard of it.
    var encounter: JSON? {
        guard let status, var start = start ?? end else {
            return nil
        }
        // Systems do write an end before the beginning; a period cannot.
        if let end, let from = FHIRDate(start)?.low, let until = FHIRDate(end)?.low, until < from {
            start = end
        }
        var result: JSON = ["resourceType": "Encounter", "status": .string(status.rawValue)]
        for name in fields.names {
            result[name] = fields[name]
        }
        if result["class"] == nil {
            result["class"] = [
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB", "display": "ambulatory",
            ]
        }
        if !history.isEmpty {
            result["classHistory"] = .array(history)
        }
        result["period"] = .compact(["start": .string(start), "end": end.map(JSON.string)])
        if !locations.isEmpty {
            result["location"] = .array(
                locations.enumerated().map { place, location in
                    var location = location
                    let isHere = place == locations.count - 1 && status == .inProgress
                    location["status"] = .string(isHere ? "active" : "completed")
                    return location
                })
        }
        return result
    }
}
