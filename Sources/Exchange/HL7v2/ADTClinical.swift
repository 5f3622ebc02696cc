import FHIR

extension ADTTranslation {
    /// A DG1 as a Condition, and what the Encounter says of it.
    struct Diagnosis {
        let address: String
        let resource: JSON
        /// `Encounter.diagnosis`.
        let role: JSON
        let isAdmitting: Bool
        /// DG1-21: the sender takes it back.
        let isDeleted: Bool
    }

    func conditions(of person: Person) -> [Diagnosis] {
        let visit = visit(of: person)
        var seen: Set<String> = []
        return person.all("DG1").prefix(100).compactMap { segment in
            guard let code = datatypes.concept(segment[3], method: segment[2].text, words: segment[4].text) else {
                return nil
            }
            let key = segment[3].text(1) ?? segment[4].text ?? ""
            let address = Self.address(feed, "Condition", "\(visit?.address ?? person.address)|\(key)")
            guard seen.insert(address).inserted else { return nil }
            return diagnosis(segment, code, address, person, visit)
        }
    }

    private func diagnosis(
        _ segment: HL7Message.Segment, _ code: JSON, _ address: String, _ person: Person, _ visit: Visit?
    ) -> Diagnosis {
        let type = segment[6].text?.uppercased()
        let isDeleted = segment[21].text?.uppercased() == "D"
        let verification = isDeleted ? "entered-in-error" : type == "F" ? "confirmed" : "provisional"
        let resource: JSON = .compact([
            "resourceType": "Condition",
            "clinicalStatus": isDeleted ? nil : Self.coded("condition-clinical", "active"),
            "verificationStatus": Self.coded("condition-ver-status", verification),
            "category": [Self.coded("condition-category", "encounter-diagnosis")],
            "code": code, "subject": ["reference": .string(person.address)],
            "encounter": visit.map { ["reference": .string($0.address)] },
            "recordedDate": (datatypes.time(segment[5]) ?? datatypes.time(segment[19])).map { .string($0.dateTime) },
            "recorder": segment[16].repetitions.first.flatMap { datatypes.practitioner($0) },
        ])
        let rank = segment[15].text.flatMap { Int($0) }.flatMap { (1...99).contains($0) ? $0 : nil }
        let use = type == "A" ? "AD" : type == "F" ? "DD" : nil
        let role: JSON = .compact([
            "condition": ["reference": .string(address)], "use": use.map { Self.coded("diagnosis-role", $0) },
            "rank": rank.map(JSON.int),
        ])
        return Diagnosis(
            address: address, resource: resource, role: role, isAdmitting: type == "A", isDeleted: isDeleted)
    }

    private static func coded(_ system: String, _ code: String) -> JSON {
        ["coding": [["system": .string(HL7Tables.terminology + system), "code": .string(code)]]]
    }

    /// AL1, and IAM with its actions.
    func allergies(of person: Person) -> [(String, JSON)] {
        let plain = person.all("AL1").prefix(100).compactMap { segment in
            allergy(segment, person, isDeleted: false, verification: nil, onset: segment[6], kind: nil)
        }
        let detailed = person.all("IAM").prefix(100).compactMap { segment in
            let status = segment[17].text(1)?.uppercased()
            let verification = ["C": "confirmed", "I": "confirmed", "S": "unconfirmed", "P": "unconfirmed"][
                status ?? ""]
            return allergy(
                segment, person, isDeleted: segment[6].text(1)?.uppercased() == "D" || status == "E",
                verification: verification, onset: segment[11], kind: segment[9].text(1)?.uppercased(),
                isInactive: status == "I")
        }
        return plain + detailed
    }

