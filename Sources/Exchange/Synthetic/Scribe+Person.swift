/// Who pays for a person's care.
enum Payer: Sendable {
    case medicare, medicaid, insurer

    /// The code of the Source of Payment Typology.
    var code: StaticString {
        switch self {
        case .medicare: "1"
        case .medicaid: "2"
        case .insurer: "5"
        }
    }

    var words: StaticString {
        switch self {
        case .medicare: "Medicare"
        case .medicaid: "Medicaid"
        case .insurer: "Private health insurance"
        }
    }

    var id: StaticString {
        switch self {
        case .medicare: "payer-medicare"
        case .medicaid: "payer-medicaid"
        case .insurer: "payer-private"
        }
    }
}

/// How somebody stands to the person she looks after; codes of HL7 v3 RoleCode.
enum Relation: String, Sendable {
    case mother = "MTH"
    case father = "FTH"
    case daughter = "DAUC"
    case son = "SONC"
    case wife = "WIFE"
    case husband = "HUSB"

    var words: StaticString {
        switch self {
        case .mother: "Mother"
        case .father: "Father"
        case .daughter: "Daughter"
        case .son: "Son"
        case .wife: "Wife"
        case .husband: "Husband"
        }
    }

    var female: Bool { self == .mother || self == .daughter || self == .wife }
}

extension Scribe {
    /// US Core Patient.
    mutating func writePatient() {
        _ = begin(.patient)
        let race = person.race
        line.add(
            #"","extension":[{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-race","extension":[{"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":""#
        )
        line.add(race.code)
        line.add(#"","display":""#)
        line.add(race.words)
        line.add(#""}},{"url":"text","valueString":""#)
        line.add(race.words)
        line.add(
            #""}]},{"url":"http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity","extension":[{"url":"ombCategory","valueCoding":{"system":"urn:oid:2.16.840.1.113883.6.238","code":""#
        )
        let ethnicity: StaticString = person.hispanic ? "Hispanic or Latino" : "Not Hispanic or Latino"
        line.add(person.hispanic ? "2135-2" : "2186-5")
        line.add(#"","display":""#)
        line.add(ethnicity)
        line.add(#""}},{"url":"text","valueString":""#)
        line.add(ethnicity)
        line.add(#""}]}"#)
        if person.interpreter {
            line.add(
                #",{"url":"http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired","valueBoolean":true}"#)
        }
        line.add(
            #"],"identifier":[{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"MR"}]},"system":"urn:almoner:synthetic:mrn","value":""#
        )
        line.add(person.id)
        line.add(#""}],"active":true"#)
        name(person.given, person.family)
        telephone(person.line, mobile: person.mobile)
        line.add(person.female ? #","gender":"female","birthDate":""# : #","gender":"male","birthDate":""#)
        line.add(day: person.birth)
        line.add(#"""#)
        if let died = person.died {
            line.add(#","deceasedDateTime":""#)
            line.add(day: died)
            line.add(#"""#)
        }
        line.add(#","address":[{"use":"home","line":[""#)
        line.add(number: person.houseNumber)
        line.add(" ")
        line.add(content.streets[person.street])
        line.add(#""],"city":""#)
        line.add(content.towns[person.town].words)
        line.add(#"","state":"MN","postalCode":""#)
        line.add(content.towns[person.town].postal)
        line.add(#"","country":"US"}]"#)
        line.add(content.languages[person.language].communication)
        line.add(#","generalPractitioner":["#)
        practitioner(person.practitioner)
        line.add(#"],"managingOrganization":"#)
        organization(person.organization)
        line.add("}")
        end(.patient)
    }

    private mutating func name(_ given: [UInt8], _ family: [UInt8]) {
        line.add(#","name":[{"use":"official","family":""#)
        line.add(family)
        line.add(#"","given":[""#)
        line.add(given)
        line.add(#""]}]"#)
    }

    private mutating func telephone(_ number: Int, mobile: Bool) {
        line.add(#","telecom":[{"system":"phone","value":"("#)
        line.add(number: person.area)
        line.add(") 555-01")
        line.add(number: number, width: 2)
        line.add(mobile ? #"","use":"mobile"}]"# : #"","use":"home"}]"#)
    }

    /// Somebody of the family who looks after the person.
    mutating func writeRelative(_ relation: Relation, given: [UInt8], phone: Int) {
        _ = begin(.relatedPerson)
        line.add(#"","active":true"#)
        patient(as: "patient")
        line.add(
            #","relationship":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-RoleCode","code":""#)
        line.add(Array(relation.rawValue.utf8))
        line.add(#""}],"text":""#)
        line.add(relation.words)
        line.add(#""}]"#)
        name(given, person.family)
        telephone(phone, mobile: true)
        line.add(relation.female ? #","gender":"female"}"# : #","gender":"male"}"#)
        end(.relatedPerson)
    }

    mutating func writeCoverage(_ payer: Payer, from day: Day) {
        _ = begin(.coverage)
        line.add(#"","status":"active","type":{"coding":[{"system":"https://nahdo.org/sopt","code":""#)
        line.add(payer.code)
        line.add(#""}],"text":""#)
        line.add(payer.words)
        line.add(#""},"subscriberId":""#)
        line.add(person.id)
        line.add(#"""#)
        patient(as: "beneficiary")
        line.add(#","period":{"start":""#)
        line.add(day: day)
        line.add(#""},"payor":[{"reference":"Organization/"#)
        line.add(payer.id)
        line.add(#""}]}"#)
        end(.coverage)
    }
}
