import FHIR

extension ADTTranslation {
    /// A visit that a message tells of.
    struct Visit {
        let pv1: HL7Message.Segment
        /// PV1-19, else the account PID-18.
        let identifier: HL7PersonIdentifiers.Identifier?
        let address: String
    }

    /// The visit below a PID; nil where there is no PV1, or one of an event that only tells of a person and names none.
    func visit(of person: Person) -> Visit? {
        guard let pv1 = person.first("PV1") else { return nil }
        let identifier =
            datatypes.identifier(pv1[19], usualType: "VN") ?? datatypes.identifier(person.pid[18], usualType: "AN")
        let tellsOfPerson = ["A28", "A29", "A31", "A60"].contains(trigger) || Self.merges.contains(trigger)
        guard identifier != nil || !tellsOfPerson else { return nil }
        // Without a number a visit is known by its beginning.
        let began = datatypes.time(pv1[44])?.milliseconds ?? eventTime.milliseconds
        let key = identifier?.key ?? "\(person.address)|\(began)"
        return Visit(pv1: pv1, identifier: identifier, address: Self.address(feed, "Encounter", key))
    }

    /// Encounter.status by event. FHIR asks for one: `unknown` stands for "nothing is said of it".
    private var status: String {
        switch trigger {
        case "A01", "A02", "A04", "A06", "A07", "A12", "A13", "A22": "in-progress"
        case "A03": "finished"
        case "A05", "A14": "planned"
        case "A11", "A27", "A38": "cancelled"
        case "A21": "onleave"
        case "A23": "entered-in-error"
        default: "unknown"
        }
    }

    func encounter(_ visit: Visit, _ person: Person, _ conditions: [Diagnosis]) -> JSON {
        let pv1 = visit.pv1
        let pv2 = person.first("PV2")
        var encounter: JSON = ["resourceType": "Encounter"]
        func put(_ name: String, _ values: [JSON]) { if !values.isEmpty { encounter[name] = .array(values) } }
        if let expected = pv2.flatMap({ datatypes.time($0[9]) }) {
            put(
                "extension",
                [["url": "urn:almoner:expected-discharge", "valueDateTime": .string(expected.dateTime)]])
        }
        put("identifier", [visit.identifier?.json].compactMap { $0 })
        encounter["status"] = .string(status)
        encounter["class"] = encounterClass(pv1)
        put("type", [local(pv1[18], "0018")].compactMap { $0 })
        encounter["serviceType"] = local(pv1[10], "0069")
        encounter["priority"] = mapped(
            pv1[4], feed.tables.priority, HL7Tables.priorities, HL7Tables.v3 + "ActPriority", "0007")
        encounter["subject"] = ["reference": .string(person.address)]
        put("participant", participants(pv1))
        encounter["period"] = period(pv1, pv2)
        put("reasonCode", reasons(pv2, conditions))
        put("diagnosis", conditions.filter { !$0.isDeleted }.map(\.role))
        let isTakenBack = trigger == "A13"
        let hospitalization: JSON = .compact([
            "admitSource": mapped(
                pv1[14], feed.tables.admitSource, HL7Tables.admitSources, HL7Tables.terminology + "admit-source", "0023"
            ),
            "destination": isTakenBack ? nil : pv1[37].text.map { ["display": .string($0)] },
            "dischargeDisposition": isTakenBack ? nil : disposition(pv1[36]),
        ])
        if hospitalization != .object([]) { encounter["hospitalization"] = hospitalization }
        put("location", locations(pv1))
        let facility = message.field("MSH", 4)
        let provider = pv1[39].text ?? pv1[3].text(4) ?? facility.text(1) ?? facility.text(2)
        encounter["serviceProvider"] = provider.map { ["display": .string($0)] }
        return encounter
    }

    private func encounterClass(_ pv1: HL7Message.Segment) -> JSON {
        let code = pv1[2].text?.uppercased()
        let table = feed.tables.encounterClass
        var known = code.flatMap { table[$0] }
        // Observation is told by the patient type where the class has no letter for it.
        if let type = pv1[18].text?.uppercased(), table[type] == "OBSENC", known != "EMER" { known = "OBSENC" }
        if let known, let display = HL7Tables.classes[known] {
            return [
                "system": .string(HL7Tables.v3 + "ActCode"), "code": .string(known), "display": .string(display),
            ]
        }
        if let code { return ["system": .string(HL7Tables.v2 + "0004"), "code": datatypes.code(code)] }
        return [
            "extension": [
                [
                    "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown",
                ]
            ]
        ]
    }

