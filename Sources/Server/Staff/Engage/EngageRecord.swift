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
        KnownFacts.reads(care).union(PatientBanner.reads).union(["Consent", "RelatedPerson", "Task"])
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
    /// Who would take the person on, best first.
    let suggestions: [SuggestManager.Suggestion]
    /// How each gate stands; of the enrolment by programme, for those that ask for consent.
    let gates: [(act: ConsentGates.Act, state: ConsentGates.State)]
    /// The programmes that ask for a consent that is not on file.
    let closedPrograms: [Program]
    /// The sequence that runs; nil: none does.
    let running: SequenceRun?
    /// The numbers that are in use, as they stand on file.
    let phones: [String]
    /// Names by reference, of staff and of relatives.
    let names: [String: String]
    let relatives: [(reference: String, name: String)]

    /// Whether there is somebody to be tried: a sequence runs, or they are in no programme yet.
    var isBeingReached: Bool { !isDeceased && (running != nil || !enrollments.contains(where: \.isOpen)) }

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
        let care = services.care
        let staffed = try StaffMember.read(managers, by: reader, at: now)
        let picture = try CaseloadPicture.read(staffed, care.assignment, at: now, by: reader)
        let entry = care.gates.acts.first { $0.need == .kind(.program) }
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
            suggestions: SuggestManager.read(record, program: nil, picture, care.assignment, at: now),
            gates: care.gates.acts.map { ($0, ConsentGates.state(of: $0, record, policy: care.consents, at: now)) },
            closedPrograms: care.programs.programs.filter { program in
                guard program.needsConsent, let entry else {
                    return false
                }
                return !ConsentGates.state(of: entry, record, policy: care.consents, program: program.id, at: now)
                    .isOpen
            },
            running: SequenceRun.running(record),
            phones: SafeNumbers.phones(record.patient?.root).compactMap { $0.text("value") },
            names: names, relatives: relatives)
    }
}
