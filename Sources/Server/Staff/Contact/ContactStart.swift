import Access
import Care
import FHIR
import Foundation
import Records

/// What the page shows before it is clear who is speaking: nothing about health.
struct ContactStart: Sendable {
    struct Phone: Sendable {
        let text: String
        let href: String
        let safe: String
    }

    struct Parked: Sendable {
        let text: String
        let href: String
    }

    static let reads: Set<String> = ["Patient", "RelatedPerson", "Consent", "Task"]

    let name: String
    let number: String
    let isDeceased: Bool
    let lookalikes: FindLookalikes?
    let phones: [Phone]
    /// What the person agreed to and refused, before anybody dials.
    let ways: [ReachWords.Line]
    /// The caregivers with consent.
    let caregivers: [(reference: String, name: String)]
    let parked: [Parked]
    let tick: ConfidentialTick
    /// The language to speak, where there are words in it; nil: English.
    let language: String?
    /// The numbers in use, as they stand on file.
    let numbers: [String]
    let mayLeaveMessage: Bool
    /// The sequence that runs, which has words of its own.
    let running: SequenceRun?

    /// What to say, in the person's language where there are words in it.
    func words(_ part: OutreachScripts.Part, _ caller: String, _ services: Services) -> String? {
        let outreach = services.care.outreach
        let script = outreach.script(of: running, by: .phone)
        let names = OutreachScripts.Names(site: services.site, caller: caller, name: name)
        return script?.words(part, in: language).map { names.filled($0.text) }
    }

    /// What to look out for before the first word.
    func warnings(now: Int64, zone: TimeZone) -> [String] {
        func names(_ others: [FindLookalikes.Other]) -> String {
            others.map { other in
                let born = Words.date(other.birth, now: now, zone: zone).map { "born \($0)" }
                return "\(other.name) (\(born ?? "birth date not recorded"))"
            }.joined(separator: ", ")
        }
        var lines: [String] = []
        if isDeceased {
            lines.append("\(name) has died, as far as is recorded.")
        }
        if let shared = lookalikes?.sharedPhone, !shared.isEmpty {
            lines.append("This number is also that of \(names(shared)). Ask for the name and the birth date.")
        }
        if let like = lookalikes?.likeName, !like.isEmpty {
            lines.append("Easily taken for \(names(like)). Check the birth date.")
        }
        return lines
    }

    static func read(
        _ person: String, signer: Signer?, as caller: Caller, services: Services, by reader: Reader
    ) throws -> ContactStart {
        let now = services.now()
        let record = try reader.person(person, reads)
        let patient = record.patient?.root
        let allowed = Set(ConsentLedger(record).caregivers(at: now))
        let parked = try signer.map { try OpenContacts.of($0.practitioner, by: reader) } ?? []
        let messaging = MessagingDecision(record, policy: services.care.consents, at: now)
        let phones = SafeNumbers.phones(patient).compactMap { telecom -> Phone? in
            guard let number = telecom.text("value") else {
                return nil
            }
            let mayLeave = ReachWords.mayLeaveMessage(at: telecom, messaging.answer(.voicemail))
            let alone = CareCode.marks(telecom, "ask-alone").last?["valueBoolean"]?.bool == true
            let words = [true: "A message may be left", false: "Leave no message"]
            let safe = mayLeave.flatMap { words[$0] } ?? "Ask before leaving a message"
            return Phone(
                text: number + (telecom.text("use").map { ", \($0)" } ?? ""),
                href: "tel:" + number.filter { $0.isNumber || $0 == "+" }, safe: safe + (alone ? ". Ask alone" : ""))
        }
        return ContactStart(
            name: patient.map { Words.spokenName($0) } ?? "this person",
            number: patient.map {
                "Record \(PatientBanner(record, now: now, zone: services.zone).number), \(Words.bornYear($0) ?? "birth year not recorded")"
            } ?? person,
            isDeceased: patient.map { KnownFacts.isDeceased($0) } ?? false,
            lookalikes: try record.patient.map { try FindLookalikes.read($0, by: reader) }, phones: phones,
            ways: ReachWords(messaging, services.care.consents).lines,
            caregivers: record.all("RelatedPerson").filter { allowed.contains($0.reference) }
                .map { ($0.reference, Words.spokenName($0.root)) },
            parked: try parked.map { row in
                let name = try reader.find("Patient", row.person).map { Words.spokenName($0.root) } ?? "Someone"
                let since = Words.time(row.started, zone: services.zone)
                return Parked(
                    text: "\(name), since \(since)" + (row.isRunning ? ", running" : ", parked"),
                    href: "/people/\(row.person)/contact/\(row.encounter)")
            }, tick: ConfidentialTick(patient, of: "Encounter", as: caller, services),
            language: patient.flatMap { Words.languageCode(of: $0) }.flatMap { $0 == "es" ? $0 : nil },
            numbers: SafeNumbers.phones(patient).compactMap { $0.text("value") },
            mayLeaveMessage: messaging.isOpen(.voicemail)
                && !SafeNumbers.phones(patient).allSatisfy { SafeNumbers.takesMessages($0) == false },
            running: SequenceRun.running(record))
    }
}