    /// A code of a table that is the site's own.
    private func local(_ field: HL7Value, _ table: String) -> JSON? {
        guard let code = field.text(1) else { return nil }
        return [
            "coding": [["system": .string(HL7Tables.v2 + table), "code": datatypes.code(code)]],
            "text": .string(field.text(2) ?? code),
        ]
    }

    /// FHIR's code where the feed's table has one, and the sender's.
    private func mapped(
        _ field: HL7Value, _ table: [String: String], _ words: [String: String], _ system: String, _ number: String
    ) -> JSON? {
        guard var concept = local(field, number), let code = field.text(1) else { return nil }
        if let known = table[code.uppercased()], let display = words[known] {
            concept["coding"] = .array(
                [["system": .string(system), "code": .string(known), "display": .string(display)]]
                    + (concept["coding"]?.array ?? []))
        }
        return concept
    }

    private func disposition(_ field: HL7Value) -> JSON? {
        guard var concept = local(field, "0112"), let code = field.text(1)?.uppercased() else { return nil }
        // Claims write two digits; some senders leave the first away.
        guard let known = feed.tables.disposition[code] ?? feed.tables.disposition["0\(code)"] else { return concept }
        let isClaims = HL7Tables.isClaimsDisposition(known)
        let coding: JSON = .compact([
            "system": .string(
                isClaims
                    ? "https://www.nubc.org/CodeSystem/PatDischargeStatus"
                    : HL7Tables.terminology + "discharge-disposition"),
            "code": .string(known), "display": HL7Tables.dispositions[known].map(JSON.string),
        ])
        concept["coding"] = .array([coding] + (concept["coding"]?.array ?? []))
        return concept
    }

    private func participants(_ pv1: HL7Message.Segment) -> [JSON] {
        [(7, "ATND", "attender"), (8, "REF", "referrer"), (17, "ADM", "admitter")].flatMap { number, code, display in
            pv1[number].repetitions.prefix(10).compactMap { datatypes.practitioner($0) }.map { who in
                [
                    "type": [
                        [
                            "coding": [
                                [
                                    "system": .string(HL7Tables.v3 + "ParticipationType"), "code": .string(code),
                                    "display": .string(display),
                                ]
                            ]
                        ]
                    ], "individual": who,
                ]
            }
        }
    }

    /// Of a stay that ends before it begins the end is kept when a discharge is told, the beginning otherwise.
    private func period(_ pv1: HL7Message.Segment, _ pv2: HL7Message.Segment?) -> JSON? {
        var start = datatypes.time(pv1[44])
        if status == "planned", start == nil { start = pv2.flatMap { datatypes.time($0[8]) } }
        var end = trigger == "A13" ? nil : datatypes.time(pv1[45])
        if trigger == "A03", end == nil { end = eventTime }
        if let first = start, let last = end, first.milliseconds > last.milliseconds {
            if trigger == "A03" { start = nil } else { end = nil }
        }
        guard start != nil || end != nil else { return nil }
        return .compact(["start": start.map { .string($0.dateTime) }, "end": end.map { .string($0.dateTime) }])
    }

    private func reasons(_ pv2: HL7Message.Segment?, _ conditions: [Diagnosis]) -> [JSON] {
        var found = [pv2.flatMap { datatypes.concept($0[3]) }].compactMap { $0 }
        for condition in conditions where condition.isAdmitting && !condition.isDeleted {
            if let code = condition.resource["code"], !found.contains(code) { found.append(code) }
        }
        return found
    }

    private func locations(_ pv1: HL7Message.Segment) -> [JSON] {
        let now = status == "planned" ? "planned" : status == "finished" ? "completed" : "active"
        var found: [JSON] = []
        if let display = place(pv1[3]) {
            found.append(["location": ["display": .string(display)], "status": .string(now)])
        }
        if trigger == "A02", let display = place(pv1[6]) {
            found.append(["location": ["display": .string(display)], "status": "completed"])
        }
        return found
    }

    /// PL: ward, room and bed, then where they are.
    private func place(_ field: HL7Value) -> String? {
        let near = [1, 2, 3].compactMap { field.text($0) }
        let far = [8, 7, 4].compactMap { field.text($0) }
        let parts = near + far
        return parts.isEmpty ? field.text(9) : parts.joined(separator: ", ")
    }
}
