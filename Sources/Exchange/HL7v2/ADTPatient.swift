import FHIR

extension ADTTranslation {
    /// The Patient of a PID. What is empty there is left out, which means "no change".
    func patient(_ person: Person) -> JSON {
        let pid = person.pid
        var patient: JSON = [
            "resourceType": "Patient", "identifier": .array(person.identifiers.all.map(\.json)),
        ]
        func put(_ name: String, _ values: [JSON]) { if !values.isEmpty { patient[name] = .array(values) } }
        put("extension", [race(pid[10], "race"), race(pid[22], "ethnicity")].compactMap { $0 })
        let names = pid[5].repetitions.compactMap { datatypes.name($0) }
        put("name", names + pid[9].repetitions.compactMap { datatypes.name($0, use: "nickname") })
        put(
            "telecom",
            pid[13].repetitions.compactMap { datatypes.telecom($0, use: "home") }
                + pid[14].repetitions.compactMap { datatypes.telecom($0, use: "work") })
        patient["gender"] = HL7Tables.gender(pid[8].text).map(JSON.string)
        patient["birthDate"] = datatypes.time(pid[7]).map { .string($0.date) }
        switch pid[30].text?.uppercased() {
        case "N": patient["deceasedBoolean"] = false
        case let indicator:
            if let died = datatypes.time(pid[29]) {
                patient["deceasedDateTime"] = .string(died.dateTime)
            } else if indicator == "Y" {
                patient["deceasedBoolean"] = true
            }
        }
        put("address", pid[11].repetitions.compactMap { datatypes.address($0) })
        if let code = pid[16].text(1), let status = HL7Tables.maritalStatus(code) {
            patient["maritalStatus"] = [
                "coding": [
                    [
                        "system": .string(HL7Tables.v3 + "MaritalStatus"), "code": .string(status.code),
                        "display": .string(status.display),
                    ]
                ]
            ]
        }
        if let order = pid[25].text.flatMap({ Int($0) }), (1...20).contains(order), pid[24].text?.uppercased() == "Y" {
            patient["multipleBirthInteger"] = .int(order)
        } else if let several = pid[24].text?.uppercased(), several == "Y" || several == "N" {
            patient["multipleBirthBoolean"] = .bool(several == "Y")
        }
        if let language = language(pid[15]) { put("communication", [["language": language, "preferred": true]]) }
        put("generalPractitioner", practitioners(of: person))
        return patient
    }

    private func language(_ field: HL7Value) -> JSON? {
        guard let code = field.text(1) ?? field.text(2) else { return nil }
        let tag = HL7Tables.language(code)
        return .compact([
            "coding": tag.map { [["system": "urn:ietf:bcp:47", "code": .string($0)]] },
            "text": .string(field.text(2) ?? code),
        ])
    }

    /// PD1-4, or where it is empty the primary care provider among the roles.
    private func practitioners(of person: Person) -> [JSON] {
        let named = person.first("PD1")?[4].repetitions.compactMap { datatypes.practitioner($0) } ?? []
        guard named.isEmpty else { return named }
        let roles = person.all("ROL").filter { role in
            role[3].text(1)?.uppercased() == "PP" && role[2].text?.uppercased() != "DE"
        }
        var found: [JSON] = []
        for one in roles.compactMap({ datatypes.practitioner($0[4]) })
        where !found.contains(one) {
            found.append(one)
        }
        return found
    }

    /// US Core race or ethnicity: the categories of the OMB, and words.
    private func race(_ field: HL7Value, _ kind: String) -> JSON? {
        let categories: [String: String] = [
            "1002-5": "American Indian or Alaska Native", "2028-9": "Asian", "2054-5": "Black or African American",
            "2076-8": "Native Hawaiian or Other Pacific Islander", "2106-3": "White", "2135-2": "Hispanic or Latino",
            "2186-5": "Not Hispanic or Latino", "H": "Hispanic or Latino", "N": "Not Hispanic or Latino",
        ]
        let codes = ["H": "2135-2", "N": "2186-5"]
        var parts: [JSON] = []
        var words: [String] = []
        for part in field.repetitions.prefix(kind == "race" ? 5 : 1) {
            guard let code = part.text(1) ?? part.text(2) else { continue }
            if let display = categories[code] {
                parts.append([
                    "url": "ombCategory",
                    "valueCoding": [
                        "system": "urn:oid:2.16.840.1.113883.6.238", "code": .string(codes[code] ?? code),
                        "display": .string(display),
                    ],
                ])
                words.append(display)
            } else {
                words.append(part.text(2) ?? code)
            }
        }
        guard !words.isEmpty else { return nil }
        parts.append(["url": "text", "valueString": .string(words.joined(separator: ", "))])
        return [
            "extension": .array(parts),
            "url": .string("http://hl7.org/fhir/us/core/StructureDefinition/us-core-\(kind)"),
        ]
    }

    /// What the MRG below a PID retires; what the PID itself still names is not retired.
    func retired(of person: Person) -> HL7PersonIdentifiers {
        HL7PersonIdentifiers(merged: person.first("MRG"), datatypes)
    }

    /// The person whose identifiers go over to another.
    func replaced(_ retired: HL7PersonIdentifiers, by person: Person) -> JSON {
        let names = person.first("MRG")?[7].repetitions.compactMap { datatypes.name($0) } ?? []
        return .compact([
            "resourceType": "Patient", "identifier": .array(retired.all.map(\.json)),
            "name": names.isEmpty ? nil : .array(names),
            "link": [["other": ["reference": .string(person.address)], "type": "replaced-by"]],
        ])
    }
}
