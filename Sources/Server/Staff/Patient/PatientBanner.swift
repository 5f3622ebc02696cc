import Access
import Care
import FHIR
import Foundation
import Records

/// Who a page is about: the fields of `parts/banner.mustache`.
struct PatientBanner {
    struct Pair {
        let label: String
        let text: String
    }

    struct Tag {
        let tone: String
        let text: String
    }

    struct Tab {
        let href: String
        let label: String
        let current: Bool
    }

    /// The pages of a person.
    enum Place: String, CaseIterable {
        case summary = ""
        case plan
        case assess
        case contact
        case education
        case engage

        var label: String {
            switch self {
            case .summary: "Summary"
            case .plan: "Plan"
            case .assess: "Assessments"
            case .contact: "Contacts"
            case .education: "Education"
            case .engage: "Programme and consent"
            }
        }
    }

    /// What a page has to read of the person for the banner: `reader.person(id, PatientBanner.reads)`.
    static let reads: Set<String> = [
        "Patient", "AllergyIntolerance", "List", "Flag", "Consent", "EpisodeOfCare", "RelatedPerson", "RiskAssessment",
    ]

    let name: String
    let href: String
    let born: String
    let number: String
    let allergyState: String
    let allergyText: String
    let intolerances: String?
    let pairs: [Pair]
    let tags: [Tag]
    let tabs: [Tab]

    /// The banner of a person, at a time in milliseconds since 1970. The place is the page on which it stands, nil for
    /// one that has no tab. Where someone else listens it shows no health: who this is and how to reach them.
    init(_ record: PersonRecord, now: Int64, zone: TimeZone, place: Place? = nil, showsHealth: Bool = true) {
        href = "/people/\(record.id)"
        tabs = Place.allCases.map { tab in
            Tab(
                href: "/people/\(record.id)" + (tab == .summary ? "" : "/\(tab.rawValue)"), label: tab.label,
                current: tab == place)
        }
        let allergies = showsHealth ? Allergies(record, now: now, zone: zone) : nil
        allergyState = allergies?.state.rawValue ?? "unavailable"
        allergyText = allergies?.text ?? "Health is not shown: someone else was speaking"
        intolerances = allergies?.intolerances
        tags = showsHealth ? Self.tags(record, now: now, zone: zone) : []
        guard let patient = record.patient?.root else {
            name = "Name not recorded"
            born = "not recorded"
            number = record.id
            pairs = []
            return
        }
        name = Words.listName(patient)
        born = Words.born(patient, now: now, zone: zone)
        number = Self.number(patient) ?? record.id
        let reaching: Set<String> = ["Speaks", "Phone", "Safe contact"]
        pairs = Self.pairs(patient, record, now: now, zone: zone).filter {
            showsHealth || reaching.contains($0.label)
        }
    }

    /// The medical record number (identifier type MR), else the first identifier that is no state document.
    private static func number(_ patient: JSONNode) -> String? {
        let all = patient.list("identifier")
        func type(_ identifier: JSONNode) -> String? {
            identifier["type"]?.list("coding").first?["code"]?.string
        }
        let best = all.first { type($0) == "MR" } ?? all.first { !["SS", "DL", "PPN"].contains(type($0) ?? "") }
        return best?["value"]?.string
    }

    private static func pairs(_ patient: JSONNode, _ record: PersonRecord, now: Int64, zone: TimeZone) -> [Pair] {
        var pairs = [Pair(label: "Sex", text: Words.sex(patient))]
        if let pronouns = extensionConcept(patient, "http://hl7.org/fhir/StructureDefinition/individual-pronouns") {
            pairs.append(Pair(label: "Pronouns", text: pronouns))
        }
        let interpreter = patient.list("extension").contains {
            $0["url"]?.string == "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
                && $0["valueBoolean"]?.bool == true
        }
        let language = Words.language(of: patient) ?? "not recorded"
        pairs.append(Pair(label: "Speaks", text: language + (interpreter ? ", interpreter needed" : "")))
        let voicemail = ConsentDecision(
            record.all("Consent").map { ConsentReading($0.root) }, kind: MessagingDecision.kind,
            part: .init(
                system: MessagingChannel.system, code: MessagingChannel.voicemail.rawValue, byGeneral: false),
            at: now)
        pairs.append(Pair(label: "Phone", text: phone(patient, voicemail.answer)))
        if let safe = extensionText(patient, "safe-contact") {
            pairs.append(Pair(label: "Safe contact", text: safe))
        }
        let circle = record.all("RelatedPerson").map(\.root).filter { $0["active"]?.bool != false }.map { relative in
            let relation = relative.list("relationship").first.flatMap { Words.concept($0) }
            return Words.spokenName(relative) + (relation.map { " (\($0.lowercased()))" } ?? "")
        }
        if !circle.isEmpty {
            pairs.append(Pair(label: "Circle", text: circle.joined(separator: ", ")))
        }
        if let code = codeStatus(record, now: now, zone: zone) {
            pairs.append(Pair(label: "Code status", text: code))
        }
        return pairs
    }

