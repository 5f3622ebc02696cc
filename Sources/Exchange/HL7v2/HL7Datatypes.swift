import FHIR

/// HL7 v2 data types as those of FHIR. What has no content gives nil, so that no empty text is ever made.
struct HL7Datatypes {
    let feed: Feed
    /// Who assigned what names nobody.
    private let fallback: String

    static let socialSecurity = "http://hl7.org/fhir/sid/us-ssn"
    static let provider = "http://hl7.org/fhir/sid/us-npi"

    init(feed: Feed, message: HL7Message) {
        self.feed = feed
        let facility = message.field("MSH", 4)
        fallback =
            feed.system(namespace: facility.text(1), universal: facility.text(2), type: facility.text(3))
            ?? "urn:almoner:feed:\(feed.id)"
    }

    func time(_ value: HL7Value) -> HL7Time? { HL7Time(value.text, zone: feed.zone) }

    /// The system that an HD within a component names.
    private func system(_ authority: HL7Value) -> String? {
        feed.system(
            namespace: authority.subcomponent(1).text, universal: authority.subcomponent(2).text,
            type: authority.subcomponent(3).text)
    }

    /// CX; one of no type has the usual one.
    func identifier(_ part: HL7Value, usualType: String? = nil) -> HL7PersonIdentifiers.Identifier? {
        guard let value = part.text(1) else { return nil }
        let type = part.text(5)?.uppercased() ?? usualType
        if type == "SS", let number = socialSecurity(value) { return number }
        let system = system(part.component(4)) ?? system(part.component(6)) ?? fallback
        return .init(
            system: system, value: value, type: type,
            json: .compact([
                "type": type.map { ["coding": [["system": .string(HL7Tables.v2 + "0203"), "code": code($0)]]] },
                "system": .string(system), "value": .string(value),
                "period": period(part.component(7), part.component(8)),
                "assigner": part.text(6).map { ["display": .string($0)] },
            ]))
    }

    /// A number of US social security; nil for what has not nine digits.
    func socialSecurity(_ text: String?) -> HL7PersonIdentifiers.Identifier? {
        let digits = (text ?? "").filter { $0 != "-" && $0 != " " }
        guard digits.utf8.count == 9, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return .init(
            system: Self.socialSecurity, value: digits, type: "SS",
            json: [
                "type": ["coding": [["system": .string(HL7Tables.v2 + "0203"), "code": "SS"]]],
                "system": .string(Self.socialSecurity), "value": .string(digits),
            ])
    }

