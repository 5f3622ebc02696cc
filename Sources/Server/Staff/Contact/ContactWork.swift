import Care
import FHIR
import Foundation
import Records

/// What the workspace of an open contact reads of a person.
struct ContactWork: Sendable {
    struct Goal: Sendable {
        let words: String
        let detail: String
        let state: String
        let stateTone: String
    }

    struct Loop: Sendable {
        let text: String
        let detail: String?
        let state: String
        let tone: String
    }

    struct Medicine: Sendable {
        let name: String
        let takes: String
    }

    struct Before: Sendable {
        let when: String
        let text: String
    }

    static let reads = KnownFacts.reads.union(PatientBanner.reads).union([
        "MedicationRequest", "QuestionnaireResponse", "DocumentReference",
    ])

    let contact: Contact
    let note: ContactNote?
    let banner: PatientBanner
    let spokenName: String
    let born: String
    let speakerName: String?
    let openTasks: [FinishTasks.Open]
    let due: [DueQuestions.Due]
    let goals: [Goal]
    let loops: [Loop]
    let medicines: [Medicine]
    let isReconciled: Bool
    let before: [Before]

    static func read(
        _ person: String, _ encounter: String, services: Services, by reader: Reader
    ) throws -> ContactWork {
        let now = services.now()
        let (contact, _) = try Contact.get(encounter, of: person, by: reader)
        let record = try reader.person(person, reads)
        let tasks = FinishTasks.open(record)
        let speaker = try reader.find(reference: contact.caregiver)
        return ContactWork(
            contact: contact, note: try ContactNote.find(encounter, by: reader),
            banner: PatientBanner(record, now: now, zone: services.zone, place: .contact),
            spokenName: record.patient.map { Words.spokenName($0.root) } ?? "this person",
            born: record.patient.map { Words.born($0.root, now: now, zone: services.zone) } ?? "not recorded",
            speakerName: speaker.map { Words.spokenName($0.root) }, openTasks: tasks,
            due: DueQuestions(record, care: services.care, at: now).due, goals: goals(record, now, services.zone),
            loops: tasks.map { loop($0, now) }, medicines: medicines(record),
            isReconciled: record.all("Task").contains {
                CareCode.code($0.root["code"], in: TaskCode.system) == TaskCode.medicationReconciliation.rawValue
                    && $0.root.text("status") == "completed"
            },
            before: before(record, besides: encounter, now, services))
    }

    private static func goals(_ record: PersonRecord, _ now: Int64, _ zone: TimeZone) -> [Goal] {
        record.all("Goal").map(\.root).compactMap { goal in
            guard ["active", "accepted", "planned", "on-hold"].contains(goal.text("lifecycleStatus") ?? "") else {
                return nil
            }
            let reached = goal.text("achievementStatus", "coding", "code") == "achieved"
            let due = Words.date(goal.text("target", "dueDate"), now: now, zone: zone)
            return Goal(
                words: Words.concept(goal["description"]) ?? "Goal without words",
                detail: due.map { "By \($0)" } ?? "No day set", state: reached ? "reached" : "under way",
                stateTone: reached ? "good" : "note")
        }
    }

    private static func loop(_ task: FinishTasks.Open, _ now: Int64) -> Loop {
        Loop(
            text: task.title, detail: task.resource.root.text("description"),
            state: task.due.map { Words.left(until: $0, now: now) } ?? "no day",
            tone: task.due.map { Words.tone(ofDue: $0, now: now) } ?? "note")
    }

    private static func medicines(_ record: PersonRecord) -> [Medicine] {
        var seen: Set<String> = []
        return record.all("MedicationRequest").reversed().map(\.root).compactMap { request in
            guard request.text("status") == "active", let name = Words.concept(request["medicationCodeableConcept"]),
                seen.insert(name).inserted
            else {
                return nil
            }
            return Medicine(name: name, takes: request.text("dosageInstruction", "text") ?? "how to take: not recorded")
        }
    }

    private static func before(
        _ record: PersonRecord, besides: String, _ now: Int64, _ services: Services
    ) -> [Before] {
        let contacts = record.all("Encounter").compactMap(Contact.init)
            .filter { $0.id != besides && $0.status == "finished" }
            .map { contact in
                (
                    contact.start,
                    "\(contact.channel.words), \(Words.count(contact.time.minutes(at: now), "minute"))"
                )
            }
        let outcomes = services.care.programs.reasons.outreachOutcomes
        let attempts = Attempt.all(record).map { attempt in
            (attempt.at ?? 0, outcomes.first { $0.code == attempt.outcome }?.words ?? attempt.outcome)
        }
        return (contacts + attempts).sorted { $0.0 > $1.0 }.prefix(3).map {
            Before(when: Words.dayTime($0.0, now: now, zone: services.zone), text: $0.1)
        }
    }
}