    private func allergy(
        _ segment: HL7Message.Segment, _ person: Person, isDeleted: Bool, verification: String?, onset: HL7Value,
        kind: String?, isInactive: Bool = false
    ) -> (String, JSON)? {
        guard let code = datatypes.concept(segment[3]) else { return nil }
        let categories = [
            "DA": "medication", "FA": "food", "EA": "environment", "AA": "environment", "LA": "environment",
            "PA": "environment",
        ]
        let severity = segment[4].text(1)?.uppercased()
        let reactions = segment[5].repetitions.compactMap { datatypes.concept($0) }
        let type = segment[2].text(1)?.uppercased() ?? ""
        let address = Self.address(
            feed, "AllergyIntolerance", "\(person.address)|\(segment[3].text(1) ?? segment[3].text(2) ?? "")")
        let reaction: JSON? =
            reactions.isEmpty
            ? nil
            : [
                .compact([
                    "manifestation": .array(reactions),
                    "severity": ["SV": "severe", "MO": "moderate", "MI": "mild"][severity ?? ""].map(JSON.string),
                ])
            ]
        return (
            address,
            .compact([
                "resourceType": "AllergyIntolerance",
                "clinicalStatus": isDeleted
                    ? nil : Self.coded("allergyintolerance-clinical", isInactive ? "inactive" : "active"),
                "verificationStatus": Self.coded(
                    "allergyintolerance-verification",
                    isDeleted ? "entered-in-error" : verification ?? "unconfirmed"),
                "type": ["AL": "allergy", "IN": "intolerance"][kind ?? ""].map(JSON.string),
                "category": categories[type].map { [.string($0)] },
                "criticality": ["SV": "high", "MO": "low", "MI": "low", "U": "unable-to-assess"][severity ?? ""]
                    .map(JSON.string),
                "code": code, "patient": ["reference": .string(person.address)],
                "onsetDateTime": datatypes.time(onset).map { .string($0.dateTime) },
                "reaction": reaction,
            ])
        )
    }

    /// NK1, of those who have a name.
    func relatedPersons(of person: Person) -> [(String, JSON)] {
        person.all("NK1").prefix(50).compactMap { segment in
            let names = segment[2].repetitions.compactMap { datatypes.name($0) }
            guard let first = names.first else { return nil }
            let relationship = [
                datatypes.concept(segment[3], method: "HL70063"), datatypes.concept(segment[7], method: "HL70131"),
            ].compactMap { $0 }
            let telecom =
                segment[5].repetitions.compactMap { datatypes.telecom($0, use: "home") }
                + segment[6].repetitions.compactMap { datatypes.telecom($0, use: "work") }
            let addresses = segment[4].repetitions.compactMap { datatypes.address($0) }
            func list(_ values: [JSON]) -> JSON? { values.isEmpty ? nil : .array(values) }
            let key = "\(person.address)|\(String(decoding: first.serialized(), as: UTF8.self))"
            return (
                Self.address(feed, "RelatedPerson", key),
                .compact([
                    "resourceType": "RelatedPerson", "active": true,
                    "patient": ["reference": .string(person.address)], "relationship": list(relationship),
                    "name": list(names), "telecom": list(telecom),
                    "gender": HL7Tables.gender(segment[15].text).map(JSON.string),
                    "birthDate": datatypes.time(segment[16]).map { .string($0.date) }, "address": list(addresses),
                    "period": datatypes.period(segment[8], segment[9]),
                ])
            )
        }
    }

    /// IN1, of those that name who pays and a policy or plan.
    func coverages(of person: Person) -> [(String, JSON)] {
        person.all("IN1").prefix(20).compactMap { segment in
            let plan = segment[2].text(1)
            guard let payor = segment[4].text(1) ?? segment[3].text(1),
                let number = segment[36].text ?? segment[49].text(1)
            else { return nil }
            var classes: [JSON] = []
            for (code, value, name) in [
                ("group", segment[8].text, segment[9].text(1)), ("plan", plan, segment[2].text(2)),
            ] {
                guard let value else { continue }
                classes.append(
                    .compact([
                        "type": Self.coded("coverage-class", code), "value": .string(value),
                        "name": name.map(JSON.string),
                    ]))
            }
            let relationship = ["SEL": "self", "SPO": "spouse", "CHD": "child", "PAR": "parent"]
            return (
                Self.address(feed, "Coverage", "\(person.address)|\(payor)|\(number)"),
                .compact([
                    "resourceType": "Coverage", "status": "active", "subscriberId": .string(number),
                    "beneficiary": ["reference": .string(person.address)],
                    "relationship": relationship[segment[17].text(1)?.uppercased() ?? ""].map {
                        Self.coded("subscriber-relationship", $0)
                    },
                    "period": datatypes.period(segment[12], segment[13]),
                    "payor": [["display": .string(payor)]], "class": classes.isEmpty ? nil : .array(classes),
                ])
            )
        }
    }
}