    /// A code holds no white space but single spaces.
    func code(_ text: String) -> JSON {
        .string(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    /// nil where neither end can be read or they stand in the wrong order.
    func period(_ start: HL7Value, _ end: HL7Value) -> JSON? {
        let (first, last) = (time(start), time(end))
        if let first, let last, first.milliseconds > last.milliseconds { return nil }
        guard first != nil || last != nil else { return nil }
        return .compact(["start": first.map { .string($0.dateTime) }, "end": last.map { .string($0.dateTime) }])
    }

    /// XPN.
    func name(_ part: HL7Value, use: String? = nil) -> JSON? {
        let family = part.component(1).subcomponent(1).text
        let given = [2, 3].compactMap { part.text($0) }
        guard family != nil || !given.isEmpty else { return nil }
        return .compact([
            "use": (use ?? HL7Tables.nameUse(part.text(7))).map(JSON.string),
            "family": family.map(JSON.string), "given": texts(given),
            "prefix": texts([part.text(5)].compactMap { $0 }),
            "suffix": texts([part.text(4), part.text(6)].compactMap { $0 }),
            "period": period(part.component(12), part.component(13)),
        ])
    }

    private func texts(_ texts: [String]) -> JSON? { texts.isEmpty ? nil : .array(texts.map(JSON.string)) }

    /// XAD.
    func address(_ part: HL7Value) -> JSON? {
        let street = part.component(1)
        var line = street.subcomponent(1).text ?? ""
        // SAD: the whole, the name of the street, the number; senders fill the first, or the first and the others.
        for piece in [street.subcomponent(3).text, street.subcomponent(2).text].compactMap({ $0 })
        where !line.contains(piece) {
            line += (line.isEmpty ? "" : " ") + piece
        }
        let lines = ([line] + [part.text(2), part.text(19)].compactMap { $0 }).filter { !$0.isEmpty }
        let kind = part.text(7)?.uppercased()
        let places: [(String, String?)] = [
            ("city", part.text(3)), ("district", part.text(9)), ("state", part.text(4)), ("postalCode", part.text(5)),
            ("country", part.text(6)),
        ]
        guard !lines.isEmpty || places.contains(where: { $0.1 != nil }) else { return nil }
        var address: JSON = [:]
        switch kind {
        case "H", "P", "L": address["use"] = "home"
        case "B", "O": address["use"] = "work"
        case "C", "T", "TM": address["use"] = "temp"
        case "BA": address["use"] = "old"
        case "BI": address["use"] = "billing"
        default: break
        }
        if kind == "M" { address["type"] = "postal" }
        if !lines.isEmpty { address["line"] = .array(lines.map(JSON.string)) }
        for (name, text) in places { address[name] = text.map(JSON.string) }
        return address
    }

    /// XTN, of before HL7 v2.3 and after.
    func telecom(_ part: HL7Value, use usual: String?) -> JSON? {
        let (purpose, equipment) = (part.text(2)?.uppercased(), part.text(3)?.uppercased())
        var use = usual
        switch purpose {
        case "PRN", "ORN", "VHN": use = "home"
        case "WPN": use = "work"
        case "PRS": use = "mobile"
        default: break
        }
        if equipment == "CP" { use = "mobile" }
        func contact(_ system: String, _ value: String) -> JSON {
            .compact(["system": .string(system), "value": .string(value), "use": use.map(JSON.string)])
        }
        let email = [part.text(4), part.text(1)].compactMap { $0 }.first { $0.contains("@") }
        if let email, purpose == "NET" || equipment == "INTERNET" || equipment == "X.400" || part.text(7) == nil {
            return contact("email", email)
        }
        let area = part.text(6).map { "(\($0)) " } ?? ""
        let country = part.text(5).map { "+\($0) " } ?? ""
        let parts = part.text(7).map { country + area + $0 }
        guard var number = parts ?? part.text(12) ?? part.text(1) else { return nil }
        if let inner = part.text(8), parts != nil { number += " ext. \(inner)" }
        switch equipment {
        case "FX": return contact("fax", number)
        case "BP": return contact("pager", number)
        default: return contact("phone", number)
        }
    }

    /// CE or CWE; where it names no code system the method does.
    func concept(_ part: HL7Value, method: String? = nil, words: String? = nil) -> JSON? {
        var codings: [JSON] = []
        for place in [1, 4] {
            guard let code = part.text(place) else { continue }
            let system = CodeSystemName.uri(part.text(place + 2) ?? (place == 1 ? method : nil))
            codings.append(
                .compact([
                    "system": system.map(JSON.string), "code": self.code(CodeSystemName.written(code, system)),
                    "display": part.text(place + 1).map(JSON.string),
                ]))
        }
        // A code that is in no system is a word.
        codings.removeAll { $0["system"] == nil }
        let text = words ?? part.text(9) ?? part.text(2) ?? part.text(5) ?? part.text(1) ?? part.text(4)
        guard text != nil || !codings.isEmpty else { return nil }
        return .compact(["coding": codings.isEmpty ? nil : .array(codings), "text": text.map(JSON.string)])
    }

    /// XCN as a reference that names without pointing.
    func practitioner(_ part: HL7Value) -> JSON? {
        let title = [part.text(6), part.text(3), part.text(4), part.text(2), part.text(5)].compactMap { $0 }
        guard let shown = title.isEmpty ? part.text(1) : title.joined(separator: " ") else { return nil }
        var identifier: JSON?
        if let value = part.text(1) {
            let isProvider =
                value.utf8.count == 10 && value.utf8.allSatisfy { (48...57).contains($0) }
                && (part.text(13)?.uppercased() == "NPI"
                    || part.component(9).subcomponent(1).text?.uppercased() == "NPI")
            let system =
                isProvider ? Self.provider : system(part.component(9)) ?? system(part.component(14)) ?? fallback
            identifier = ["system": .string(system), "value": .string(value)]
        }
        return .compact(["type": "Practitioner", "identifier": identifier, "display": .string(shown)])
    }
}

/// Names of code systems (table HL70396) as URIs.
enum CodeSystemName {
    static let icd10 = "http://hl7.org/fhir/sid/icd-10-cm"

    private static let names: [String: String] = [
        "I10": icd10, "I10C": icd10, "I10CM": icd10, "ICD10": icd10, "ICD-10": icd10, "ICD10CM": icd10,
        "ICD-10-CM": icd10, "10": icd10, "I9": "http://hl7.org/fhir/sid/icd-9-cm",
        "I9C": "http://hl7.org/fhir/sid/icd-9-cm", "I9CDX": "http://hl7.org/fhir/sid/icd-9-cm",
        "ICD9": "http://hl7.org/fhir/sid/icd-9-cm", "ICD-9-CM": "http://hl7.org/fhir/sid/icd-9-cm",
        "SCT": "http://snomed.info/sct", "SNOMED": "http://snomed.info/sct", "SNOMED-CT": "http://snomed.info/sct",
        "LN": "http://loinc.org", "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
        "NDC": "http://hl7.org/fhir/sid/ndc", "C4": "http://www.ama-assn.org/go/cpt",
        "CVX": "http://hl7.org/fhir/sid/cvx",
        "CDCREC": "urn:oid:2.16.840.1.113883.6.238",
    ]

    /// nil when no system is named; a name that is not known becomes a URI of our own.
    static func uri(_ name: String?) -> String? {
        guard let name else { return nil }
        let upper = name.uppercased()
        if let known = names[upper] { return known }
        let digits = upper.dropFirst(3)
        if upper.hasPrefix("HL7"), digits.utf8.count == 4, digits.utf8.allSatisfy({ (48...57).contains($0) }) {
            return HL7Tables.v2 + digits
        }
        return "urn:almoner:coding:\(PercentText.encoded(name))"
    }

    /// ICD-10-CM has a point behind the third character, which senders leave out.
    static func written(_ code: String, _ system: String?) -> String {
        guard system == icd10, code.utf8.count > 3, !code.contains("."), code.utf8.allSatisfy({ $0 < 128 && $0 > 32 })
        else { return code }
        return "\(code.prefix(3)).\(code.dropFirst(3))"
    }
}
