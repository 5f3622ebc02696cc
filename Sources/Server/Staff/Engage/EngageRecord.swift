import Access
import Care
import FHIR
import Foundation
import Records

/// What the page of reaching and enrolling reads of a person.
struct EngageRecord: Sendable {
    struct Manager: Sendable {
        let reference: String
        let name: String
        let count: Int
    }

    struct Entry: Sendable {
        let program: Program
        let readiness: Readiness
    }

    static func reads(_ care: CareContent) -> Set<String> {
        KnownFacts.reads(care).union(PatientBanner.reads).union(["Consent", "RelatedPerson"])
    }

    let banner: PatientBanner
    let spokenName: String
    let isDeceased: Bool
    /// BCP 47 without its region: `es`; nil when it is not recorded.
    let language: String?
    let ledger: ConsentLedger
    let messaging: MessagingDecision
    let attempts: [Attempt]
    let enrollments: [Enrollment]
    let entries: [Entry]
    let managers: [Manager]
    /// Names by reference, of staff and of relatives.
    let names: [String: String]
    let relatives: [(reference: String, name: String)]

    static func read(
        _ person: String, managers: [(reference: String, name: String)], services: Services, by reader: Reader
    ) throws -> EngageRecord {
        let now = services.now()
        let record = try reader.person(person, reads(services.care))
        let staff = NamesOnFile(reader)
        let ledger = ConsentLedger(record)
        let attempts = Attempt.all(record)
        var names: [String: String] = [:]
        for reference in ledger.entries.compactMap(\.recorder) + attempts.compactMap(\.by) {
            names[reference] = try staff.name(reference)
        }
        let relatives = record.all("RelatedPerson").map { ($0.reference, Words.spokenName($0.root)) }
        for (reference, name) in relatives {
            names[reference] = name
        }
        let facts = KnownFacts(record, care: services.care, at: now)
        return EngageRecord(
            banner: PatientBanner(record, now: now, zone: services.zone, place: .engage),
            spokenName: record.patient.map { Words.spokenName($0.root) } ?? "this person",
            isDeceased: record.patient.map { KnownFacts.isDeceased($0.root) } ?? false,
            language: record.patient.flatMap { Words.languageCode(of: $0.root) }, ledger: ledger,
            messaging: MessagingDecision(record, policy: services.care.consents, at: now),
            attempts: attempts, enrollments: Enrollment.all(record),
            entries: services.care.programs.effective(on: SiteDay(zone: services.zone).today(now).text).map {
                Entry(program: $0, readiness: Readiness($0.entry, facts))
            },
            managers: try managers.map {
                Manager(reference: $0.reference, name: $0.name, count: try Caseload.count(of: $0.reference, by: reader))
            },
            names: names, relatives: relatives)
    }
}