    private static func phone(_ patient: JSONNode, _ voicemail: ConsentDecision.Answer) -> String {
        let phones = SafeNumbers.phones(patient)
        let best = phones.first { $0["use"]?.string == "mobile" } ?? phones.first
        guard let best, let number = best["value"]?.string else {
            return "not recorded"
        }
        switch ReachWords.mayLeaveMessage(at: best, voicemail) {
        case true?: return number + ", message may be left"
        case false?: return number + ", leave no message"
        case nil: return number + ", ask before leaving a message"
        }
    }

    /// What was agreed about resuscitation and life planning, from Consent of category `dnr`, `polst` or `acd`.
    private static func codeStatus(_ record: PersonRecord, now: Int64, zone: TimeZone) -> String? {
        let names = [
            "dnr": "do not resuscitate", "polst": "treatment orders on file", "acd": "advance directive on file",
        ]
        for consent in record.all("Consent").map(\.root).reversed() where consent["status"]?.string == "active" {
            let codes = consent.list("category").flatMap { $0.list("coding") }.compactMap { $0["code"]?.string }
            if let words = codes.lazy.compactMap({ names[$0] }).first {
                return words + (Words.date(consent["dateTime"]?.string, now: now, zone: zone).map { ", \($0)" } ?? "")
            }
        }
        return nil
    }

    private static func extensionConcept(_ node: JSONNode, _ url: String) -> String? {
        let found = node.list("extension").first { $0["url"]?.string == url }
        return Words.concept(found?["valueCodeableConcept"])
            ?? found?.list("extension").lazy.compactMap { Words.concept($0["valueCodeableConcept"]) }.first
    }

    private static func extensionText(_ patient: JSONNode, _ name: String) -> String? {
        let places = [patient] + patient.list("telecom")
        return places.lazy.flatMap { $0.list("extension") }
            .first { $0["url"]?.string == "urn:almoner:extension:\(name)" }?["valueString"]?.string
    }

    /// The tone of a tier, the same wherever it is shown.
    static func tone(_ tier: Tier) -> String {
        switch tier {
        case .complex, .high: "now"
        case .rising: "soon"
        case .healthy: "good"
        }
    }

    private static func tags(_ record: PersonRecord, now: Int64, zone: TimeZone) -> [Tag] {
        var tags: [Tag] = []
        let kept = record.all("RiskAssessment").first { $0.id == RiskRecord.id(of: record.id) }
        if let risk = kept.flatMap({ StoredRisk($0) }), risk.tier != .healthy {
            let reasons = risk.reasons.prefix(2).joined(separator: ", ")
            tags.append(Tag(tone: tone(risk.tier), text: "\(risk.tier.words) risk: \(reasons)"))
        }
        for flag in record.all("Flag").map(\.root) where flag["status"]?.string == "active" {
            if let words = Words.concept(flag["code"]) {
                tags.append(Tag(tone: "now", text: words))
            }
        }
        for episode in record.all("EpisodeOfCare").map(\.root) {
            guard let words = episode.list("type").first.flatMap({ Words.concept($0) }) else {
                continue
            }
            switch episode["status"]?.string {
            case "active": tags.append(Tag(tone: "note", text: words))
            case "planned": tags.append(Tag(tone: "note", text: "\(words), offered"))
            case "waitlist": tags.append(Tag(tone: "soon", text: "\(words), waiting"))
            case "onhold": tags.append(Tag(tone: "soon", text: "\(words), paused"))
            default: break
            }
        }
        for consent in record.all("Consent").map(\.root) where consent["status"]?.string == "active" {
            // In which ways somebody may be reached stands where it is asked for, way by way.
            guard consent["provision"]?["type"]?.string != "deny",
                ConsentReading(consent).kind != MessagingDecision.kind,
                let words = consent.list("category").first.flatMap({ Words.concept($0) })
            else {
                continue
            }
            let end = consent["provision"]?["period"]?["end"]?.string
            if let end, let date = FHIRDate(end), date.high <= now {
                tags.append(Tag(tone: "soon", text: "\(words): consent ended"))
            } else {
                let until = Words.date(end, now: now, zone: zone).map { "until \($0)" } ?? "until stopped"
                tags.append(Tag(tone: "good", text: "\(words) \(until)"))
            }
        }
        return tags
    }
}
