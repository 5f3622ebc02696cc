import FHIR
import Foundation

/// How people, their ages, their languages and what is coded about them are said.
extension Words {
    /// "WHITFIELD, Delores", as a list is sorted by; "Name not recorded" when there is none.
    ///
    /// The official name goes before the usual one and before others; names that are over are left out.
    static func listName(_ person: JSONNode) -> String {
        guard let name = bestName(person) else {
            return "Name not recorded"
        }
        let given = given(name)
        guard let family = name["family"]?.string?.trimmed, !family.isEmpty else {
            return given.isEmpty ? name["text"]?.string?.trimmed ?? "Name not recorded" : given
        }
        return given.isEmpty ? family.uppercased() : "\(family.uppercased()), \(given)"
    }

    /// "Delores Whitfield", as one speaks.
    static func spokenName(_ person: JSONNode) -> String {
        guard let name = bestName(person) else {
            return "Name not recorded"
        }
        if let text = name["text"]?.string?.trimmed, !text.isEmpty {
            return text
        }
        let parts = [given(name), name["family"]?.string?.trimmed ?? ""].filter { !$0.isEmpty }
        return parts.isEmpty ? "Name not recorded" : parts.joined(separator: " ")
    }

    private static func given(_ name: JSONNode) -> String {
        name.list("given").compactMap { $0.string?.trimmed }.filter { !$0.isEmpty }.joined(separator: " ")
    }

    private static func bestName(_ person: JSONNode) -> JSONNode? {
        let names = person.list("name").filter { name in
            !["old", "maiden", "temp"].contains(name["use"]?.string ?? "")
                && (name["family"] != nil || name["given"] != nil || name["text"] != nil)
        }
        let all = names.isEmpty ? person.list("name") : names
        for use in ["official", "usual"] {
            if let found = all.first(where: { $0["use"]?.string == use }) {
                return found
            }
        }
        return all.first
    }

    /// "14-Mar-1948 (78y)"; "14-Mar-1948, died 3 Nov 2026"; "Mar 1948"; "not recorded".
    static func born(_ patient: JSONNode, now: Int64, zone: TimeZone) -> String {
        let birth = patient["birthDate"]?.string.flatMap { FHIRDate($0, as: .date) }
        var words = "not recorded"
        if let birth {
            let day = birth.firstDay
            switch birth.precision {
            case .year: words = "\(day.year)"
            case .month: words = "\(month(day.month))-\(day.year)"
            default: words = "\(day.day < 10 ? "0" : "")\(day.day)-\(month(day.month))-\(day.year)"
            }
        }
        if let died = patient["deceasedDateTime"]?.string {
            return words + ", died \(date(died, now: 0, zone: zone) ?? "on a day not recorded")"
        }
        if patient["deceasedBoolean"]?.bool == true {
            return words + ", died"
        }
        return birth.flatMap { age($0, on: calendarDay(now, zone: zone)) }.map { "\(words) (\($0))" } ?? words
    }

    /// "b. 1948"; nil when it is not recorded.
    static func bornYear(_ patient: JSONNode) -> String? {
        patient["birthDate"]?.string.flatMap { FHIRDate($0, as: .date) }.map { "b. \($0.firstDay.year)" }
    }

    /// "78y", below two years "14mo"; "about 78y" when only the year of birth is known; nil before birth.
    static func age(_ birth: FHIRDate, on day: CalendarDay) -> String? {
        let first = birth.firstDay
        let years = first.years(until: day)
        guard years >= 0 else {
            return nil
        }
        if birth.precision == .year {
            return "about \(day.year - first.year)y"
        }
        if years < 2 {
            let months = (day.year - first.year) * 12 + day.month - first.month - (day.day < first.day ? 1 : 0)
            return "\(max(0, months))mo"
        }
        return "\(years)y"
    }

    /// "female", "male", "other", "unknown".
    static func sex(_ patient: JSONNode) -> String {
        patient["gender"]?.string ?? "not recorded"
    }

    /// The name of a BCP 47 language in English, the code itself when it is not a common one: "es-US" is "Spanish".
    static func language(_ code: String) -> String {
        let base = code.split(separator: "-").first.map { $0.lowercased() } ?? ""
        return languages[base] ?? code
    }

    /// The preferred language of a person, else the first one given; nil when none is recorded.
    static func language(of patient: JSONNode) -> String? {
        let spoken = patient.list("communication")
        let best = spoken.first { $0["preferred"]?.bool == true } ?? spoken.first
        guard let concept = best?["language"] else {
            return nil
        }
        let code = concept.list("coding").first?["code"]?.string
        return code.flatMap { languages[$0.split(separator: "-").first.map { $0.lowercased() } ?? ""] }
            ?? self.concept(concept) ?? code
    }

    /// The code of the preferred language, without its region: `es`.
    static func languageCode(of patient: JSONNode) -> String? {
        let spoken = patient.list("communication")
        let best = spoken.first { $0["preferred"]?.bool == true } ?? spoken.first
        return best?["language"]?.list("coding").first?["code"]?.string?.split(separator: "-").first?.lowercased()
    }

    /// What a CodeableConcept says: its text, else the words of a coding, else a code; nil when it says nothing.
    static func concept(_ node: JSONNode?) -> String? {
        guard let node else {
            return nil
        }
        if let text = node["text"]?.string?.trimmed, !text.isEmpty {
            return text
        }
        let codings = node.list("coding")
        return codings.lazy.compactMap { $0["display"]?.string?.trimmed }.first { !$0.isEmpty }
            ?? codings.lazy.compactMap { $0["code"]?.string }.first
    }

    private static let languages: [String: String] = [
        "am": "Amharic", "ar": "Arabic", "ase": "American Sign Language", "bn": "Bengali", "de": "German",
        "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French", "gu": "Gujarati", "hi": "Hindi",
        "hmn": "Hmong", "ht": "Haitian Creole", "hy": "Armenian", "it": "Italian", "ja": "Japanese", "kar": "Karen",
        "km": "Khmer", "ko": "Korean", "lo": "Lao", "my": "Burmese", "ne": "Nepali", "om": "Oromo", "pl": "Polish",
        "pt": "Portuguese", "ru": "Russian", "so": "Somali", "sw": "Swahili", "th": "Thai", "ti": "Tigrinya",
        "tl": "Tagalog", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "yue": "Cantonese", "zh": "Chinese",
    ]
}
