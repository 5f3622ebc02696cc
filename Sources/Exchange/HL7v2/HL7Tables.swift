/// Tables of the standard that are the same everywhere, with the words that FHIR gives its codes.
enum HL7Tables {
    static let v2 = "http://terminology.hl7.org/CodeSystem/v2-"
    static let v3 = "http://terminology.hl7.org/CodeSystem/v3-"
    static let terminology = "http://terminology.hl7.org/CodeSystem/"

    /// HL7 v3 ActCode, those of encounters.
    static let classes: [String: String] = [
        "IMP": "inpatient encounter", "ACUTE": "inpatient acute", "NONAC": "inpatient non-acute", "EMER": "emergency",
        "AMB": "ambulatory", "OBSENC": "observation encounter", "PRENC": "pre-admission", "SS": "short stay",
        "HH": "home health", "VR": "virtual", "FLD": "field",
    ]

    /// HL7 v3 ActPriority.
    static let priorities: [String: String] = [
        "EM": "emergency", "EL": "elective", "UR": "urgent", "R": "routine", "S": "stat", "A": "ASAP",
    ]

    /// FHIR admit-source.
    static let admitSources: [String: String] = [
        "hosp-trans": "Transferred from other hospital",
        "emd": "From accident/emergency department", "outp": "From outpatient department", "born": "Born in hospital",
        "gp": "General Practitioner referral", "mp": "Medical Practitioner/physician referral",
        "nursing": "From nursing home", "psych": "From psychiatric hospital", "rehab": "From rehabilitation facility",
        "other": "Other",
    ]

    /// FHIR discharge-disposition.
    static let dispositions: [String: String] = [
        "home": "Home", "alt-home": "Alternative home", "other-hcf": "Other healthcare facility", "hosp": "Hospice",
        "long": "Long-term care", "aadvice": "Left against advice", "exp": "Expired", "psy": "Psychiatric hospital",
        "rehab": "Rehabilitation", "snf": "Skilled nursing facility", "oth": "Other",
    ]

    /// Whether it is a discharge status of US claims.
    static func isClaimsDisposition(_ text: String) -> Bool {
        text.utf8.count == 2 && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    /// Table 0001 to FHIR administrative-gender.
    static func gender(_ code: String?) -> String? {
        switch code?.uppercased() {
        case "F": "female"
        case "M": "male"
        case "O", "A", "N", "X": "other"
        case "U": "unknown"
        default: nil
        }
    }

    /// Table 0002 to v3 MaritalStatus, with its words.
    static func maritalStatus(_ code: String) -> (code: String, display: String)? {
        switch code.uppercased() {
        case "A": ("L", "Legally Separated")
        case "D": ("D", "Divorced")
        case "M": ("M", "Married")
        case "S": ("S", "Never Married")
        case "W": ("W", "Widowed")
        case "C": ("C", "Common Law")
        case "P": ("T", "Domestic partner")
        case "I": ("I", "Interlocutory")
        case "E": ("L", "Legally Separated")
        case "N": ("A", "Annulled")
        case "U", "T", "B": nil
        default: nil
        }
    }

    /// Table 0200 to FHIR name-use.
    static func nameUse(_ code: String?) -> String? {
        switch code?.uppercased() {
        case "L": "official"
        case "D": "usual"
        case "M": "maiden"
        case "N", "A": "nickname"
        case "S": "anonymous"
        case "T", "TEMP": "temp"
        case "B", "BAD": "old"
        default: nil
        }
    }

    /// Three letters of ISO 639-2 to the two of BCP 47, the languages most spoken.
    static func language(_ code: String) -> String? {
        let code = code.lowercased()
        if code.utf8.count == 2, code.utf8.allSatisfy({ (97...122).contains($0) }) { return code }
        return languages[code]
    }

    private static let languages: [String: String] = [
        "ara": "ar", "amh": "am", "ben": "bn", "bos": "bs", "chi": "zh", "zho": "zh", "cmn": "zh", "deu": "de",
        "ger": "de", "eng": "en", "fas": "fa", "per": "fa", "fra": "fr", "fre": "fr", "guj": "gu", "hat": "ht",
        "heb": "he", "hin": "hi", "hmn": "hmn", "hye": "hy", "arm": "hy", "ita": "it", "jpn": "ja", "khm": "km",
        "kor": "ko", "lao": "lo", "nav": "nv", "nep": "ne", "pan": "pa", "pol": "pl", "por": "pt", "ron": "ro",
        "rum": "ro", "rus": "ru", "som": "so", "spa": "es", "swa": "sw", "tgl": "tl", "fil": "fil", "tha": "th",
        "ukr": "uk", "urd": "ur", "vie": "vi", "yid": "yi", "yue": "yue", "sgn": "sgn", "ase": "ase",
    ]
}
